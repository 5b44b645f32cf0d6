import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLayerTree, writeTar } from '#oci';
import { Probe, compileProbe } from './ninep/probe.ts';

const LONG = 'l'.repeat(120);
const base = readLayerTree(
	writeTar([
		{ path: 'etc/' },
		{ path: 'etc/keep', data: 'from below' },
		{ path: 'etc/gone', data: 'not to be seen' },
		{ path: 'etc/changed', data: 'old' },
		{ path: 'hidden/' },
		{ path: 'hidden/old', data: 'x' },
		{ path: 'twin-a', data: 'twins', mode: 0o640, uid: 1000, gid: 100, mtime: 1_700_000_000 },
		{ path: 'twin-b', type: '1', link: 'twin-a' },
		{ path: 'null', type: '3', major: 1, minor: 3, mode: 0o666 },
		{ path: 'link', type: '2', link: 'etc/keep' },
		{ path: LONG, data: 'long', xattrs: { 'user.note': 'hello' } },
		...Array.from({ length: 3000 }, (_, i) => ({
			path: `many/file-${String(i).padStart(5, '0')}`,
			data: 'x',
		})),
	]),
);
const top = readLayerTree(
	writeTar([
		{ path: 'etc/' },
		{ path: 'etc/.wh.gone' },
		{ path: 'etc/changed', data: 'new' },
		{ path: 'hidden/' },
		{ path: 'hidden/.wh..wh..opq' },
		{ path: 'hidden/new', data: 'y' },
	]),
);
const large = new Uint8Array(5_000_000).map((_, i) => (i >> 9) * 31);

let program: Uint8Array;
let probe: Probe;
beforeAll(async () => {
	program = compileProbe();
	probe = new Probe(program, { large });
	probe.server.addLayer('base', base);
	await probe.start();
});
afterAll(() => probe.machine.dispose());

describe('a guest on the 9P export', () => {
	test('finds root, layers, control and tmp', async () => {
		expect(await probe.ask('ls /')).toBe('control layers root tmp');
		expect(await probe.ask('ls /layers')).toBe('base');
	});

	test('sees a layer that is added while it runs', async () => {
		expect(await probe.ask('cat /layers/top/etc/changed')).toBe('errno 2');
		probe.server.addLayer('top', top);
		expect(await probe.ask('cat /layers/top/etc/changed')).toBe('new');
	});

	test('sees attributes, hard links, devices, symlinks and extended attributes as the archive has them', async () => {
		expect(await probe.ask('stat /layers/base/twin-b')).toBe(
			'100640 1000:100 links=2 size=5 mtime=1700000000 dev=0,0',
		);
		expect(await probe.ask('stat /layers/base/null')).toMatch(/^20666 .*dev=1,3$/);
		expect(await probe.ask('readlink /layers/base/link')).toBe('etc/keep');
		expect(await probe.ask(`xattr /layers/base/${LONG} user.note`)).toBe('hello');
		expect(await probe.ask('xattr /layers/base/twin-a user.note')).toBe('errno 61');
	});

	test('lists a large directory whole', async () => {
		const names = (await probe.ask('ls /layers/base/many')).split(' ');
		expect(names).toHaveLength(3000);
		expect(names.at(-1)).toBe('file-02999');
	});

	test('cannot change what is immutable', async () => {
		expect(await probe.ask('put /layers/base/etc/keep no')).toBe('errno 30');
		expect(await probe.ask('put /layers/base/etc/fresh no')).toBe('errno 30');
		expect(await probe.ask('rm /layers/base/etc/keep')).toBe('errno 30');
	});

	test('overlays layers with whiteouts and opaque directories', async () => {
		expect(await probe.ask('overlay box /layers/top:/layers/base')).toBe('errno 0');
		expect(await probe.ask('ls /tmp/box/merged/etc')).toBe('changed keep');
		expect(await probe.ask('ls /tmp/box/merged/hidden')).toBe('new');
		expect(await probe.ask('cat /tmp/box/merged/etc/changed')).toBe('new');
		expect(await probe.ask('put /tmp/box/merged/etc/keep mine')).toBe('errno 0');
		expect(await probe.ask('cat /tmp/box/merged/etc/keep')).toBe('mine');
		expect(await probe.ask('cat /layers/base/etc/keep')).toBe('from below');
	});

	test('fetches a file by its hash, whole and once', async () => {
		let hash = 2166136261;
		// The probe's own sum, over every 512th byte of each piece it reads.
		for (let at = 0; at < large.length; at += 512)
			hash = Math.imul(hash ^ (large[at] as number), 16777619) >>> 0;
		expect(await probe.ask('sum /root/large')).toMatch(new RegExp(`^${large.length} ${hash} `));
	});

	test('answers in order when asked much at once', async () => {
		const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => probe.ask(`echo ${i}`)));
		expect(answers).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
	});
});

describe('a saved machine', () => {
	test('goes on in the same and in another emulator, with a read in flight', async () => {
		const saved = await probe.machine.save();
		expect(await probe.ask('echo same')).toBe('same');

		const other = new Probe(program, { large });
		other.server.addLayer('base', base);
		other.server.addLayer('top', top);
		await other.start({ state: saved.state, fids: JSON.parse(JSON.stringify(saved.fids)) });
		expect(await other.ask('echo other')).toBe('other');
		expect(await other.ask('cat /tmp/box/merged/etc/keep')).toBe('mine');
		expect(await other.ask('cat /tmp/box/merged/etc/changed')).toBe('new');
		expect(await other.ask('sum /root/large')).toMatch(/^5000000 /);
		expect(other.logged).toEqual([]);

		void other.ask('die');
		expect((await other.machine.ended).error.message).toMatch(/crashed: its kernel gave up.*Reload the page/);
		expect(other.machine.running).toBe(false);
		await other.machine.dispose();
	});

	test('refuses a state that is damaged', async () => {
		const { state, fids } = await probe.machine.save();
		const damaged = new Probe(program, { large });
		const failure = damaged.start({ state: state.subarray(0, state.length >> 1), fids });
		await expect(failure).rejects.toMatchObject({ kind: 'invalid' });
	});
});
