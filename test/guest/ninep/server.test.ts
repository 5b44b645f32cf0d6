import { beforeEach, describe, expect, test } from 'vitest';
import { Errno, Message } from '../../../src/guest/ninep/message.ts';
import { Client, sampleTree } from './client.ts';

let client: Client;
beforeEach(async () => {
	client = new Client();
	await client.start();
});

describe('a session', () => {
	test('agrees on a message size and the version', async () => {
		const { body } = await client.call(Message.VERSION, (out) => out.u32(1 << 20).name('9P2000.L'));
		expect([body.u32(), body.name()]).toEqual([512_000, '9P2000.L']);
	});

	test('does not know another version', async () => {
		const { body } = await client.call(Message.VERSION, (out) => out.u32(8192).name('9P2000.u'));
		expect([body.u32(), body.name()]).toEqual([8192, 'unknown']);
	});

	test('forgets all fids when it begins anew', async () => {
		await client.walk(1, 'root');
		await client.call(Message.VERSION, (out) => out.u32(8192).name('9P2000.L'));
		expect((await client.call(Message.GETATTR, (out) => out.u32(1).u64(0x7ff))).errno).toBe(Errno.EBADF);
	});
});

describe('anything odd is answered with an error', () => {
	test.each([
		['an unknown message', 250, Errno.EOPNOTSUPP],
		['a walk without a body', Message.WALK, Errno.EINVAL],
		['a read of a fid that is not', Message.READ, Errno.EINVAL],
		['a mkdir', Message.MKDIR, Errno.EROFS],
		['a rename', Message.RENAMEAT, Errno.EROFS],
		['an unlink', Message.UNLINKAT, Errno.EROFS],
		['a create', Message.LCREATE, Errno.EROFS],
		['a setxattr', Message.XATTRCREATE, Errno.EROFS],
	])('%s', async (_what, type, errno) => {
		expect((await client.call(type)).errno).toBe(errno);
	});

	test('an empty message', () => {
		const answers: number[] = [];
		client.server.handle(new Uint8Array(), (bytes) => answers.push(bytes[4] as number));
		expect(answers).toEqual([7]);
	});
});

describe('a walk', () => {
	test('fails at its first step, says how far it came at a later one', async () => {
		expect((await client.walk(1, 'nothing')).errno).toBe(Errno.ENOENT);
		const partial = await client.walk(1, 'root/dir/nothing');
		expect(partial.body.u16()).toBe(2);
		expect((await client.open(1)).errno).toBe(Errno.EBADF);
	});

	test('goes up, and not above the top', async () => {
		await client.walk(1, 'root/dir/../../../control');
		expect((await client.list(1)).map(({ name }) => name)).toEqual(['.', '..', 'to-host', 'to-guest']);
	});

	test('through a file fails', async () => {
		await client.walk(1, 'root/dir/file');
		const { errno } = await client.call(Message.WALK, (out) => out.u32(1).u32(2).u16(1).name('x'));
		expect(errno).toBe(Errno.ENOTDIR);
	});
});

describe('files', () => {
	test('have the attributes of their node', async () => {
		await client.walk(1, 'root/dir/file');
		const { body } = await client.call(Message.GETATTR, (out) => out.u32(1).u64(0x7ff));
		expect(body.u64()).toBe(0x7ff);
		body.take(13);
		expect([body.u32(), body.u32(), body.u32(), body.u64()]).toEqual([0o100644, 1, 2, 1]);
		body.u64();
		expect(body.u64()).toBe(5);
	});

	test('are read in pieces', async () => {
		await client.walk(1, 'root/dir/file');
		await client.open(1);
		expect(await client.read(1, 1, 3)).toBe('ell');
		expect(await client.read(1, 5)).toBe('');
	});

	test('cannot be opened for writing', async () => {
		await client.walk(1, 'root/dir/file');
		expect((await client.open(1, 2)).errno).toBe(Errno.EROFS);
	});

	test('are fetched once for any number of readers', async () => {
		await client.walk(1, 'root/late');
		expect(await Promise.all([client.read(1), client.read(1, 1), client.read(1, 2)])).toEqual([
			'late',
			'ate',
			'te',
		]);
		expect(client.fetched).toEqual(['hash']);
	});

	test('give an input/output error when they cannot be fetched, and are tried again', async () => {
		await client.walk(1, 'root/late');
		client.fetch = async () => Promise.reject(new Error('offline'));
		expect(await client.read(1)).toBe(`errno ${Errno.EIO}`);
		expect(client.logged).toEqual(['9p: offline']);
		client.fetch = async () => new TextEncoder().encode('late');
		expect(await client.read(1)).toBe('late');
	});

	test('that are being fetched are given up when the guest asks', async () => {
		await client.walk(1, 'root/late');
		client.fetch = () => new Promise(() => undefined);
		const { tag, answer } = client.sendRead(1);
		expect((await client.call(Message.FLUSH, (out) => out.u16(tag))).type).toBe(Message.FLUSH + 1);
		expect(await answer).toBe(`errno ${Errno.EINTR}`);
	});

	test('have extended attributes, listed and single', async () => {
		await client.walk(1, 'root/marked');
		const ask = (name: string) => client.call(Message.XATTRWALK, (out) => out.u32(1).u32(2).name(name));
		await ask('');
		expect(await client.read(2)).toBe('security.capability\0user.a\0');
		expect((await ask('user.a')).body.u64()).toBe(1);
		expect(await client.read(2)).toBe('b');
		expect((await ask('security.capability')).body.u64()).toBe(3);
		for (const none of ['user.none', 'trusted.none']) expect((await ask(none)).errno).toBe(Errno.ENODATA);
		expect((await ask('security.selinux')).errno).toBe(Errno.EOPNOTSUPP);
		await client.walk(1, 'root/link');
		expect((await ask('security.capability')).errno).toBe(Errno.ENODATA);
	});

	test('that are symlinks say where they point', async () => {
		await client.walk(1, 'root/link');
		expect((await client.call(Message.READLINK, (out) => out.u32(1))).body.name()).toBe('dir/file');
	});
});

