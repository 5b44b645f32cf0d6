import { describe, expect, it } from 'vitest';
import { assert, concat, duplexPair, kindOf, notFound, readAll, streamOf } from '#base';

describe('errors', () => {
	it('carry their kind, message and cause', () => {
		const cause = new Error('inner');
		const error = notFound('No such container: x', { cause });
		expect(kindOf(error)).toBe('not-found');
		expect(error.message).toBe('No such container: x');
		expect(error.cause).toBe(cause);
		expect(kindOf(new Error('other'))).toBe('internal');
	});

	it('assert names the invariant', () => {
		expect(() => assert(false, 'pigs fly')).toThrow('invariant broken: pigs fly');
	});
});

describe('streams', () => {
	it('readAll joins chunks and refuses more than its limit', async () => {
		expect(await readAll(streamOf(new Uint8Array([1]), new Uint8Array([2, 3])))).toEqual(
			new Uint8Array([1, 2, 3]),
		);
		await expect(readAll(streamOf(new Uint8Array(5)), 4)).rejects.toThrow('longer than 4 bytes');
	});

	it('a duplex pair half-closes', async () => {
		const [a, b] = duplexPair();
		const writer = a.writable.getWriter();
		void writer.write(new Uint8Array([7]));
		void writer.close();
		expect(await readAll(b.readable)).toEqual(new Uint8Array([7]));
		const back = b.writable.getWriter();
		void back.write(new Uint8Array([8]));
		void back.close();
		expect(await readAll(a.readable)).toEqual(new Uint8Array([8]));
	});

	it('concat of nothing is empty', () => {
		expect(concat([])).toEqual(new Uint8Array());
	});
});
