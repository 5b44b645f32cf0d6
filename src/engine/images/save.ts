/** `docker save`'s archive: an OCI layout, with the manifest.json and repositories of older engines beside it. */
import { notFound } from '#base';
import {
	digestOf,
	familiarName,
	familiarString,
	formatReference,
	parseNormalized,
	sameName,
	tarPieces,
	type Reference,
	type TarMember,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import { toHtmlJson } from '../json.ts';
import { toSeconds } from '../time.ts';
import { legacyDocuments } from './legacy.ts';
import type { ImageRecord } from './store.ts';
import { emitImageEvent } from './tag.ts';

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

interface Saved {
	image: ImageRecord;
	/** The names it was asked for by. */
	tags: Reference[];
}

/** GET /images/get: the named images in one archive, shared layers once. Throws not-found in Docker's words. */
export async function saveImages(
	daemon: Daemon,
	names: readonly string[],
): Promise<ReadableStream<Uint8Array>> {
	const images = imagesFor(daemon, names);
	const pieces = tarPieces(await members(daemon, images));
	for (const { image } of images) emitImageEvent(daemon, 'save', image.id, image.id);
	return new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				const next = pieces.next();
				if (next.done) controller.close();
				else controller.enqueue(next.value);
			},
		},
		{ highWaterMark: 0 },
	);
}

function imagesFor(daemon: Daemon, names: readonly string[]): Saved[] {
	const saved = new Map<string, Saved>();
	const add = (image: ImageRecord, tag: Reference | null) => {
		const entry = saved.get(image.id) ?? { image, tags: [] };
		saved.set(image.id, entry);
		if (tag && !entry.tags.some((other) => formatReference(other) === formatReference(tag)))
			entry.tags.push(tag);
	};
	for (const name of names) {
		const reference = isId(name) ? null : parseNormalized(name);
		const isBare = reference && !reference.tag && !reference.digest;
		const all = daemon.images
			.names()
			.filter(({ reference: other }) => reference && !other.digest && sameName(other, reference));
		if (isBare && all.length > 0) {
			for (const { reference: tag, id } of all) {
				const image = daemon.images.get(id);
				if (image) add(image, tag);
			}
			continue;
		}
		const image = daemon.images.find(name);
		if (!image) throw notFound(isBare || !reference ? `No such image: ${name}` : 'reference does not exist');
		const exact = reference?.tag ? all.find(({ reference: { tag } }) => tag === reference.tag) : undefined;
		add(image, exact?.id === image.id ? exact.reference : null);
	}
	return [...saved.values()].sort((a, b) => (a.image.id < b.image.id ? -1 : 1));
}

function isId(text: string): boolean {
	return /^(sha256:)?[0-9a-f]{64}$/.test(text);
}

async function members(daemon: Daemon, images: Saved[]): Promise<TarMember[]> {
	const blobs = new Map<string, TarMember>();
	const addBlob = (digest: string, data: Uint8Array, mtime: number) => {
		const path = blobPath(digest);
		if (!blobs.has(path)) blobs.set(path, { path, data, mtime });
	};
	const index: object[] = [];
	const manifests: object[] = [];
	const repositories: Record<string, Record<string, string>> = {};
	for (const { image, tags } of images) {
		const at = image.createdAt === null ? 0 : Math.max(0, toSeconds(image.createdAt));
		for (const { diffId } of image.layers) addBlob(diffId, daemon.layers.tar(diffId), at);
		for (const { digest, bytes } of await legacyDocuments(image)) addBlob(digest, bytes, at);
		addBlob(image.id, image.document, at);
		const manifest = encode(ociManifest(daemon, image));
		const digest = await digestOf(manifest);
		addBlob(digest, manifest, 0);
		const descriptor = { mediaType: MANIFEST_TYPE, digest, size: manifest.length };
		if (tags.length === 0) index.push(descriptor);
		for (const tag of tags) index.push({ ...descriptor, annotations: annotations(tag) });
		manifests.push(dockerManifest(daemon, image, tags, images));
		const top = image.layers.at(-1);
		for (const tag of top ? tags : []) {
			(repositories[familiarName(tag)] ??= {})[tag.tag] = top?.diffId.slice(7) ?? '';
		}
	}
	const now = Math.floor(daemon.ports.clock.now() / 1000);
	const documents = [
		{
			path: 'index.json',
			data: encode({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: images.length > 0 ? index : null }),
		},
		...(images.length > 0 ? [{ path: 'manifest.json', data: `${toHtmlJson(manifests)}\n` }] : []),
		{ path: 'oci-layout', data: '{"imageLayoutVersion": "1.0.0"}' },
		...(Object.keys(repositories).length > 0
			? [{ path: 'repositories', data: `${toHtmlJson(repositories)}\n` }]
			: []),
	];
	const sorted = [...blobs.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
	const folders = images.length > 0 ? ['blobs/', 'blobs/sha256/'].map((path) => ({ path, mtime: now })) : [];
	return [...folders, ...sorted, ...documents];
}

function encode(value: unknown): Uint8Array {
	return new TextEncoder().encode(toHtmlJson(value));
}

function blobPath(digest: string): string {
	return `blobs/sha256/${digest.replace('sha256:', '')}`;
}

function ociManifest(daemon: Daemon, image: ImageRecord) {
	return {
		schemaVersion: 2,
		mediaType: MANIFEST_TYPE,
		config: { mediaType: CONFIG_TYPE, digest: image.id, size: image.document.length },
		layers: image.layers.map(({ diffId }) => ({
			mediaType: LAYER_TYPE,
			digest: diffId,
			size: daemon.layers.tar(diffId).length,
		})),
	};
}

function annotations(tag: Reference) {
	return {
		'io.containerd.image.name': formatReference(tag),
		'org.opencontainers.image.ref.name': tag.tag,
	};
}

function dockerManifest(daemon: Daemon, image: ImageRecord, tags: Reference[], all: Saved[]) {
	const hasParent = all.some(({ image: other }) => other.id === image.parentId);
	const sources = [...image.layers]
		.sort((a, b) => (a.diffId < b.diffId ? -1 : 1))
		.map(({ diffId }) => [
			diffId,
			{ mediaType: LAYER_TYPE, size: daemon.layers.tar(diffId).length, digest: diffId },
		]);
	return {
		Config: blobPath(image.id),
		RepoTags: tags.length > 0 ? tags.map(familiarString) : null,
		Layers: image.layers.map(({ diffId }) => blobPath(diffId)),
		...(hasParent && { Parent: image.parentId }),
		...(sources.length > 0 && { LayerSources: Object.fromEntries(sources) as object }),
	};
}
