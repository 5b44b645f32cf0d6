/** The parts of an image as a registry serves them, byte for byte: layers, config, manifest. */
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../files/cache.mjs';
import { TYPE, writeTar } from '../files/tar.mjs';
import { EPOCH, WHITEOUT } from '../files/tree.mjs';
import { copyOf } from './image-tree.mjs';

export const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** The layer of what `tree` has and its parent has not, or has otherwise, with the folders above: their modes are the layer's too. */
export function makeLayer(tree, parent) {
	const whole = copyOf(tree);
	for (const gone of goneFrom(tree, parent)) {
		const at = path.join(path.dirname(gone), `${WHITEOUT}${path.basename(gone)}`);
		whole.entries.set(at, { mode: TYPE.file | 0o600, uid: 0, gid: 0, mtime: EPOCH, data: Buffer.alloc(0) });
	}
	const pairs = whole.sorted();
	const wanted = new Set();
	for (const [name, entry] of pairs) {
		if (parent && same(parent.get(name), entry)) continue;
		for (let at = name; at !== '.'; at = path.dirname(at)) wanted.add(at);
	}
	const tar = writeTar(pairs.filter(([name]) => wanted.has(name)));
	const blob = gzipSync(tar, { level: 9 });
	const newest = Math.max(...pairs.filter(([name]) => wanted.has(name)).map(([, entry]) => entry.mtime));
	return { diffId: digestOf(tar), digest: digestOf(blob), size: blob.length, blob, newest };
}

/** What the parent has and the tree has no more; of a folder that went, only itself. */
function goneFrom(tree, parent) {
	const gone = [...(parent?.entries.keys() ?? [])].filter((name) => !tree.entries.has(name));
	const all = new Set(gone);
	return gone.filter((name) => !all.has(path.dirname(name)));
}

function same(old, entry) {
	if (!old || old.mode !== entry.mode || old.uid !== entry.uid || old.gid !== entry.gid) return false;
	if (old.target !== entry.target || old.mtime !== entry.mtime) return false;
	return (
		old.data === entry.data ||
		(old.data !== undefined && entry.data !== undefined && old.data.equals(entry.data))
	);
}

/** A line of history for a layer, in the form that a build leaves. */
export function layerLine(createdBy, created) {
	return { created, created_by: createdBy, comment: 'buildkit.dockerfile.v0' };
}

/** The lines for what a config sets. */
export function settingLines(config, created) {
	return settingsOf(config).map((text) => ({ ...layerLine(text, created), empty_layer: true }));
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

/** The bytes of an image's config and manifest. */
export function describeImage(config, layers, history) {
	const settings = { ...config, ...(config.Cmd && { ArgsEscaped: true }) };
	const described = Buffer.from(
		JSON.stringify({
			architecture: '386',
			config: settings,
			created: history.at(-1).created,
			history,
			os: 'linux',
			rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
		}),
	);
	// Laid out as Docker's push writes it: what is pushed from here has the digest it was pulled by.
	const document = {
		schemaVersion: 2,
		mediaType: MANIFEST,
		config: { mediaType: CONFIG, size: described.length, digest: digestOf(described) },
		layers: layers.map(({ digest, size }) => ({ mediaType: LAYER, size, digest })),
	};
	const manifest = Buffer.from(JSON.stringify(document, null, 3));
	return { config: described, manifest };
}

export function digestOf(data) {
	return `sha256:${sha256(data)}`;
}
