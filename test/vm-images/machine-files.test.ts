import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FileRef, MachineFiles } from '#vm';

const VM = path.resolve('public/vm');
const TYPE = 0o170000;
const FILE = 0o100000;
const FOLDER = 0o040000;
const LINK = 0o120000;

type Data = string | null | [number, number] | { link: string };
type Entry = [path: string, mode: number, uid: number, gid: number, mtime: number, size: number, data: Data];

const machine = JSON.parse(readFileSync(path.join(VM, 'machine.json'), 'utf8')) as MachineFiles;
const index = JSON.parse(gunzipSync(read(machine.root)).toString()) as { version: number; entries: Entry[] };
const byPath = new Map(index.entries.map((entry) => [entry[0], entry]));

function read(ref: FileRef): Buffer {
	return readFileSync(path.join(VM, ref.file));
}

function sha256(data: Uint8Array): string {
	return createHash('sha256').update(data).digest('hex');
}

/** The entry a path leads to, symlinks followed. */
function follow(name: string): Entry {
	let at = '';
	for (const part of name.split('/')) {
		at = at === '' ? part : `${at}/${part}`;
		const entry = byPath.get(at);
		if (!entry) throw new Error(`${name} leads nowhere: there is no ${at}`);
		if ((entry[1] & TYPE) === LINK)
			at = follow(path.posix.resolve('/', path.dirname(at), entry[6] as string).slice(1))[0];
	}
	const entry = byPath.get(at);
	if (!entry) throw new Error(`${name} leads nowhere: there is no ${at}`);
	return entry;
}

