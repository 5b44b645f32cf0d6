/** The machine's files as the page fetches them: contents by hash and one index of the tree. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../files/cache.mjs';
import { TYPE, isType } from '../files/tar.mjs';

/** Writes the tree's blobs and its index into `out`; returns the reference of the index. */
export function packTree(tree, out) {
	const entries = [];
	for (const [name, entry] of [
		['', { mode: TYPE.dir | 0o755, uid: 0, gid: 0, mtime: 0 }],
		...tree.sorted(),
	]) {
		const size = entry.data?.length ?? Buffer.byteLength(entry.target ?? '');
		entries.push([name, entry.mode, entry.uid, entry.gid, entry.mtime, size, dataOf(entry, out)]);
	}
	return writeNamed(
		out,
		'root',
		'.json.gzip',
		gzipSync(JSON.stringify({ version: 1, entries }), { level: 9 }),
	);
}

function dataOf(entry, out) {
	if (entry.link !== undefined) return { link: entry.link };
	if (isType(entry, TYPE.symlink)) return entry.target;
	if (entry.device) return entry.device;
	if (!isType(entry, TYPE.file)) return null;
	if (entry.data.length === 0) return '';
	const hash = sha256(entry.data);
	const file = path.join(out, 'blobs', hash.slice(0, 2), hash);
	if (!existsSync(file)) {
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, entry.data);
	}
	return hash;
}

/** Writes `NAME-HASH SUFFIX` and returns its FileRef. */
export function writeNamed(out, name, suffix, data) {
	const hash = sha256(data);
	const file = `${name}-${hash.slice(0, 16)}${suffix}`;
	writeFileSync(path.join(out, file), data);
	return { file, sha256: hash, size: data.length };
}

/** The same for a file that is there already. */
export function copyNamed(out, name, suffix, from) {
	return writeNamed(out, name, suffix, readFileSync(from));
}
