import { contentOf, ImageFiles, type ImageFile } from './image-files.ts';
import { writeTar, type TarMember } from './tar-writer.ts';
import { FileType, isType, Tree, type NodeFields, type TreeNode } from './tree.ts';

/** Who owns a file. */
export interface Owner {
	uid: number;
	gid: number;
}

const TAR_TYPES: Record<number, string> = {
	[FileType.FILE]: '0',
	[FileType.SYMLINK]: '2',
	[FileType.CHARACTER]: '3',
	[FileType.BLOCK]: '4',
	[FileType.DIRECTORY]: '5',
	[FileType.FIFO]: '6',
};

/** The type of an archive's member for a file of this mode. */
export function tarTypeOf(mode: number): string {
	return TAR_TYPES[mode & FileType.MASK] ?? '0';
}

/** A layer in the making: files put over an image's, as a writable layer would hold them. */
export class LayerDraft {
	readonly #upper = new Tree();
	/** What the image shows with the draft over it. */
	readonly files: ImageFiles;
	readonly #now: number;

	/** The image's layers, topmost first; `now` is when directories are made, in Unix seconds. */
	constructor(layers: readonly Tree[], now: number) {
		this.files = new ImageFiles([this.#upper, ...layers]);
		this.#now = now;
	}

	/** Makes a directory and those on the way to it; only new ones get the owner. What is no directory is replaced. The path has no links. */
	makeDirectory(path: string, owner: Owner): void {
		let file = this.files.root;
		for (const name of path.split('/').filter((part) => part !== '')) {
			const found = this.files.child(file, name);
			if (found?.node.children) {
				file = found;
				continue;
			}
			const fields = { mode: FileType.DIRECTORY | 0o755, ...owner, mtime: this.#now };
			this.#put(file, name, fields);
			// Asked for anew: the directory it is in may have become the draft's own only now.
			file = this.files.at(`${file.path}/${name}`) as ImageFile;
		}
	}

	/** Puts a file where the path, which has no links, says; its directory must be there. A directory over a directory keeps what is in it. */
	put(path: string, fields: NodeFields): void {
		const slash = path.lastIndexOf('/');
		const directory = this.files.at(path.slice(0, slash)) as ImageFile;
		this.#put(directory, path.slice(slash + 1), fields);
	}

	/** Gives what is there another owner. */
	own(path: string, { uid, gid }: Owner): void {
		const file = this.files.at(path);
		if (!file) return;
		if (path === '/') Object.assign(this.#upper.root, { uid, gid });
		else this.put(path, { ...fieldsOf(file.node), uid, gid });
	}

	/** The layer: nothing when no file was put. The same draft gives the same bytes. */
	tar(): Uint8Array {
		return writeTar(members(this.#upper.root, ''));
	}

	#put(directory: ImageFile, name: string, fields: NodeFields): void {
		const upper = this.#raise(directory);
		const old = upper.children?.get(name);
		if (old?.children && isType(fields.mode, FileType.DIRECTORY)) {
			const { mode, uid = 0, gid = 0, mtime = 0, mtimeNs = 0 } = fields;
			Object.assign(old, { mode, uid, gid, mtime, mtimeNs });
			return;
		}
		this.#upper.name(upper, name, this.#upper.add(fields));
	}

	/** The draft's own node for a directory of the image. */
	#raise(directory: ImageFile): TreeNode {
		let node = this.#upper.root;
		let file = this.files.root;
		for (const name of directory.path.split('/').filter((part) => part !== '')) {
			file = this.files.child(file, name) as ImageFile;
			let own = node.children?.get(name);
			if (!own?.children) {
				own = this.#upper.add(fieldsOf(file.node));
				this.#upper.name(node, name, own);
			}
			node = own;
		}
		return node;
	}
}

/** What makes a node like this one. */
export function fieldsOf(node: TreeNode): NodeFields {
	const { mode, uid, gid, mtime, size, major, minor, content, target, xattrs } = node;
	const own = xattrs && new Map([...xattrs].filter(([key]) => !key.startsWith('trusted.overlay.')));
	return { mode, uid, gid, mtime, size, major, minor, content, target, xattrs: own?.size ? own : null };
}

function* members(directory: TreeNode, prefix: string): Generator<TarMember> {
	const names = [...(directory.children?.keys() ?? [])].sort();
	for (const name of names) {
		const node = directory.children?.get(name) as TreeNode;
		const path = `${prefix}${name}`;
		yield memberOf(node, path);
		if (node.children) yield* members(node, `${path}/`);
	}
}

function memberOf(node: TreeNode, path: string): TarMember {
	const { mode, uid, gid, mtime, major, minor, target, xattrs } = node;
	const isLink = isType(mode, FileType.SYMLINK);
	return {
		path: node.children ? `${path}/` : path,
		type: tarTypeOf(mode),
		mode: mode & 0o7777,
		uid,
		gid,
		mtime,
		major,
		minor,
		...(isLink && { link: target }),
		data: contentOf({ path, node, directories: [] }),
		...(xattrs && { xattrs: Object.fromEntries(xattrs) }),
	};
}