describe('the machine’s files', () => {
	const state = machine.state;

	it('are what machine.json says of them', () => {
		const { kernel, bios, vgaBios, wasm, root } = machine;
		for (const ref of [kernel, bios, vgaBios, wasm, root, ...(state ? [state, state.fids] : [])]) {
			expect(read(ref).length, ref.file).toBe(ref.size);
			expect(sha256(read(ref)), ref.file).toBe(ref.sha256);
		}
	});

	it('have a saved state made of these very parts', () => {
		expect(state).toMatchObject({
			wasm: machine.wasm.sha256,
			bios: machine.bios.sha256,
			vgaBios: machine.vgaBios.sha256,
			root: machine.root.sha256,
			memoryMb: machine.memoryMb,
		});
	});

	it('are small enough to start from: state, program and index in 10 MB', () => {
		const first = [machine.wasm, machine.root, ...(state ? [state, state.fids] : [])];
		expect(first.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(10e6);
	});

	it('leave nothing behind of older builds', () => {
		const { kernel, bios, vgaBios, wasm, root } = machine;
		const named = [kernel, bios, vgaBios, wasm, root, ...(state ? [state, state.fids] : [])].map(
			({ file }) => file,
		);
		const there = readdirSync(VM).filter(
			(name) => !['blobs', 'machine.json', 'manifest.json'].includes(name),
		);
		expect(there.sort()).toEqual(named.sort());
	});
});

describe('the index of the root filesystem', () => {
	it('has parents before children and siblings sorted by byte', () => {
		expect(index.entries[0]?.[0]).toBe('');
		const seen = new Set<string>(['']);
		const last = new Map<string, string>();
		for (const [name] of index.entries.slice(1)) {
			const parent = path.posix.dirname(name).replace(/^\.$/, '');
			expect(seen.has(parent), name).toBe(true);
			const before = last.get(parent);
			if (before !== undefined) expect(Buffer.compare(Buffer.from(before), Buffer.from(name)), name).toBe(-1);
			last.set(parent, name);
			seen.add(name);
		}
		expect(seen.size).toBe(index.entries.length);
	});

	it('names contents that are there, of the right size and hash, and no others are', () => {
		const wanted = new Map<string, number>();
		for (const [, mode, , , , size, data] of index.entries)
			if ((mode & TYPE) === FILE && typeof data === 'string' && data !== '') wanted.set(data, size);
		for (const [hash, size] of wanted) {
			const content = readFileSync(path.join(VM, 'blobs', hash.slice(0, 2), hash));
			expect(content.length, hash).toBe(size);
			expect(sha256(content)).toBe(hash);
		}
		const there = readdirSync(path.join(VM, 'blobs'), { recursive: true, withFileTypes: true }).filter(
			(item) => item.isFile(),
		);
		expect(there.length).toBe(wanted.size);
	});

	it('has hard links that lead to files', () => {
		const links = index.entries.filter(
			([, , , , , , data]) => data !== null && typeof data === 'object' && 'link' in data,
		);
		expect(links.length).toBeGreaterThan(5);
		for (const [name, , , , , size, data] of links) {
			const target = byPath.get((data as { link: string }).link);
			expect(target, name).toBeDefined();
			expect((target![1] & TYPE) === FILE && target![5] === size, name).toBe(true);
		}
	});

	it('has symlinks that lead somewhere', () => {
		const made = /^\/?(proc|dev|run|sys|tmp|var\/run|var\/lock)\b/;
		const dangling = index.entries.filter(([name, mode, , , , , data]) => {
			if ((mode & TYPE) !== LINK) return false;
			const target = path.posix.resolve('/', path.dirname(name), data as string).slice(1);
			if (made.test(target)) return false;
			try {
				return follow(target) === undefined;
			} catch {
				return true;
			}
		});
		expect(dangling.map(([name, , , , , , data]) => `${name} -> ${JSON.stringify(data)}`)).toEqual([]);
	});

	it.each([
		['usr/bin/su', FILE | 0o4755, 0, 0],
		['usr/bin/passwd', FILE | 0o4755, 0, 0],
		['etc/shadow', FILE | 0o640, 0, 42],
		['etc/passwd', FILE | 0o644, 0, 0],
		['root', FOLDER | 0o700, 0, 0],
		['tmp', FOLDER | 0o1777, 0, 0],
		['usr/bin/dockerd', FILE | 0o755, 0, 0],
	])('gives %s its mode and owner', (name, mode, uid, gid) => {
		expect(byPath.get(name)?.slice(1, 4)).toEqual([mode, uid, gid]);
	});

	it.each(
		`bash git curl wget nano vi vim less tar gzip bzip2 xz jq tree openssl ps top free pstree killall fuser ip ss
		iptables iptables-restore ping unshare nsenter lsns mount findmnt awk sed grep find diff file hostname nc which
		getent ldd strace lsof docker docker-compose dockerd containerd-shim-runc-v2 docker-proxy docker-init runc crun init`.split(
			/\s+/,
		),
	)('has %s, and it can be run', (program) => {
		const places = ['usr/bin', 'usr/sbin']
			.map((folder) => `${folder}/${program}`)
			.filter((name) => byPath.has(name));
		expect(places.length).toBeGreaterThan(0);
		expect(follow(places[0]!)[1] & 0o111).toBe(0o111);
	});

	it('has neither manuals nor caches, and the licence of every package', () => {
		const names = [...byPath.keys()];
		expect(names.filter((name) => /^usr\/share\/(man|info|locale)\/|^var\/cache\/apt/.test(name))).toEqual(
			[],
		);
		expect(names.filter((name) => /^usr\/share\/doc\/[^/]+\/copyright$/.test(name)).length).toBeGreaterThan(
			90,
		);
	});
});

describe('the manifest', () => {
	const manifest = JSON.parse(readFileSync(path.join(VM, 'manifest.json'), 'utf8')) as {
		packages: {
			package: string;
			source: string;
			version: string;
			sha256: string;
			licence: string;
			usedBy: string[];
		}[];
		sources: { source: string; version: string; licence: string; files: { sha256: string }[] }[];
	};

	it('tells name, source, version, hash and licence of every package', () => {
		expect(manifest.packages.length).toBeGreaterThan(120);
		for (const item of manifest.packages) {
			expect(item.sha256, item.package).toMatch(/^[0-9a-f]{64}$/);
			expect(item.source && item.version && item.licence, item.package).toBeTruthy();
			expect(item.usedBy.length, item.package).toBeGreaterThan(0);
		}
	});

	it('tells the same of the sources of what was built', () => {
		const told = manifest.sources.map(({ source, version, licence }) => `${source} ${version} ${licence}`);
		expect(told).toEqual([
			expect.stringMatching(/^crun 1\.8\.1-\S+ .*GPL-2\+/),
			expect.stringMatching(/^busybox 1:1\.37\.0-\S+ GPL-2$/),
		]);
		for (const { sha256 } of manifest.sources.flatMap(({ files }) => files))
			expect(sha256).toMatch(/^[0-9a-f]{64}$/);
	});

	it('names every package whose papers are in the root', () => {
		const known = new Set(
			manifest.packages.filter(({ usedBy }) => usedBy.includes('machine')).map((item) => item.package),
		);
		const papers = [...byPath.keys()].flatMap(
			(name) => /^usr\/share\/doc\/([^/]+)\/copyright$/.exec(name)?.[1] ?? [],
		);
		expect(papers.filter((name) => !known.has(name))).toEqual([]);
	});

	it('knows the licence of nearly all', () => {
		const unknown = manifest.packages.filter(({ licence }) => licence.startsWith('see '));
		expect(unknown.length).toBeLessThan(10);
	});
});

it('the build leaves only finished files in public', () => {
	expect(existsSync('public/vm/papers.json')).toBe(false);
	expect(existsSync('public/hub/papers.json')).toBe(false);
	expect(statSync('public/hub/catalog.json').isFile()).toBe(true);
});
