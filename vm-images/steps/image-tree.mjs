/** The file tree of one image: its parent's, its packages, what their install scripts would have done, then its own files. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { HERE } from '../files/cache.mjs';
import { bundleCertificates } from '../files/certificates.mjs';
import { readDeb } from '../files/deb.mjs';
import { registerPackages } from '../files/dpkg.mjs';
import { cacheLibraries } from '../files/libraries.mjs';
import { compileModules } from '../files/python.mjs';
import { appletsOf, compile } from '../files/program.mjs';
import { TYPE, isType } from '../files/tar.mjs';
import { Tree, usrMerge } from '../files/tree.mjs';

/** Patterns of files that no image has. */
export const SLIM = 'hub/slim.yaml';

/** A copy of the tree that can be changed without changing the first. */
export function copyOf(tree) {
	const copy = new Tree();
	copy.entries = new Map(tree.entries);
	copy.merged = tree.merged;
	return copy;
}

/** The tree that an image starts from, when it starts from none. */
export function emptyTree(wish) {
	const tree = new Tree();
	if (wish.usrMerged) usrMerge(tree);
	else tree.merged = false;
	return tree;
}

/**
 * Puts the packages in, and does by `wish` what their scripts would have done. Returns their papers.
 * `set` is `{ debs, leftOut, busybox }`: the package files that the parent has not, what is left out of those it depends on, and the
 * program that stands for BusyBox's package.
 */
export function installPackages(tree, wish, { debs, leftOut, busybox }) {
	const packages = debs.map((file) => ({ file, ...readDeb(file) }));
	const keep = wish.keep?.map((pattern) => new RegExp(pattern));
	for (const { members } of packages)
		for (const [name, entry] of members)
			if (!keep || keep.some((rule) => rule.test(name))) tree.put(name, entry);
	if (wish.applets) putApplets(tree, wish.applets, readFileSync(busybox));
	const slim = parse(readFileSync(path.join(HERE, SLIM), 'utf8'));
	const rules = [...slim, ...(wish.drop ?? [])].map((rule) => new RegExp(rule));
	tree.filter((at, entry) => !rules.some((rule) => rule.test(isType(entry, TYPE.dir) ? `${at}/` : at)));
	// Images whose package manager is there have its database.
	if (wish.usrMerged || tree.get('var/lib/dpkg/status')) registerPackages(tree, packages, leftOut);
	return packages.map(({ members: _members, file: _file, ...paper }) => paper);
}

/** The settings of `wish` that are about files: folders, links, owners, lines of text. */
export function configure(tree, wish, folder) {
	if (wish.certificates) bundleCertificates(tree);
	for (const at of wish.remove ?? []) tree.remove(at);
	for (const [at, mode] of Object.entries(wish.directories ?? {})) tree.dir(at, ...modeAndOwner(mode));
	for (const [at, target] of Object.entries(wish.links ?? {})) tree.link(at, target);
	for (const [at, from] of Object.entries(wish.copies ?? {})) tree.file(at, tree.need(from).data);
	for (const at of wish.ofMachine ?? []) tree.file(at, readFileSync(path.join(HERE, 'rootfs', at)));
	for (const [at, lines] of Object.entries(wish.append ?? {}))
		tree.file(at, `${tree.get(at)?.data ?? ''}${lines.join('\n')}\n`);
	if (wish.python) compileModules(tree);
	if (wish.program) tree.file(path.parse(wish.program).name, compile(path.join(folder, wish.program)), 0o755);
}

/** The image's own files, last of all. */
export function putFiles(tree, wish, folder) {
	if (existsSync(folder)) tree.overlay(folder);
	for (const [at, text] of Object.entries(wish.write ?? {})) tree.file(at, text);
	for (const [at, owner] of Object.entries(wish.owners ?? {})) {
		const [mode, [uid, gid]] = modeAndOwner(owner);
		const entry = tree.need(at);
		tree.put(at, { ...entry, mode: (entry.mode & ~0o7777) | mode, uid, gid });
	}
}

/** What is made of the rest once it is complete. */
export function finish(tree) {
	if (tree.get('etc/shadow') || tree.merged) tree.file('etc/shadow', shadowOf(tree), 0o640, [0, 42]);
	if (tree.merged) cacheLibraries(tree);
}

/** `755`, or `[755, uid, gid]`. */
function modeAndOwner(value) {
	const [mode, uid = 0, gid = 0] = Array.isArray(value) ? value : [value];
	return [parseInt(mode, 8), [uid, gid]];
}

/** Leaves of a BusyBox package nothing but its papers: `program` stands for it, in bin/, under the names of its applets. */
function putApplets(tree, { as, everyNameIn }, program) {
	tree.entries.clear();
	const at = 'bin/busybox';
	tree.file(at, program, 0o755);
	for (const full of appletsOf(program)) {
		const name = everyNameIn ? `${everyNameIn}/${path.basename(full)}` : full;
		if (tree.get(name)) continue;
		if (as === 'links') tree.link(name, `/${at}`);
		else tree.hardLink(name, at);
	}
}

/** Nobody has a password. */
function shadowOf(tree) {
	const lines = tree.need('etc/passwd').data.toString().trim().split('\n');
	return lines.map((line) => `${line.split(':')[0]}:*:20089:0:99999:7:::\n`).join('');
}
