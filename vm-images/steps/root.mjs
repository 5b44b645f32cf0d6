/** The machine's root filesystem as a tree in memory: packages, then what their install scripts would do, then our own files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { HERE } from '../files/cache.mjs';
import { bundleCertificates } from '../files/certificates.mjs';
import { unpackDeb } from '../files/deb.mjs';
import { cacheLibraries } from '../files/libraries.mjs';
import { TYPE, isType } from '../files/tar.mjs';
import { Tree, usrMerge } from '../files/tree.mjs';
import { filesOf } from './fetch.mjs';

/** Returns `{ tree, packages }`: the whole root, and the papers of each package in it. */
export function makeRoot(set, { crun, agent }) {
	const rules = parse(readFileSync(path.join(HERE, 'packages/configure.yaml'), 'utf8'));
	const tree = new Tree();
	usrMerge(tree);
	const packages = filesOf(set).map((file) => unpackDeb(file, tree));
	bundleCertificates(tree);
	slim(tree, rules.slim);
	for (const [name, mode] of Object.entries(rules.directories)) tree.dir(name, parseInt(mode, 8));
	for (const [name, target] of Object.entries(rules.links)) tree.link(name, target);
	tree.overlay(path.join(HERE, 'rootfs'));
	for (const [name, [mode, uid, gid]] of Object.entries(rules.modes))
		tree.put(name, { ...tree.need(name), mode: TYPE.file | parseInt(mode, 8), uid, gid });
	install(tree, crun, agent);
	cacheLibraries(tree);
	return { tree, packages };
}

/** The programs built here, and the names by which each is known. */
function install(tree, crun, agent) {
	tree.file('usr/bin/crun', readFileSync(crun), 0o755);
	tree.hardLink('usr/sbin/runc', 'usr/bin/crun');
	tree.file('usr/bin/dockerd', readFileSync(agent), 0o755);
	const names = [
		'sbin/init',
		'bin/docker',
		'bin/docker-compose',
		'bin/docker-init',
		'bin/docker-proxy',
		'bin/containerd-shim-runc-v2',
	];
	for (const name of names) tree.hardLink(`usr/${name}`, 'usr/bin/dockerd');
}

/** Drops what the rules name, and scripts in a language that is not there. */
function slim(tree, patterns) {
	const rules = patterns.map((pattern) => new RegExp(pattern));
	const isPerl = (entry) => /^#!\s*\S*perl/.test(entry.data?.toString('latin1', 0, 64) ?? '');
	tree.filter((name, entry) => {
		const asFolder = isType(entry, TYPE.dir) ? `${name}/` : name;
		return !rules.some((rule) => rule.test(asFolder)) && !isPerl(entry);
	});
	// Symlinks to what went, like the manual's alternatives, go too.
	tree.filter((name, entry) => !isType(entry, TYPE.symlink) || leadsSomewhere(tree, name, entry.target));
}

function leadsSomewhere(tree, name, target) {
	const at = path.resolve('/', path.dirname(name), target).slice(1);
	if (/^(dev|proc|sys|run|tmp|var|etc\/alternatives)\b/.test(at)) return true;
	return tree.get(at) !== undefined || [...tree.entries.keys()].some((key) => key.startsWith(`${at}/`));
}
