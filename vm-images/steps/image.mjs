/** One image as a registry serves it: a layer, a config and a manifest, byte for byte. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../files/cache.mjs';
import { writeTar } from '../files/tar.mjs';
import { EPOCH } from '../files/tree.mjs';

const CREATED = new Date(EPOCH * 1000).toISOString().replace('.000Z', 'Z');
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** The layer of what `tree` has and its parent has not, or has otherwise, with the folders above: their modes are the layer's too. */
export function makeLayer(tree, parent) {
	const pairs = tree.sorted();
	const wanted = new Set();
	for (const [name, entry] of pairs) {
		if (parent && same(parent.get(name), entry)) continue;
		for (let at = name; at !== '.'; at = path.dirname(at)) wanted.add(at);
	}
	const tar = writeTar(pairs.filter(([name]) => wanted.has(name)));
	const blob = gzipSync(tar, { level: 9 });
	return { diffId: digestOf(tar), digest: digestOf(blob), size: blob.length, blob };
}

function same(old, entry) {
	if (!old || old.mode !== entry.mode || old.uid !== entry.uid || old.gid !== entry.gid) return false;
	if (old.target !== entry.target || old.mtime !== entry.mtime) return false;
	return (
		old.data === entry.data ||
		(old.data !== undefined && entry.data !== undefined && old.data.equals(entry.data))
	);
}

/** The history of an image over its parent's: one entry for the layer, one for each line of its config that a build would show. */
export function makeHistory(wish, parent = []) {
	const line = (createdBy) => ({
		created: CREATED,
		created_by: createdBy,
		comment: 'buildkit.dockerfile.v0',
	});
	const settings = settingsOf(wish.config).map((text) => ({ ...line(text), empty_layer: true }));
	return [...parent, line(wish.createdBy), ...settings];
}

/** What a config sets, in the words that a build leaves in the history. */
function settingsOf({ Labels, Env, ExposedPorts, Volumes, WorkingDir, User, StopSignal, Entrypoint, Cmd }) {
	const pairs = (object) => Object.entries(object ?? {}).map(([key, value]) => `${key}=${value}`);
	const map = (object) =>
		`map[${Object.keys(object)
			.map((key) => `${key}:{}`)
			.sort()
			.join(' ')}]`;
	const list = (items) => `[${items.map((item) => JSON.stringify(item)).join(' ')}]`;
	return [
		...pairs(Labels).map((pair) => `LABEL ${pair}`),
		...Env.filter((pair) => !pair.startsWith('PATH=')).map((pair) => `ENV ${pair}`),
		WorkingDir && WorkingDir !== '/' && `WORKDIR ${WorkingDir}`,
		Volumes && `VOLUME [${Object.keys(Volumes).join(' ')}]`,
		ExposedPorts && `EXPOSE ${map(ExposedPorts)}`,
		User && `USER ${User}`,
		StopSignal && `STOPSIGNAL ${StopSignal}`,
		Entrypoint && `ENTRYPOINT ${list(Entrypoint)}`,
		Cmd && `CMD ${list(Cmd)}`,
	].filter(Boolean);
}

/** Writes the image into the registry folder under its tags and its digest; returns its line of the catalogue. */
export function writeImage(out, name, wish, layers, history) {
	const config = Buffer.from(
		JSON.stringify({
			architecture: '386',
			config: { ...wish.config, ...(wish.config.Cmd && { ArgsEscaped: true }) },
			created: CREATED,
			history,
			os: 'linux',
			rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
		}),
	);
	const manifest = Buffer.from(
		JSON.stringify({
			schemaVersion: 2,
			mediaType: MANIFEST,
			config: { mediaType: CONFIG, size: config.length, digest: digestOf(config) },
			layers: layers.map(({ digest, size }) => ({ mediaType: LAYER, size, digest })),
		}),
	);
	const digest = digestOf(manifest);
	const base = path.join(out, 'v2/library', name);
	for (const { digest: at, blob } of layers) write(`${base}/blobs/${at}`, blob);
	write(`${base}/blobs/${digestOf(config)}`, config);
	for (const reference of [...wish.tags, digest]) write(`${base}/manifests/${reference}`, manifest);
	write(`${base}/tags/list`, JSON.stringify({ name: `library/${name}`, tags: [...wish.tags].sort() }));
	const size = layers.reduce((sum, layer) => sum + layer.size, 0);
	const { description, stars } = wish;
	const tags = wish.tags.map((tag) => ({ tag, digest, mediaType: MANIFEST, size }));
	return { name, description, stars, official: true, tags };
}

/** Writes a file and the folders it needs. */
export function write(file, data) {
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, data);
}

function digestOf(data) {
	return `sha256:${sha256(data)}`;
}
