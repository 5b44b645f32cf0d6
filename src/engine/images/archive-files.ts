import { FileType, isType, type Tree } from '#oci';

const MOST_LINKS = 8;

/** A regular file of an archive by its path, symlinks followed inside of the archive; null when there is none. */
export function fileAt(archive: Tree, path: string): Uint8Array | null {
	let names = path.split('/');
	for (let links = 0; links < MOST_LINKS; links++) {
		const node = archive.find(normal(names).join('/'));
		if (!node) return null;
		if (!isType(node.mode, FileType.SYMLINK)) {
			const isFile = isType(node.mode, FileType.FILE);
			return isFile ? (node.content instanceof Uint8Array ? node.content : new Uint8Array()) : null;
		}
		names = node.target.startsWith('/')
			? node.target.split('/')
			: [...names.slice(0, -1), ...node.target.split('/')];
	}
	return null;
}

/** `..` stops at the archive's root. */
function normal(names: readonly string[]): string[] {
	const out: string[] = [];
	for (const name of names) {
		if (name === '..') out.pop();
		else if (name !== '' && name !== '.') out.push(name);
	}
	return out;
}
