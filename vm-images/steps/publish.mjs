/** Puts finished files where the site serves them, and deletes what is there and no longer wanted. */
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/** A step's notes for the manifest; not served. */
const PRIVATE = 'papers.json';

/** Makes `target` hold exactly the files of `sources` (later ones win). Files whose size and inode agree are left alone. */
export function publish(sources, target) {
	const wanted = new Map();
	for (const source of sources)
		for (const name of filesBelow(source)) if (name !== PRIVATE) wanted.set(name, path.join(source, name));
	mkdirSync(target, { recursive: true });
	for (const name of filesBelow(target)) if (!wanted.has(name)) rmSync(path.join(target, name));
	// machine.json and the like come last: who reads them finds what they name.
	const order = [...wanted.keys()].sort((a, b) => Number(a.endsWith('.json')) - Number(b.endsWith('.json')));
	for (const name of order) place(wanted.get(name), path.join(target, name));
	pruneFolders(target);
}

function filesBelow(folder) {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((item) => item.isFile())
		.map((item) => path.relative(folder, path.join(item.parentPath ?? item.path, item.name)));
}

/** Hard link where the file system can, copy where it cannot. */
function place(from, to) {
	const source = statSync(from);
	const old = statSync(to, { throwIfNoEntry: false });
	if (old && (old.ino === source.ino || (old.size === source.size && old.mtimeMs === source.mtimeMs))) return;
	mkdirSync(path.dirname(to), { recursive: true });
	rmSync(to, { force: true });
	try {
		linkSync(from, to);
	} catch {
		copyFileSync(from, to);
	}
}

function pruneFolders(folder) {
	for (const item of readdirSync(folder, { withFileTypes: true })) {
		if (!item.isDirectory()) continue;
		const inner = path.join(folder, item.name);
		pruneFolders(inner);
		if (readdirSync(inner).length === 0) rmSync(inner, { recursive: true });
	}
}