describe('directories', () => {
	test('are listed with types, in several answers, names of any bytes included', async () => {
		await client.walk(1, 'root/dir');
		expect(await client.list(1)).toMatchObject([
			{ name: '.', type: 4 },
			{ name: '..', type: 4 },
			{ name: 'file', type: 8 },
			{ name: '\udcff\udc80', type: 8 },
		]);
		const [first] = await client.list(1, 0, 26);
		expect(await client.list(1, first?.next, 27)).toMatchObject([{ name: '..' }]);
	});

	test('of layers appear and disappear', async () => {
		await client.walk(1, 'layers');
		client.server.addLayer('abc', sampleTree());
		expect((await client.list(1)).map(({ name }) => name)).toEqual(['.', '..', 'abc']);
		await client.walk(2, 'layers/abc/dir/file');
		client.server.removeLayer('abc');
		expect((await client.walk(3, 'layers/abc')).body.u16()).toBe(1);
		expect(await client.read(2)).toBe('hello');
	});

	test('of different layers have different qids, the same ones in every server', async () => {
		const qid = async (name: string) => {
			const other = new Client();
			await other.start();
			other.server.addLayer('one', sampleTree());
			other.server.addLayer(name, sampleTree());
			const { body } = await other.walk(1, `layers/${name}/dir`);
			body.take(2 + 13 + 13);
			return body.take(13).join();
		};
		expect(await qid('two')).toBe(await qid('two'));
		expect(await qid('two')).not.toBe(await qid('one'));
	});
});

describe('the control files', () => {
	beforeEach(async () => {
		await client.walk(1, 'control/to-host');
		await client.walk(2, 'control/to-guest');
		await client.open(2);
	});

	test('hand over what is written', async () => {
		const written: string[] = [];
		client.server.control.onWrite((bytes) => written.push(new TextDecoder().decode(bytes)));
		const data = new TextEncoder().encode('frame');
		const { body } = await client.call(Message.WRITE, (out) => out.u32(1).u64(0).u32(data.length).raw(data));
		expect(body.u32()).toBe(5);
		expect(written).toEqual(['frame']);
	});

	test('make a read wait for bytes, and end every message with an empty read', async () => {
		const read = client.read(2);
		client.server.control.send(new TextEncoder().encode('one'));
		expect(await read).toBe('one');
		expect(await client.read(2, 3)).toBe('');
	});

	test('give a read all that is queued, as far as it fits', async () => {
		for (const text of ['one ', 'two ', 'three']) client.server.control.send(new TextEncoder().encode(text));
		expect(await client.read(2, 0, 6)).toBe('one tw');
		expect(await client.read(2)).toBe('o three');
	});

	test('answer a flushed read emptily, and lose nothing', async () => {
		const { tag, answer } = client.sendRead(2);
		await client.call(Message.FLUSH, (out) => out.u16(tag));
		expect(await answer).toBe('');
		client.server.control.send(new TextEncoder().encode('kept'));
		expect(await client.read(2)).toBe('kept');
	});

	test('answer the reads of a closed file', async () => {
		const read = client.read(2);
		await client.call(Message.CLUNK, (out) => out.u32(2));
		expect(await read).toBe('');
	});

	test('begin a new session when they are opened anew: what was queued is dropped', async () => {
		let opened = 0;
		client.server.control.onOpen(() => opened++);
		client.server.control.send(new TextEncoder().encode('old'));
		await client.open(2);
		client.server.control.send(new TextEncoder().encode('new'));
		expect(opened).toBe(1);
		expect(await client.read(2)).toBe('new');
	});
});

describe('a saved machine', () => {
	test('has its waiting reads answered and its fids in another server', async () => {
		client.server.addLayer('abc', sampleTree());
		await client.walk(1, 'layers/abc/dir/file');
		await client.walk(2, 'control/to-guest');
		await client.walk(3, 'root/late');
		const waiting = client.read(2);
		const fetching = client.read(3);
		const saved: unknown = JSON.parse(JSON.stringify(await client.server.freeze()));
		expect([await waiting, await fetching]).toEqual(['', 'late']);

		const other = new Client();
		other.server.addLayer('abc', sampleTree());
		other.server.thaw(saved);
		expect(await other.read(1)).toBe('hello');
		const read = other.read(2);
		other.server.control.send(new TextEncoder().encode('again'));
		expect(await read).toBe('again');
		expect(other.logged).toEqual([]);
	});

	test('says which open file is not there any more', async () => {
		client.server.addLayer('abc', sampleTree());
		await client.walk(1, 'layers/abc/dir/file');
		const other = new Client();
		other.server.thaw(await client.server.freeze());
		expect(other.logged).toEqual([expect.stringContaining('open on abc#2')]);
		expect(await other.read(1)).toBe(`errno ${Errno.EBADF}`);
	});

	test('is refused with a damaged list of open files', () => {
		expect(() => client.server.thaw([[1, 2]])).toThrow(/damaged/);
	});
});
