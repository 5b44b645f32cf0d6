/** Paths as Go's filepath package takes them apart, which is how the real command sees them. */

/** The shortest path that means the same; '.' for none. */
export function cleanPath(path: string): string {
	const isAbsolute = path.startsWith('/');
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '' || part === '.') continue;
		if (part !== '..') parts.push(part);
		else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
		else if (!isAbsolute) parts.push('..');
	}
	const joined = parts.join('/');
	return isAbsolute ? `/${joined}` : joined || '.';
}

/** All but the last element. */
export function dirName(path: string): string {
	return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}

/** The last element, slashes at the end not counted; '.' for an empty path. */
export function baseName(path: string): string {
	if (path === '') return '.';
	const trimmed = path.replace(/\/+$/, '');
	return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** A path from a folder; an absolute one stays as it is. */
export function resolvePath(folder: string, path: string): string {
	return cleanPath(path.startsWith('/') ? path : `${folder}/${path}`);
}

/** Whether a path with `..` in it leads above where it starts, as it is written: links are not looked at. */
export function leavesRoot(path: string): boolean {
	let depth = 0;
	for (const name of path.split('/')) {
		if (name === '..') depth--;
		else if (name !== '' && name !== '.') depth++;
		if (depth < 0) return true;
	}
	return false;
}
