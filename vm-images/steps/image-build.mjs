/** One folder of images/: its layers, and of every version of it the config, history and tags. */
import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { HERE } from '../files/cache.mjs';
import { readTar } from '../files/tar.mjs';
import { applyLayer } from '../files/tree.mjs';
import { configure, copyOf, emptyTree, finish, installPackages, putFiles } from './image-tree.mjs';
import { layerLine, makeLayer, settingLines } from './image.mjs';

/**
 * Writes the layers, each under its digest, image.json and papers.json into `out`. A folder makes one layer of its packages and files,
 * or two where `filesBy` tells of the files apart; a variant with files of its own has one more.
 */
export function buildImage(out, name, wish, set, parentFolder) {
	const image = parentFolder ? openParent(out, parentFolder) : emptyImage(out, wish);
	image.fixed = wish.created;
	const files = path.join(HERE, 'images', name, 'files');
	const papers = installPackages(image.tree, wish, set);
	for (const { package: one, version } of papers) image.versions[one] = upstream(version);
	const known = fillIn(wish, image.versions);
	configure(image.tree, known, path.join(HERE, 'images', name));
	if (!known.filesBy) putFiles(image.tree, known, files);
	finish(image.tree);
	commit(image, known.createdBy);
	if (known.filesBy) {
		putFiles(image.tree, known, files);
		commit(image, known.filesBy);
	}
	const repositories = repositoriesOf(image, name, known);
	const { layers, history, versions, tree } = image;
	const base = {
		layers,
		history: [...history, ...settingLines(known.config, image.created)],
		versions,
		merged: tree.merged,
	};
	writeFileSync(path.join(out, 'image.json'), JSON.stringify({ repositories, base }));
	writeFileSync(
		path.join(out, 'papers.json'),
		JSON.stringify(papers.map((paper) => ({ ...paper, image: name }))),
	);
}

function emptyImage(out, wish) {
	const none = { below: undefined, layers: [], history: [], versions: {}, created: '' };
	return { out, tree: emptyTree(wish), ...none };
}

/** The parent's image as its folder has it; its layers come along. */
function openParent(out, folder) {
	const { base } = JSON.parse(readFileSync(path.join(folder, 'image.json'), 'utf8'));
	const tree = emptyTree({});
	for (const { digest } of base.layers) {
		linkSync(path.join(folder, digest), path.join(out, digest));
		applyLayer(tree, readTar(gunzipSync(readFileSync(path.join(folder, digest)))));
	}
	tree.merged = base.merged;
	const { layers, history, versions } = base;
	return { out, tree, below: copyOf(tree), layers, history, versions, created: history.at(-1).created };
}

/** Makes a layer of what has changed in the tree since the last one. */
function commit(image, createdBy) {
	const { blob, newest, ...layer } = makeLayer(image.tree, image.below);
	writeFileSync(path.join(image.out, layer.digest), blob);
	image.created =
		image.fixed ?? latest(image.created, new Date(newest * 1000).toISOString().replace('.000Z', 'Z'));
	image.layers = [...image.layers, layer];
	image.history = [...image.history, layerLine(createdBy, image.created)];
	image.below = copyOf(image.tree);
}

/** An image is as old as the newest file in it, so that the same packages make the same image. */
function latest(one, other) {
	return one > other ? one : other;
}

/** What is published: by repository, the versions with their tags. */
function repositoriesOf(image, name, wish) {
	const { variants = [], config, repository = name } = wish;
	const main = { repository, description: wish.description, stars: wish.stars };
	const found = new Map([[repository, { ...main, versions: [] }]]);
	if (wish.tags) found.get(repository).versions.push(versionOf(image, wish.tags, config));
	for (const variant of variants) {
		const at = variant.repository ?? repository;
		if (!found.has(at)) {
			const { description, stars } = variant;
			found.set(at, { repository: at, description, stars, versions: [] });
		}
		found.get(at).versions.push(variantOf(image, variant, { ...config, ...variant.config }));
	}
	return [...found.values()];
}

function variantOf(image, variant, config) {
	if (!variant.write) return versionOf(image, variant.tags, config);
	const own = { ...image, tree: copyOf(image.tree) };
	for (const [at, text] of Object.entries(variant.write)) own.tree.file(at, text);
	commit(own, variant.filesBy);
	return versionOf(own, variant.tags, config);
}

function versionOf({ layers, history, created }, tags, config) {
	return { tags: tags.map(String), config, layers, history: [...history, ...settingLines(config, created)] };
}

/** The wish with `{package}` replaced by the package's version, wherever it stands. */
function fillIn(value, versions) {
	if (typeof value === 'string')
		return value.replace(/\{([a-z0-9.+-]+)\}/g, (all, name) => versions[name] ?? all);
	if (Array.isArray(value)) return value.map((item) => fillIn(item, versions));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, versions)]));
}

/** A version as the program's makers count: Debian's epoch and what it appends left away. */
function upstream(version) {
	return /^(?:\d+:)?([0-9]+(?:\.[0-9]+)*)/.exec(version)?.[1] ?? version;
}
