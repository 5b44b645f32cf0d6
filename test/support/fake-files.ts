import { internal, invalid, notFound, readAll, streamOf } from '#base';
import type { ExtractOptions, FileChange, PathStat } from '#engine';
import { readTar, writeTar, type TarEntry, type TarMember } from '#oci';

const TYPES: Record<string, number> = { '0': 0o100000, '2': 0o120000, '5': 0o040000 };

/** A container's files for tests of the engine: directories, files and links in memory, layers below them. */
export class FakeFiles {
	/** By absolute path. */
	readonly #lower = new Map<string, TarEntry>();
	readonly #upper = new Map<string, TarEntry>();
	readonly #deleted = new Set<string>();

	/** Layers topmost first. */
	constructor(layers: Uint8Array[]) {
		for (const layer of layers.toReversed())
			for (const entry of readTar(layer)) this.#lower.set(absolute(entry.path), entry);
	}

	/** Bytes that are the container's own. */
	get size(): number {
		return [...this.#upper.values()].reduce((sum, { data }) => sum + data.length, 0);
	}

	delete(path: string): void {
		this.#deleted.add(path);
	}

	stat(path: string): PathStat {
		const entry = this.#find(path);
		const mode = (TYPES[entry.type] ?? 0) | entry.mode;
		const linkTarget = entry.type === '2' ? absolute(resolve(path, entry.link)) : '';
		return {
			mode,
			size: entry.data.length,
			mtimeNs: BigInt(entry.mtime) * 1_000_000_000n,
			linkTarget,
		};
	}

	archive(path: string, name: string): { stat: PathStat; tar: ReadableStream<Uint8Array> } {
		const at = absolute(path);
		const members: TarMember[] = [];
		for (const [full, entry] of this.#all()) {
			if (full !== at && !full.startsWith(at === '/' ? '/' : `${at}/`)) continue;
			const rest = full.slice(at.length).replace(/^\//, '');
			const called = [name, rest].filter((part) => part !== '').join('/');
			if (called !== '') members.push({ ...member(entry), path: entry.type === '5' ? `${called}/` : called });
		}
		return { stat: this.stat(path), tar: streamOf(writeTar(members)) };
	}

	async extract(
		path: string,
		tar: ReadableStream<Uint8Array>,
		{ keepKinds = false, readOnlyRoot = false }: ExtractOptions,
	): Promise<void> {
		const archive = await readAll(tar);
		if (this.#find(path).type !== '5') throw invalid('extraction point is not a directory');
		if (readOnlyRoot) throw invalid('container rootfs is marked read-only');
		for (const entry of readTar(archive)) {
			const to = absolute(`${path}/${entry.path}`);
			const old = this.#all().get(to);
			if (keepKinds && old && (old.type === '5') !== (entry.type === '5')) {
				const name = JSON.stringify(entry.path.replace(/\/$/, ''));
				const [there, here] =
					old.type === '5' ? ['directory', 'non-directory'] : ['non-directory', 'directory'];
				throw internal(`cannot overwrite ${there} ${name} with ${here} ${JSON.stringify(absolute(path))}`);
			}
			this.#upper.set(to, entry);
			this.#deleted.delete(to);
		}
	}

	changes(): FileChange[] {
		const own = [...this.#upper.keys()].map((path): FileChange => ({
			kind: this.#lower.has(path) ? 0 : 1,
			path,
		}));
		const gone = [...this.#deleted].map((path): FileChange => ({ kind: 2, path }));
		return [...own, ...gone].sort((a, b) => (a.path < b.path ? -1 : 1));
	}

	layer(): ReadableStream<Uint8Array> {
		const own = [...this.#upper].map(([path, entry]) => ({
			...member(entry),
			path: path.slice(1) + (entry.type === '5' ? '/' : ''),
		}));
		const gone = [...this.#deleted].map((path) => ({
			path: path.slice(1).replace(/([^/]*)$/, '.wh.$1'),
			mode: 0o600,
		}));
		return streamOf(writeTar([...own, ...gone]));
	}

	#all(): Map<string, TarEntry> {
		const all = new Map([...this.#lower, ...this.#upper]);
		for (const path of this.#deleted) all.delete(path);
		return all;
	}

	#find(path: string): TarEntry {
		const at = absolute(path);
		const found = this.#all().get(at);
		if (found) return found;
		if (at !== '/') throw notFound(`lstat ${path}: no such file or directory`);
		return {
			path: '/',
			type: '5',
			mode: 0o755,
			uid: 0,
			gid: 0,
			mtime: 0,
			mtimeNs: 0,
			link: '',
			major: 0,
			minor: 0,
			data: new Uint8Array(),
			xattrs: null,
		};
	}
}

function member({ type, mode, uid, gid, mtime, link, data }: TarEntry): Omit<TarMember, 'path'> {
	return { type, mode, uid, gid, mtime, link, data };
}

function resolve(path: string, link: string): string {
	return link.startsWith('/') ? link : `${path}/../${link}`;
}

function absolute(path: string): string {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
}
