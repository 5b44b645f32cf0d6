/** The type bits of a mode. */
export const FileType = {
	MASK: 0o170000,
	SOCKET: 0o140000,
	SYMLINK: 0o120000,
	FILE: 0o100000,
	BLOCK: 0o060000,
	DIRECTORY: 0o040000,
	CHARACTER: 0o020000,
	FIFO: 0o010000,
} as const;

/** An inode of an immutable tree. Hard links are one node under several names. */
export interface TreeNode {
	/** Its place in `Tree.nodes`: the same whenever the tree is made from the same source. */
	readonly index: number;
	/** With its type bits. */
	mode: number;
	uid: number;
	gid: number;
	/** Unix time, rounded down to seconds. */
	mtime: number;
	/** Of the second after it. */
	mtimeNs: number;
	size: number;
	nlink: number;
	/** Numbers of a device. */
	major: number;
	minor: number;
	/** A file's bytes, or the sha256 (hex) to fetch them by; `null` when there are none. */
	content: Uint8Array | string | null;
	/** Where a symlink points. */
	target: string;
	/** Of a directory, by name, in the order of the source; else `null`. */
	children: Map<string, TreeNode> | null;
	/** Of a directory that is not the root. */
	parent: TreeNode | null;
	xattrs: Map<string, Uint8Array> | null;
}

/** What a node is made from; what is absent is zero or empty. */
export interface NodeFields {
	mode: number;
	uid?: number;
	gid?: number;
	mtime?: number;
	mtimeNs?: number;
	size?: number;
	major?: number;
	minor?: number;
	content?: Uint8Array | string | null;
	target?: string;
	xattrs?: Map<string, Uint8Array> | null;
}

/** A tree of files that is never changed once it is handed out. Node 0 is the root directory. */
export class Tree {
	readonly nodes: TreeNode[] = [];

	constructor(root: NodeFields = { mode: FileType.DIRECTORY | 0o755 }) {
		this.add(root);
	}

	get root(): TreeNode {
		return this.nodes[0] as TreeNode;
	}

	/** A new node that has no name yet. */
	add(fields: NodeFields): TreeNode {
		const directory = isType(fields.mode, FileType.DIRECTORY);
		const node: TreeNode = {
			index: this.nodes.length,
			mode: fields.mode,
			uid: fields.uid ?? 0,
			gid: fields.gid ?? 0,
			mtime: fields.mtime ?? 0,
			mtimeNs: fields.mtimeNs ?? 0,
			size: fields.size ?? 0,
			nlink: directory ? 2 : 0,
			major: fields.major ?? 0,
			minor: fields.minor ?? 0,
			content: fields.content ?? null,
			target: fields.target ?? '',
			children: directory ? new Map() : null,
			parent: null,
			xattrs: fields.xattrs ?? null,
		};
		this.nodes.push(node);
		return node;
	}

	/** Gives a node a name in a directory. What had the name before loses it. */
	name(directory: TreeNode, name: string, node: TreeNode): void {
		this.unname(directory, name);
		directory.children?.set(name, node);
		if (node.children) {
			node.parent = directory;
			directory.nlink++;
		} else node.nlink++;
	}

	/** Takes a name away; the node stays in `nodes`, so that no index changes. */
	unname(directory: TreeNode, name: string): void {
		const old = directory.children?.get(name);
		if (!old) return;
		directory.children?.delete(name);
		if (old.children) directory.nlink--;
		else old.nlink--;
	}

	/** The node at a path like `usr/bin/env`, following no symlinks. */
	find(path: string): TreeNode | undefined {
		let node: TreeNode | undefined = this.root;
		for (const name of path.split('/')) if (name !== '') node = node?.children?.get(name);
		return node;
	}
}

export function isType(mode: number, type: number): boolean {
	return (mode & FileType.MASK) === type;
}
