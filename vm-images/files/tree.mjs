/** A file tree in memory: path → entry, as `tar.mjs` has them. Nothing here needs root or touches the host's files. */
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { TYPE, isType } from './tar.mjs';

/** The time of everything that is ours, so that the same sources give the same bytes. */
export const EPOCH = 1735689600;

/** How the name of a file begins that stands in a layer for one that is gone. */
export const WHITEOUT = '.wh.';

const MERGED = /^(bin|sbin|lib)(?=\/|$)/;

export class Tree {
	entries = new Map();

	/** Puts an entry, and the directories above it that are missing. Merged-/usr paths land in usr/. */
	put(name, entry) {
		const at = this.#place(name);
		if (at === '') return;
		this.#parents(at);
		const old = this.entries.get(at);
		// A directory that comes again keeps what is in it; a symlink to a directory stays one.
		if (isType(entry, TYPE.dir) && old && isType(old, TYPE.symlink)) return;
		this.entries.set(at, entry.link === undefined ? entry : this.#linked(entry.link));
	}

	file(name, data, mode = 0o644, owner = [0, 0]) {
		const [uid, gid] = owner;
		this.put(name, { mode: TYPE.file | mode, uid, gid, mtime: EPOCH, data: Buffer.from(data) });
	}

	dir(name, mode = 0o755, owner = [0, 0]) {
		const [uid, gid] = owner;
		this.put(name, { mode: TYPE.dir | mode, uid, gid, mtime: EPOCH });
	}

	link(name, target) {
		this.put(name, { mode: TYPE.symlink | 0o777, uid: 0, gid: 0, mtime: EPOCH, target });
	}

	hardLink(name, to) {
		this.put(name, { link: to });
	}

	get(name) {
		return this.entries.get(this.#place(name));
	}

	/** The entry, or an error that names it. */
	need(name) {
		const entry = this.get(name);
		if (!entry) throw new Error(`there is no ${name} in the tree`);
		return entry;
	}

	/** Deletes a path and all below it. */
	remove(name) {
		const at = this.#place(name);
		this.entries.delete(at);
		for (const key of this.entries.keys()) if (key.startsWith(`${at}/`)) this.entries.delete(key);
	}

	/** Keeps what the predicate accepts. */
	filter(keep) {
		for (const [name, entry] of [...this.entries]) if (!keep(name, entry)) this.entries.delete(name);
		return this;
	}

	/** Copies a folder of the checkout: files 755 or 644 by their x bit, new directories 755, all root's. */
	overlay(folder) {
		for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
			const full = path.join(item.parentPath ?? item.path, item.name);
			const name = path.relative(folder, full);
			if (item.isDirectory()) this.#parents(`${name}/.`);
			else if (item.isSymbolicLink()) this.link(name, readlinkSync(full));
			else this.file(name, readFileSync(full), statSync(full).mode & 0o100 ? 0o755 : 0o644);
		}
	}

	/** All pairs, parents first, siblings by byte. Of files that are hard links the first has the content, the others `link`. */
	sorted() {
		const key = (name) => Buffer.from(name.replaceAll('/', '\0'));
		const firsts = new Map();
		return [...this.entries]
			.map(([name, entry]) => ({ name, entry, key: key(name) }))
			.sort((a, b) => Buffer.compare(a.key, b.key))
			.map(({ name, entry }) => {
				if (!entry.inode) return [name, entry];
				const link = firsts.get(entry.inode);
				if (link === undefined) firsts.set(entry.inode, name);
				return [name, { ...entry, link }];
			});
	}

	merged = true;

	/** The same file under another name: both get one inode, whichever is dropped or comes first later. */
	#linked(to) {
		const file = this.need(to);
		file.inode ??= Symbol(to);
		return { ...file };
	}

	#place(name) {
		return this.merged ? name.replace(MERGED, 'usr/$1') : name;
	}

	#parents(name) {
		const above = path.dirname(name);
		if (above === '.' || this.entries.has(above)) return;
		this.#parents(above);
		this.entries.set(above, { mode: TYPE.dir | 0o755, uid: 0, gid: 0, mtime: EPOCH });
	}
}

/** What a layer's archive makes of the tree below it: entries replace, whiteouts remove. */
export function applyLayer(tree, members) {
	const { merged } = tree;
	// The names of a layer are where things are, not where a package would put them.
	tree.merged = false;
	for (const [name, entry] of members) {
		const base = path.basename(name);
		if (base.startsWith(WHITEOUT)) tree.remove(path.join(path.dirname(name), base.slice(WHITEOUT.length)));
		else tree.put(name, entry);
	}
	tree.merged = merged;
	return tree;
}

/** Makes usr/{bin,sbin,lib} and the links to them at the top, which `Tree` does not redirect. */
export function usrMerge(tree) {
	for (const name of ['bin', 'sbin', 'lib']) {
		tree.dir(`usr/${name}`);
		tree.entries.set(name, {
			mode: TYPE.symlink | 0o777,
			uid: 0,
			gid: 0,
			mtime: EPOCH,
			target: `usr/${name}`,
		});
	}
}
