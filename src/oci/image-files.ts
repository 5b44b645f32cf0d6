import { FileType, isType, type Tree, type TreeNode } from './tree.ts';

const OPAQUE_XATTR = 'trusted.overlay.opaque';
const MAX_LINKS = 255;

/** A file of an image as its layers show it together. */
export interface ImageFile {
	/** Absolute, without links. */
	path: string;
	node: TreeNode;
	/** Of a directory: the same one in the layers that shine through, topmost first, itself included. */
	directories: readonly TreeNode[];
}

/** The trees of an image's layers, one over the other as overlayfs shows them. Reads through: what is added to a tree shows at once. */
export class ImageFiles {
	readonly #layers: readonly Tree[];

	/** Topmost first. */
	constructor(layers: readonly Tree[]) {
		this.#layers = layers;
	}

	get root(): ImageFile {
		return fileOf(
			'/',
			this.#layers.map(({ root }) => root),
		);
	}

	/** What a directory has under a name; null when nothing, or a whiteout. */
	child(directory: ImageFile, name: string): ImageFile | null {
		const found: TreeNode[] = [];
		for (const layer of directory.directories) {
			const node = layer.children?.get(name);
			if (!node) continue;
			if (isWhiteout(node)) break;
			if (found.length > 0 && !node.children) break;
			found.push(node);
			if (!node.children || isOpaque(node)) break;
		}
		if (found.length === 0) return null;
		return fileOf(directory.path === '/' ? `/${name}` : `${directory.path}/${name}`, found);
	}

	/** What is in a directory, in the order of their names. */
	children(directory: ImageFile): ImageFile[] {
		const names = new Set(directory.directories.flatMap(({ children }) => [...(children?.keys() ?? [])]));
		return [...names].sort(byCodeUnit).flatMap((name) => this.child(directory, name) ?? []);
	}

	/** What is at a path, links on the way and at its end followed; null when nothing is. */
	find(path: string): ImageFile | null {
		return this.at(this.resolve(path));
	}

	/** What is at a path that has no links on its way. */
	at(path: string): ImageFile | null {
		let file: ImageFile | null = this.root;
		for (const name of namesOf(path)) file = file && this.child(file, name);
		return file;
	}

	/** The path without links, none of which leaves the root; what is not there stays as it is. Links that go in circles lead nowhere. */
	resolve(path: string): string {
		const rest = namesOf(path);
		let resolved: string[] = [];
		for (let links = 0; rest.length > 0;) {
			const name = rest.shift() ?? '';
			if (name === '..') {
				resolved.pop();
				continue;
			}
			const file = this.at([...resolved, name].join('/'));
			if (!file || !isType(file.node.mode, FileType.SYMLINK) || ++links > MAX_LINKS) {
				resolved.push(name);
				continue;
			}
			if (file.node.target.startsWith('/')) resolved = [];
			rest.unshift(...namesOf(file.node.target));
		}
		return `/${resolved.join('/')}`;
	}

	/** A directory and all below it, or a file alone, directories before what is in them. */
	*walk(file: ImageFile): Generator<ImageFile> {
		yield file;
		if (!file.node.children) return;
		for (const child of this.children(file)) yield* this.walk(child);
	}
}

/** A file's bytes; none for what is no file. */
export function contentOf({ node }: ImageFile): Uint8Array {
	return node.content instanceof Uint8Array ? node.content : new Uint8Array();
}

function fileOf(path: string, nodes: TreeNode[]): ImageFile {
	const [node] = nodes as [TreeNode, ...TreeNode[]];
	return { path, node, directories: node.children ? nodes : [] };
}

function namesOf(path: string): string[] {
	return path.split('/').filter((name) => name !== '' && name !== '.');
}

function isWhiteout(node: TreeNode): boolean {
	return isType(node.mode, FileType.CHARACTER) && node.major === 0 && node.minor === 0;
}

function isOpaque({ xattrs }: TreeNode): boolean {
	return xattrs?.has(OPAQUE_XATTR) ?? false;
}

function byCodeUnit(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
