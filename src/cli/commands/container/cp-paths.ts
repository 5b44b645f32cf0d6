import { baseName, cleanPath, dirName, invalid } from '#base';

/** `CONTAINER:PATH`, or a path of the one who typed it (`container` is ''). What begins with `/` or `.` is always a path. */
export function splitArgument(text: string): { container: string; path: string } {
	const colon = text.indexOf(':');
	if (text.startsWith('/') || colon < 0 || text.startsWith('.')) return { container: '', path: text };
	return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** A cleaned path with the `/` or `/.` that the original ended in: they say that it is a folder, and that its content is meant. */
export function keepEnding(cleaned: string, original: string): string {
	let path = cleaned;
	if (baseName(path) !== '.' && baseName(original) === '.') path += path.endsWith('/') ? '.' : '/.';
	if (!path.endsWith('/') && original.endsWith('/')) path += '/';
	return path;
}

/** Whether a path ends as a folder's does. */
export function namesFolder(path: string): boolean {
	return path.endsWith('/') || baseName(path) === '.';
}

/** The folder something lies in and what it is called there; `folder/.` is `.` of the folder. */
export function splitEntry(path: string): { folder: string; name: string } {
	const cleaned = baseName(path) === '.' ? `${cleanPath(path)}/.` : cleanPath(path);
	return { folder: dirName(cleaned), name: baseName(cleaned) };
}

/** The path that a link leads to, ending as the link's did; `rebase` is the name to keep when the target has another. */
export function pathOfLink(path: string, linkTarget: string): { path: string; rebase: string } {
	const target = linkTarget.startsWith('/')
		? linkTarget
		: cleanPath(`${splitEntry(path).folder}/${linkTarget}`);
	let resolved = target;
	if (baseName(path) === '.' && baseName(resolved) !== '.') resolved += '/.';
	if (path.endsWith('/') && !resolved.endsWith('/')) resolved += '/';
	return { path: resolved, rebase: baseName(path) === baseName(resolved) ? '' : baseName(path) };
}

/** One end of a copy. */
export interface Place {
	path: string;
	exists: boolean;
	isFolder: boolean;
}

/** Where an archive is unpacked, and what its members are called there. */
export interface Plan {
	folder: string;
	rename: ((name: string) => string) | null;
}

/** How `cp` names what it copies: into a folder that is there under its own name, else under the destination's. Throws Docker's words. */
export function arrange(source: Place & { rebase?: string }, destination: Place): Plan {
	if (destination.exists && destination.isFolder) return { folder: destination.path, rename: null };
	if (destination.exists && source.isFolder) throw invalid('cannot copy directory');
	if (!destination.exists && !source.isFolder && namesFolder(destination.path))
		throw invalid('no such directory');
	const { folder, name } = splitEntry(destination.path);
	return { folder, rename: rebase(source.rebase ?? splitEntry(source.path).name, name) };
}

/** Renames what an archive's members begin with. */
export function rebase(from: string, to: string): (name: string) => string {
	const old = from === '/' ? '' : from;
	return (name) => name.replace(old, () => to);
}
