import { describe, expect, it } from 'vitest';
import { ContainerLog, type LogLimits } from '../../src/engine/containers/log.ts';
import { Timeline } from '../../src/engine/time.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const logOf = (limits?: LogLimits) => {
	const log = new ContainerLog(
		new Timeline({ now: () => 1000, sleep: () => Promise.resolve() }),
		...(limits ? [limits] : []),
	);
	log.open();
	return log;
};
const lines = (log: ContainerLog) =>
	[...log.entries(0)].map(({ number, segment }) => {
		const { stream, line } = segment.entry(number);
		return `${stream} ${new TextDecoder().decode(line)}`;
	});

describe('the log of a container', () => {
	it('keeps lines apart, however they come', () => {
		const log = logOf();
		log.append('stdout', bytes('one\ntw'));
		log.append('stderr', bytes('error\n'));
		log.append('stdout', bytes('o\n\nlast'));
		expect(lines(log)).toEqual(['stdout one\n', 'stderr error\n', 'stdout two\n', 'stdout \n']);
		log.close();
		expect(lines(log).at(-1)).toBe('stdout last');
	});

	it('never gives two lines the same moment', () => {
		const log = logOf();
		for (let i = 0; i < 10; i++) log.append('stdout', bytes('a\nb\nc\n'));
		const times = [...log.entries(0)].map(({ number, segment }) => segment.timeOf(number));
		expect(new Set(times).size).toBe(30);
		expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
	});

	it('cuts what is too long, as Docker’s copier does', () => {
		const log = logOf();
		log.append('stdout', bytes(`${'x'.repeat(40_000)}\n`));
		expect([...log.entries(0)].map(({ number, segment }) => segment.entry(number).line.length)).toEqual([
			16_384, 16_384, 7233,
		]);
	});

	it('holds a bounded part of a hundred million bytes, quickly', () => {
		const log = logOf();
		const piece = bytes('y\n'.repeat(32_768));
		for (let i = 0; i < 1526; i++) log.append('stdout', piece);
		expect(log.next).toBe(1526 * 32_768);
		const kept = log.next - log.first;
		expect(kept).toBeGreaterThan(1_000_000);
		expect(kept).toBeLessThan(10_000_000);
	}, 20_000);

	it('begins a file when one is full, and drops the oldest', () => {
		// A line of this is 69 + 4 bytes in the file.
		const log = logOf({ fileBytes: 730, files: 2 });
		for (let i = 0; i < 35; i++) log.append('stdout', bytes(`${String(i).padStart(2, '0')}\n`));
		expect(log.first).toBe(20);
		expect(lines(log)).toHaveLength(15);
		expect(lines(log)[0]).toBe('stdout 20\n');
	});

	it('goes on after it was frozen, without changing what was', () => {
		const log = logOf();
		log.append('stdout', bytes('before\npart'));
		const frozen = log.freeze();
		log.append('stdout', bytes('ly\nafter\n'));
		const again = logOf();
		again.thaw(frozen);
		expect(lines(again)).toEqual(['stdout before\n']);
		again.append('stdout', bytes('ing\n'));
		expect(lines(again)).toEqual(['stdout before\n', 'stdout parting\n']);
		expect(lines(log)).toEqual(['stdout before\n', 'stdout partly\n', 'stdout after\n']);
	});
});
