/** The public registry as static files: each folder of images/ as an image, over the image its `from` names. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HERE, step } from '../files/cache.mjs';
import { unpackDeb } from '../files/deb.mjs';
import { cacheLibraries } from '../files/libraries.mjs';
import { TYPE, isType } from '../files/tar.mjs';
import { Tree, usrMerge } from '../files/tree.mjs';
import { filesOf } from './fetch.mjs';
import { makeHistory, makeLayer, write, writeImage } from './image.mjs';

const CODE = ['images', 'files', 'steps/hub.mjs', 'steps/image.mjs'].map((name) => ({ path: name }));

/** Builds every image; returns a folder with `hub`, which is published, and the papers of the packages in it. */
export function buildHub(wishes, lock) {
	const names = Object.keys(wishes.images);
	const packages = names.flatMap((name) =>
		lock.sets[name].map(({ file, sha256: hash }) => `${name} ${file} ${hash}`),
	);
	return step('hub', [...packages, ...CODE], (out) => {
		const built = new Map();
		for (const name of inOrder(wishes.images)) {
			const wish = wishes.images[name];
			built.set(name, buildImage(out, name, wish, filesOf(lock.sets[name]), built.get(wish.from)));
		}
		const all = [...built].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
		write(
			path.join(out, 'hub/catalog.json'),
			`${JSON.stringify({ repositories: all.map(({ line }) => line) }, null, '\t')}\n`,
		);
		write(path.join(out, 'papers.json'), JSON.stringify(all.flatMap(({ papers }) => papers)));
	});
}

/** Names with every image after the one it is built on. */
function inOrder(images) {
	const depth = (name) => (images[name].from ? 1 + depth(images[name].from) : 0);
	return Object.keys(images).sort((a, b) => depth(a) - depth(b));
}

function buildImage(out, name, wish, debs, parent) {
	const { tree, papers } = fill(name, wish, debs, parent);
	const layers = [...(parent?.layers ?? []), makeLayer(tree, parent?.tree)];
	const history = makeHistory(wish, parent?.history);
	const line = writeImage(path.join(out, 'hub'), name, wish, layers, history);
	return { tree, debs, layers, history, line, papers: papers.map((paper) => ({ ...paper, image: name })) };
}

/** The image's whole tree: its parent's, its packages, what their install scripts would do, then its folder's files. */
function fill(name, wish, debs, parent) {
	const folder = path.join(HERE, 'images', name);
	let tree = new Tree();
	if (parent) tree.entries = new Map(parent.tree.entries);
	else if (wish.usrMerged) usrMerge(tree);
	else tree.merged = false;
	const papers = debs.filter((file) => !parent?.debs.includes(file)).map((file) => unpackDeb(file, tree));
	if (wish.applets) tree = appletsOnly(tree, wish.applets);
	const rules = (wish.drop ?? []).map((rule) => new RegExp(rule));
	tree.filter((at, entry) => !rules.some((rule) => rule.test(isType(entry, TYPE.dir) ? `${at}/` : at)));
	for (const [at, mode] of Object.entries(wish.directories ?? {})) tree.dir(at, parseInt(mode, 8));
	for (const [at, target] of Object.entries(wish.links ?? {})) tree.link(at, target);
	for (const [at, from] of Object.entries(wish.copies ?? {})) tree.file(at, tree.need(from).data);
	for (const [at, lines] of Object.entries(wish.append ?? {}))
		tree.file(at, `${tree.need(at).data}${lines.join('\n')}\n`);
	if (wish.program) tree.file(path.parse(wish.program).name, compile(path.join(folder, wish.program)), 0o755);
	if (existsSync(path.join(folder, 'files'))) tree.overlay(path.join(folder, 'files'));
	if (wish.shadow) tree.file('etc/shadow', shadowOf(tree), 0o640, [0, wish.shadow]);
	if (tree.merged) cacheLibraries(tree);
	return { tree, papers };
}

/** A tree of one multi-call program in bin/, wherever its package has it, and its names beside it. */
function appletsOnly(unpacked, from) {
	const tree = new Tree();
	tree.merged = false;
	const program = unpacked.need(from).data;
	const at = `bin/${path.basename(from)}`;
	tree.file(at, program, 0o755);
	const names = inTemporary('busybox', (file) => {
		writeFileSync(file, program, { mode: 0o755 });
		return execFileSync(file, ['--list'], { encoding: 'utf8' }).trim().split('\n').sort();
	});
	for (const name of names) if (!tree.get(`bin/${name}`)) tree.hardLink(`bin/${name}`, at);
	return tree;
}

/** Nobody has a password. */
function shadowOf(tree) {
	const names = tree
		.need('etc/passwd')
		.data.toString()
		.trim()
		.split('\n')
		.map((line) => line.split(':')[0]);
	return names.map((name) => `${name}:*:20089:0:99999:7:::\n`).join('');
}

function compile(source) {
	return inTemporary('program', (file) => {
		execFileSync('gcc', [
			'-m32',
			'-static',
			'-Os',
			'-s',
			'-nostdlib',
			'-ffreestanding',
			'-fno-pie',
			'-no-pie',
			'-fno-stack-protector',
			'-fno-asynchronous-unwind-tables',
			'-Wl,--build-id=none',
			'-o',
			file,
			source,
		]);
		return readFileSync(file);
	});
}

function inTemporary(name, use) {
	const folder = mkdtempSync(path.join(tmpdir(), 'drydock-image-'));
	try {
		return use(path.join(folder, name));
	} finally {
		rmSync(folder, { recursive: true });
	}
}
