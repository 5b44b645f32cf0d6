import { invalid } from '#base';
import { encodeName } from './names.ts';
import { readTar, type TarEntry } from './tar.ts';
import { FileType, Tree, isType, type NodeFields, type TreeNode } from './tree.ts';

const MAX_ENTRIES = 500_000;
const MAX_PATH = 4096;
const MAX_NAME = 255;
const MAX_DEPTH = 256;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
const OPAQUE_XATTR = 'trusted.overlay.opaque';

const TYPES: Record<string, number> = {
	'0': FileType.FILE,
	'2': FileType.SYMLINK,
	'3': FileType.CHARACTER,
	'4': FileType.BLOCK,
	'5': FileType.DIRECTORY,
	'6': FileType.FIFO,
};

/**
 * The tree of an uncompressed layer as an overlay's lower directory: file contents are views of `tar`, a
 * whiteout is a device 0/0, an opaque directory has overlayfs's mark. Throws `invalid` for an archive that
 * no layer can be.
 */
export function readLayerTree(tar: Uint8Array): Tree {
	return readTree(tar, addEntry);
}

/** The tree of any archive: the names that mean deletions in a layer are names like others. Throws `invalid` like `readLayerTree`. */
export function readArchiveTree(tar: Uint8Array): Tree {
	return readTree(tar, addPlainEntry);
}

type Add = (tree: Tree, entry: TarEntry, directory: TreeNode, name: string) => void;

function readTree(tar: Uint8Array, add: Add): Tree {
	const tree = new Tree();
	for (const entry of readTar(tar)) {
		if (tree.nodes.length > MAX_ENTRIES) throw invalid(`the layer has more than ${MAX_ENTRIES} files`);
		const names = namesOf(entry.path);
		const name = names.pop();
		if (name === undefined) applyTo(tree.root, fieldsOf(entry));
		else add(tree, entry, directoryFor(tree, names, entry.path), name);
	}
	return tree;
}

function addEntry(tree: Tree, entry: TarEntry, directory: TreeNode, name: string): void {
	if (name === OPAQUE) markOpaque(directory);
	else if (name.startsWith(`${WHITEOUT}${WHITEOUT}`)) return;
	else if (name.startsWith(WHITEOUT)) addWhiteout(tree, directory, name.slice(WHITEOUT.length), entry.path);
	else addPlainEntry(tree, entry, directory, name);
}

function addPlainEntry(tree: Tree, entry: TarEntry, directory: TreeNode, name: string): void {
	if (entry.type === '1') addHardLink(tree, directory, name, entry);
	else addNode(tree, directory, name, fieldsOf(entry));
}

/** The names on the way to an entry, `.` and `..` resolved. */
function namesOf(path: string): string[] {
	if (encodeName(path).length > MAX_PATH)
		throw invalid(`the layer has a path of more than ${MAX_PATH} bytes`);
	if (path.includes('\0')) throw invalid('the layer has a path with a NUL in it');
	const names: string[] = [];
	for (const name of path.split('/')) {
		if (name === '' || name === '.') continue;
		if (name !== '..') names.push(name);
		else if (names.pop() === undefined) throw invalid(`the layer has a path that leaves its root: ${path}`);
		if (name.length > MAX_NAME) throw invalid(`the layer has a name of more than ${MAX_NAME} bytes`);
	}
	if (names.length > MAX_DEPTH) throw invalid(`the layer has directories more than ${MAX_DEPTH} deep`);
	return names;
}

/** The directory of an entry; those that the archive has not named so far are made. */
function directoryFor(tree: Tree, names: readonly string[], path: string): TreeNode {
	let node = tree.root;
	for (const name of names) {
		const found = node.children?.get(name);
		if (found && !found.children && !isWhiteout(found))
			throw invalid(`the layer has a file below something that is not a directory: ${path}`);
		node = found?.children ? found : addNode(tree, node, name, { mode: FileType.DIRECTORY | 0o755 });
	}
	return node;
}

function addNode(tree: Tree, directory: TreeNode, name: string, fields: NodeFields): TreeNode {
	const old = directory.children?.get(name);
	if (old?.children && isType(fields.mode, FileType.DIRECTORY)) return applyTo(old, fields);
	const node = tree.add(fields);
	// The layer removes what was below and puts a directory of its own there.
	if (node.children && old && isWhiteout(old)) markOpaque(node);
	tree.name(directory, name, node);
	return node;
}

function applyTo(node: TreeNode, fields: NodeFields): TreeNode {
	if (!isType(fields.mode, FileType.DIRECTORY)) throw invalid('the root of the layer is not a directory');
	node.mode = fields.mode;
	node.uid = fields.uid ?? 0;
	node.gid = fields.gid ?? 0;
	node.mtime = fields.mtime ?? 0;
	node.mtimeNs = fields.mtimeNs ?? 0;
	for (const [key, value] of fields.xattrs ?? []) (node.xattrs ??= new Map()).set(key, value);
	return node;
}

function addHardLink(tree: Tree, directory: TreeNode, name: string, entry: TarEntry): void {
	const node = tree.find(namesOf(entry.link).join('/'));
	if (!node) throw invalid(`the layer links ${entry.path} to ${entry.link}, which it does not have`);
	if (node.children || isWhiteout(node))
		throw invalid(`the layer links ${entry.path} to what is not a file: ${entry.link}`);
	if (directory.children?.get(name) !== node) tree.name(directory, name, node);
}

function addWhiteout(tree: Tree, directory: TreeNode, name: string, path: string): void {
	if (name === '' || name === '.' || name === '..')
		throw invalid(`the layer has a whiteout of nothing: ${path}`);
	const present = directory.children?.get(name);
	if (present?.children) markOpaque(present);
	if (!present) tree.name(directory, name, tree.add({ mode: FileType.CHARACTER }));
}

function markOpaque(directory: TreeNode): void {
	(directory.xattrs ??= new Map()).set(OPAQUE_XATTR, Uint8Array.of(0x79));
}

function isWhiteout(node: TreeNode): boolean {
	return isType(node.mode, FileType.CHARACTER) && node.major === 0 && node.minor === 0;
}

function fieldsOf(entry: TarEntry): NodeFields {
	const type = TYPES[entry.type];
	if (type === undefined)
		throw invalid(`the layer has an entry of unknown type ${JSON.stringify(entry.type)}: ${entry.path}`);
	const fields: NodeFields = {
		mode: type | entry.mode,
		uid: entry.uid,
		gid: entry.gid,
		mtime: Math.max(0, entry.mtime),
		mtimeNs: entry.mtime < 0 ? 0 : entry.mtimeNs,
		xattrs: entry.xattrs,
	};
	if (type === FileType.SYMLINK) return { ...fields, mode: type | 0o777, target: entry.link };
	if (type === FileType.FILE) return { ...fields, size: entry.data.length, content: entry.data };
	return { ...fields, major: entry.major, minor: entry.minor };
}
