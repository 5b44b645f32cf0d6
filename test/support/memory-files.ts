import { invalid, notFound, readAll, streamOf } from '#base';
import type { CommandFiles, PathInfo } from '#cli';
import { readTar, writeTar, type TarMember } from '#oci';

/** A file's text, a folder, or a link. */
type Node = { text: string } | { link: string } | 'folder';

/** Files that only a test sees. Folders above a file are there by themselves; `{ '/a/b': { link: 'c' } }` is a link. */
export class MemoryFiles implements CommandFiles {
	readonly nodes = new Map<string, Node>([['/', 'folder']]);

	constructor(files: Record<string, string | { link: string }> = {}) {
		for (const [path, what] of Object.entries(files))
			this.#put(
				path.replace(/\/$/, ''),
				typeof what !== 'string' ? what : path.endsWith('/') ? 'folder' : { text: what },
			);
	}

	async read(path: string): Promise<Uint8Array> {
		const node = this.nodes.get(this.#resolve(path));
		if (node === undefined) throw notFound(`open ${path}: no such file or directory`);
		if (node === 'folder' || !('text' in node)) throw invalid(`read ${path}: is a directory`);
		return new TextEncoder().encode(node.text);
	}

	async write(path: string, content: Uint8Array | ReadableStream<Uint8Array>): Promise<void> {
		const bytes = content instanceof Uint8Array ? content : await readAll(content);
		this.#put(this.#resolve(path), { text: new TextDecoder().decode(bytes) });
	}

	async stat(path: string): Promise<{ isDirectory: boolean; size: number; mode: number }> {
		const node = this.nodes.get(this.#resolve(path));
		if (node === undefined) throw notFound(path);
		const isDirectory = node === 'folder';
		return { isDirectory, size: node !== 'folder' && 'text' in node ? node.text.length : 0, mode: 0o644 };
	}

	async lstat(path: string): Promise<PathInfo> {
		const at = this.#resolve(path, false);
		const node = this.nodes.get(at);
		if (node === undefined) throw notFound(path);
		if (node === 'folder') return { kind: 'directory', linkTarget: '' };
		if ('link' in node) return { kind: 'link', linkTarget: this.#resolve(path) };
		return { kind: at.startsWith('/dev/') ? 'device' : 'file', linkTarget: '' };
	}

	async archive(path: string, name: string): Promise<ReadableStream<Uint8Array>> {
		const top = this.#resolve(path, /\/\.?$/.test(path));
		const found = [...this.nodes].filter(
			([at]) => at === top || at.startsWith(top === '/' ? '/' : `${top}/`),
		);
		if (found.length === 0) throw notFound(path);
		const members = found
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([at, node]): TarMember => {
				const inArchive = name + at.slice(top === '/' ? 0 : top.length);
				if (node === 'folder') return { path: inArchive === '/' ? '/' : `${inArchive}/` };
				return 'link' in node
					? { path: inArchive, type: '2', link: node.link, mode: 0o777 }
					: { path: inArchive, data: node.text };
			});
		return streamOf(writeTar(members));
	}

	async extract(path: string, tar: ReadableStream<Uint8Array>): Promise<void> {
		const folder = this.#resolve(path);
		for (const member of readTar(await readAll(tar))) {
			const at = clean(`${folder}/${member.path}`);
			const isFolder = member.type === '5';
			const before = this.nodes.get(at);
			if (before !== undefined && (before === 'folder') !== isFolder)
				throw invalid(`cannot overwrite ${isFolder ? 'non-directory' : 'directory'} ${JSON.stringify(at)}`);
			this.#put(
				at,
				isFolder
					? 'folder'
					: member.type === '2'
						? { link: member.link }
						: { text: new TextDecoder().decode(member.data) },
			);
		}
	}

	async remove(path: string): Promise<void> {
		for (const at of [...this.nodes.keys()])
			if (at === path || at.startsWith(`${path}/`)) this.nodes.delete(at);
	}

	/** Everything below a path, relative to it, for a test to look at: `dir/`, `file=text`, `link->target`. */
	below(path: string): string[] {
		const top = path === '/' ? '/' : `${path}/`;
		return [...this.nodes]
			.filter(([at]) => at === path || at.startsWith(top))
			.map(([at, node]) => {
				const name = at.slice(path.length) || '.';
				return node === 'folder'
					? `${name}/`
					: 'link' in node
						? `${name}->${node.link}`
						: `${name}=${node.text}`;
			})
			.sort();
	}

	#put(path: string, node: Node): void {
		const parts = path.split('/').slice(0, -1);
		for (let length = 2; length <= parts.length; length++) {
			const folder = parts.slice(0, length).join('/');
			if (!this.nodes.has(folder)) this.nodes.set(folder, 'folder');
		}
		if (path !== '') this.nodes.set(path, node);
	}

	/** Follows links on the way, and the last one too unless told otherwise. */
	#resolve(path: string, last = true): string {
		let at = '';
		const parts = clean(path).split('/').slice(1);
		for (const [index, part] of parts.entries()) {
			at += `/${part}`;
			const node = this.nodes.get(at);
			if (node === undefined || node === 'folder' || !('link' in node)) continue;
			if (index === parts.length - 1 && !last) break;
			at = this.#resolve(
				node.link.startsWith('/') ? node.link : `${at.slice(0, at.lastIndexOf('/'))}/${node.link}`,
			);
		}
		return at === '' ? '/' : clean(at);
	}
}

function clean(path: string): string {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
}
