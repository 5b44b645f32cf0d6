import {
	FileType,
	Tree,
	encodeName,
	isType,
	writeTar,
	type NodeFields,
	type TarMember,
	type TreeNode,
} from '#oci';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LINK_LENGTH = 26;
const LAYERS = '/run/drydock/layers';

/** The short name of a layer's folder in /var/lib/docker/overlay2/l; the agent makes those of containers in the same way. */
export function linkName(id: string): string {
	let name = '';
	for (let i = 0; i < LINK_LENGTH; i++)
		name += ALPHABET[Number.parseInt(id.slice(2 * i, 2 * i + 2), 16) >> 3];
	return name;
}

/** What a layer is in the guest's /var/lib/docker, as overlay2 lays it out: an archive to unpack there. */
export function layerFolder(id: string, exported: string, mtime: number): Uint8Array {
	const folder = `overlay2/${id}`;
	const members: TarMember[] = [
		{ path: 'overlay2/l/', mode: 0o700 },
		{ path: `${folder}/`, mode: 0o710 },
		{ path: `${folder}/diff`, type: '2', link: `${LAYERS}/${exported}` },
		{ path: `${folder}/link`, data: linkName(id) },
		{ path: `${folder}/committed`, mode: 0o600 },
		{ path: `overlay2/l/${linkName(id)}`, type: '2', link: `../${id}/diff` },
	];
	return writeTar(members.map((member) => ({ ...member, mtime })));
}

const FOLDERS = ['dev', 'dev/pts', 'dev/shm', 'etc', 'proc', 'sys'];
const FILES = ['.dockerenv', 'dev/console', 'etc/hostname', 'etc/hosts', 'etc/resolv.conf'];

/**
 * The layer between an image and a container: what Docker needs to be there to mount on. Folders are as the
 * image has them. The same folders give the same name.
 */
export function initLayer(layers: readonly Tree[], mtime: number): { name: string; tree: Tree } {
	const tree = new Tree(attributesOf(layers, '') ?? { mode: FileType.DIRECTORY | 0o755 });
	const made: unknown[] = [numbersOf(tree.root)];
	if (tree.root.mtime === 0) tree.root.mtime = mtime;
	const place = (path: string, fields: NodeFields) => {
		const slash = path.lastIndexOf('/');
		const parent = tree.find(path.slice(0, Math.max(slash, 0)));
		const node = tree.add(fields);
		if (parent) tree.name(parent, path.slice(slash + 1), node);
		return node;
	};
	for (const path of FOLDERS) {
		const node = place(path, attributesOf(layers, path) ?? { mode: FileType.DIRECTORY | 0o755 });
		made.push(numbersOf(node));
		if (node.mtime === 0) node.mtime = mtime;
	}
	for (const path of FILES) place(path, { mode: FileType.FILE | 0o755, mtime });
	place('etc/mtab', { mode: FileType.SYMLINK | 0o777, mtime, target: '/proc/mounts' });
	return { name: `init-${hash(JSON.stringify(made))}`, tree };
}

function numbersOf({ mode, uid, gid, mtime }: TreeNode): number[] {
	return [mode, uid, gid, mtime];
}

/** A folder as the topmost layer that says something of it has it; null when there is none. */
function attributesOf(layers: readonly Tree[], path: string): NodeFields | null {
	for (const layer of layers) {
		const node = layer.find(path);
		if (!node) continue;
		if (!isType(node.mode, FileType.DIRECTORY)) return null;
		const { mode, uid, gid, mtime } = node;
		return { mode, uid, gid, mtime };
	}
	return null;
}

/** FNV-1a, 64 bits. */
function hash(text: string): string {
	let number = 0xcbf29ce484222325n;
	for (const byte of encodeName(text)) number = BigInt.asUintN(64, (number ^ BigInt(byte)) * 0x100000001b3n);
	return number.toString(16).padStart(16, '0');
}
