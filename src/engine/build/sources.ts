import { concat, invalid, leavesRoot, readAll } from '#base';
import {
	contentOf,
	digestOf,
	FileType,
	ImageFiles,
	isType,
	readArchiveTree,
	readLayerTree,
	tarTypeOf,
	type ImageFile,
	type Tree,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import { unpackArchive } from '../images/unpack.ts';
import type { ImageRecord } from '../images/store.ts';

const encoder = new TextEncoder();
const LARGEST_CONTEXT = 1024 ** 3;

/** Files that COPY and ADD take from: a context, an image, or something fetched. */
export class CopySource {
	readonly files: ImageFiles;
	/** Whether it is the build's context, of which things may have been left out. */
	readonly isContext: boolean;
	readonly #sums = new Map<ImageFile['node'], Promise<string>>();
	readonly #removed = new Set<string>();

	constructor(files: ImageFiles, isContext: boolean) {
		this.files = files;
		this.isContext = isContext;
	}

	/** Takes a file away, as if it had not been sent. */
	remove(path: string): void {
		const file = this.files.at(path);
		if (file) this.#removed.add(file.path);
	}

	/** What is at a path, links followed; null when nothing is. Throws for one that leads out of the source. */
	find(path: string): ImageFile | null {
		if (leavesRoot(path)) throw invalid(`forbidden path outside the build context: ${path} ()`);
		const file = this.files.find(path);
		return file && !this.#removed.has(file.path) ? file : null;
	}

	/** A file or directory with all in it, without what was taken away. */
	*walk(file: ImageFile): Generator<ImageFile> {
		for (const found of this.files.walk(file)) if (!this.#removed.has(found.path)) yield found;
	}

	/** What decides whether a copy is the same as before: `file:…` or `dir:…` with a digest of names, modes, owners and bytes, not of times. */
	async sum(file: ImageFile): Promise<string> {
		if (!file.node.children) return `file:${await this.#sumOf(file)}`;
		const sums = [];
		for (const found of this.walk(file)) if (found.path !== '/') sums.push(await this.#sumOf(found));
		return sumOfSums('dir', sums.sort());
	}

	#sumOf(file: ImageFile): Promise<string> {
		let sum = this.#sums.get(file.node);
		if (!sum) {
			sum = sumOfFile(file);
			this.#sums.set(file.node, sum);
		}
		return sum;
	}
}

/** One sum of several. */
export async function sumOfSums(prefix: string, sums: readonly string[]): Promise<string> {
	return `${prefix}:${hexOf(await digestOf(new TextEncoder().encode(sums.join(','))))}`;
}

/** The build context that a request's body is: a tar, compressed or not. Throws `invalid` for what is none. */
export async function readContext(
	daemon: Daemon,
	body: ReadableStream<Uint8Array> | null,
): Promise<CopySource> {
	const bytes = body ? await readAll(body, LARGEST_CONTEXT) : new Uint8Array();
	return contextOf(await unpackArchive(daemon, bytes));
}

/** The same of a plain tar. */
export function contextOf(tar: Uint8Array): CopySource {
	return new CopySource(new ImageFiles([readArchiveTree(tar)]), true);
}

/** The trees of images' layers, each read once for a build. */
export class LayerTrees {
	readonly #daemon: Daemon;
	readonly #trees = new Map<string, Tree>();

	constructor(daemon: Daemon) {
		this.#daemon = daemon;
	}

	/** Topmost first. */
	of(image: ImageRecord | null): Tree[] {
		return (image?.layers ?? []).map(({ diffId }) => this.#tree(diffId)).reverse();
	}

	#tree(diffId: string): Tree {
		let tree = this.#trees.get(diffId);
		if (!tree) {
			tree = readLayerTree(this.#daemon.layers.tar(diffId));
			this.#trees.set(diffId, tree);
		}
		return tree;
	}
}

/** Docker's sum of a file (its "tarsum", version 1), which the history shows. */
async function sumOfFile(file: ImageFile): Promise<string> {
	const { mode, uid, gid, major, minor, target, xattrs, children } = file.node;
	const content = contentOf(file);
	const facts: [name: string, value: string | number][] = [
		['name', children ? `${file.path.slice(1)}/` : file.path.slice(1)],
		['mode', mode & 0o7777],
		['uid', uid],
		['gid', gid],
		['size', content.length],
		['typeflag', tarTypeOf(mode)],
		['linkname', isType(mode, FileType.SYMLINK) ? target : ''],
		['uname', ''],
		['gname', ''],
		['devmajor', major],
		['devminor', minor],
	];
	const attributes = [...(xattrs ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
	const head = facts.map(([name, value]) => `${name}${value}`).join('');
	const parts = [
		encoder.encode(head),
		...attributes.flatMap(([name, value]) => [encoder.encode(name), value]),
		content,
	];
	return hexOf(await digestOf(concat(parts)));
}

function hexOf(digest: string): string {
	return digest.replace('sha256:', '');
}
