/** The public registry as static files: each folder of images/ as one or more images, over the image its `from` names. */
import { existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256, step } from '../files/cache.mjs';
import { buildImage } from './image-build.mjs';
import { MANIFEST, describeImage, digestOf } from './image.mjs';
import { SLIM } from './image-tree.mjs';
import { filesOf } from './fetch.mjs';

/** What decides the bytes of a layer. */
const CODE = [
	...['certificates', 'deb', 'dpkg', 'libraries', 'program', 'python', 'tar', 'tree'].map(
		(name) => `files/${name}.mjs`,
	),
	...['image', 'image-build', 'image-tree'].map((name) => `steps/${name}.mjs`),
	SLIM,
].map((name) => ({ path: name }));

/** Builds every image, BusyBox from the program at `busybox`; returns a folder with `hub`, which is published, and the papers of the packages in it. */
export async function buildHub(wishes, lock, busybox) {
	const built = new Map();
	for (const name of inOrder(wishes.images))
		built.set(name, await imageStep(name, wishes.images, { ...lock, busybox }, built));
	const folders = [...built].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, folder]) => folder);
	const inputs = [...folders.map((folder) => path.basename(folder)), { path: 'steps/hub.mjs' }];
	return step('hub', inputs, (out) => {
		const lines = folders.flatMap((folder) => assemble(path.join(out, 'hub'), folder));
		write(path.join(out, 'hub/catalog.json'), `${JSON.stringify({ repositories: lines }, null, '\t')}\n`);
		const papers = folders.flatMap((folder) => read(folder, 'papers.json'));
		write(path.join(out, 'papers.json'), JSON.stringify(papers));
	});
}

/** Names with every image after the one it is built on. */
function inOrder(images) {
	const depth = (name) => (images[name].from ? 1 + depth(images[name].from) : 0);
	return Object.keys(images).sort((a, b) => depth(a) - depth(b));
}

/** One folder of images/, with the layers and the papers of it and of those below. */
function imageStep(name, images, lock, built) {
	const { from } = images[name];
	const below = new Set(from ? lock.sets[from].map(({ file }) => file) : []);
	const own = lock.sets[name].filter(({ file }) => !below.has(file));
	const parent = built.get(from);
	const set = { debs: filesOf(own), leftOut: lock.leftOut[name], busybox: lock.busybox };
	const inputs = [
		...own.map(({ file, sha256: hash }) => `${file} ${hash}`),
		...set.leftOut,
		parent ? path.basename(parent) : '',
		{ path: `images/${name}` },
		images[name].applets ? sha256(readFileSync(lock.busybox)) : '',
		...(images[name].ofMachine ?? []).map((at) => ({ path: `rootfs/${at}` })),
		...CODE,
	];
	return step(`image-${name}`, inputs, (out) => buildImage(out, name, images[name], set, parent));
}

/** Puts an image's blobs, manifests and tags into the registry; returns its lines of the catalogue. */
function assemble(hub, folder) {
	const { repositories } = read(folder, 'image.json');
	return repositories.map(({ repository, description, stars, versions }) => {
		const base = path.join(hub, 'v2', repository.includes('/') ? repository : `library/${repository}`);
		const tags = versions.flatMap((version) => {
			const { config, manifest } = describeImage(version.config, version.layers, version.history);
			for (const { digest } of version.layers)
				place(path.join(folder, digest), path.join(hub, 'blobs', digest));
			write(path.join(hub, 'blobs', digestOf(config)), config);
			const digest = digestOf(manifest);
			for (const reference of [...version.tags, digest]) write(`${base}/manifests/${reference}`, manifest);
			const size = version.layers.reduce((sum, layer) => sum + layer.size, 0);
			return version.tags.map((tag) => ({ tag, digest, mediaType: MANIFEST, size }));
		});
		const list = { name: path.relative(path.join(hub, 'v2'), base), tags: tags.map(({ tag }) => tag).sort() };
		write(`${base}/tags/list`, JSON.stringify(list));
		return { name: repository, description, stars, official: !repository.includes('/'), tags };
	});
}

/** Layers are shared: each is there once, whoever has it. */
function place(from, to) {
	if (existsSync(to)) return;
	mkdirSync(path.dirname(to), { recursive: true });
	linkSync(from, to);
}

function read(folder, name) {
	return JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
}

function write(file, data) {
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, data);
}
