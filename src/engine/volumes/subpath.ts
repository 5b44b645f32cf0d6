import { internal, kindOf, leavesRoot } from '#base';
import { FileType, isType } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { FileStat } from '../ports.ts';

const MOST_LINKS = 255;

/**
 * Where `--mount …,volume-subpath=SUBPATH` leads in the guest: its links are followed here, because what is mounted must
 * not lie outside the volume. `base` is a path without links. Throws in Docker's words.
 */
export async function resolveSubpath(daemon: Daemon, base: string, subpath: string): Promise<string> {
	const whole = `${base}/${subpath}`;
	const pending = subpath.split('/');
	let at = base;
	let links = 0;
	for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
		if (name === '' || name === '.') continue;
		if (name === '..') {
			at = at.slice(0, at.lastIndexOf('/'));
			continue;
		}
		const path = `${at}/${name}`;
		const stat = await statOf(daemon, path);
		if (!stat) throw internal(`cannot access path ${whole}: lstat ${path}: no such file or directory`);
		if (!isType(stat.mode, FileType.SYMLINK)) {
			const isEnd = pending.every((rest) => rest === '' || rest === '.');
			if (!isEnd && !isType(stat.mode, FileType.DIRECTORY)) throw unresolved(whole, 'not a directory');
			at = path;
			continue;
		}
		if (++links > MOST_LINKS) throw unresolved(whole, 'EvalSymlinks: too many links');
		if (stat.linkTarget.startsWith('/')) at = '';
		pending.unshift(...stat.linkTarget.split('/'));
	}
	if (at === base || at.startsWith(`${base}/`)) return at;
	throw internal(`path concatenation escapes the base directory, base: ${base}, subpath: ${subpath}`);
}

function unresolved(path: string, why: string): Error {
	return internal(`error while resolving symlinks in combined path "${path}": ${why}`);
}

async function statOf(daemon: Daemon, path: string): Promise<FileStat | null> {
	try {
		return await daemon.ports.runtime.stat('', path);
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
		return null;
	}
}

/** Whether a path stays below where it starts, as it is written. */
export function isLocal(path: string): boolean {
	return path !== '' && !path.startsWith('/') && !leavesRoot(path);
}
