/** Manifests and indexes: https://github.com/opencontainers/image-spec, and Docker's older names for the same. */
import { invalid } from '#base';
import { isDigest } from './digest.ts';

export const MediaType = {
	dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
	dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
	ociManifest: 'application/vnd.oci.image.manifest.v1+json',
	ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/** What a client accepts when it asks for a manifest. */
export const MANIFEST_ACCEPT = Object.values(MediaType).join(', ');

const MOST_LAYERS = 127;
const LARGEST_BLOB = 4 * 1024 ** 3;

export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
}

export interface Platform {
	os: string;
	architecture: string;
	variant: string;
}

export interface ImageManifest {
	kind: 'manifest';
	mediaType: string;
	config: Descriptor;
	layers: Descriptor[];
}

export interface ImageIndex {
	kind: 'index';
	mediaType: string;
	manifests: (Descriptor & { platform: Platform | null })[];
}

/** Parses a manifest or an index. `mediaType` is what the registry said; the document's own, if it has one, decides. Throws `invalid`. */
export function parseManifest(bytes: Uint8Array, mediaType: string): ImageManifest | ImageIndex {
	const document = parseObject(bytes, 'manifest');
	if (document['schemaVersion'] !== 2) {
		throw invalid(`unsupported manifest schema version ${String(document['schemaVersion'])}`);
	}
	const own = typeof document['mediaType'] === 'string' ? document['mediaType'] : mediaType;
	if (Array.isArray(document['manifests'])) {
		return { kind: 'index', mediaType: own, manifests: document['manifests'].map(indexEntry) };
	}
	const layers = document['layers'];
	if (!Array.isArray(layers)) throw invalid(`unsupported manifest media type ${own}`);
	if (layers.length > MOST_LAYERS) throw invalid(`manifest has more than ${MOST_LAYERS} layers`);
	return {
		kind: 'manifest',
		mediaType: own,
		config: descriptor(document['config'], 'config'),
		layers: layers.map((layer, index) => descriptor(layer, `layer ${index}`)),
	};
}

/** The entry for a platform, `null` when there is none. An asked-for variant is taken before one of any other. */
export function selectPlatform(
	index: ImageIndex,
	{ os, architecture, variant }: Platform,
): Descriptor | null {
	const fitting = index.manifests.filter(
		({ platform }) => platform?.os === os && platform.architecture === architecture,
	);
	if (!variant) return fitting[0] ?? null;
	return fitting.find(({ platform }) => platform?.variant === variant) ?? null;
}

/** Parses JSON that must be an object. Throws `invalid`. */
export function parseObject(bytes: Uint8Array, what: string): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch (cause) {
		throw invalid(`${what} is not valid JSON`, { cause });
	}
	if (!isObject(value)) throw invalid(`${what} is not a JSON object`);
	return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function descriptor(value: unknown, what: string): Descriptor {
	if (!isObject(value)) throw invalid(`manifest: ${what} is missing`);
	const { mediaType, digest, size } = value;
	if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`manifest: ${what} has no valid digest`);
	if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > LARGEST_BLOB) {
		throw invalid(`manifest: ${what} has no valid size`);
	}
	return { mediaType: typeof mediaType === 'string' ? mediaType : '', digest, size };
}

function indexEntry(value: unknown, index: number): Descriptor & { platform: Platform | null } {
	const platform = isObject(value) && isObject(value['platform']) ? value['platform'] : null;
	const text = (key: string) => (typeof platform?.[key] === 'string' ? platform[key] : '');
	return {
		...descriptor(value, `entry ${index}`),
		platform: platform && { os: text('os'), architecture: text('architecture'), variant: text('variant') },
	};
}
