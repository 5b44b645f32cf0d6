import { kindOf, messageOf, readAll } from '#base';
import { MediaType, digestOf, isDigest, isObject, parseManifest, parseObject, type Descriptor } from '#oci';
import { blobSize } from './blobs.ts';
import { RegistryError, empty, json } from './errors.ts';
import type { Call, Handler, Registry } from './registry.ts';

const LARGEST_MANIFEST = 4 * 1024 * 1024;
const TAG = /^\w[\w.-]{0,127}$/;

interface Found {
	bytes: Uint8Array;
	mediaType: string;
}

export const getManifest: Handler = async (registry, call) => {
	const found = await find(registry, call);
	if (!found) {
		const { reference } = call;
		throw new RegistryError(
			'MANIFEST_UNKNOWN',
			isDigest(reference) ? { Name: call.name, Revision: reference } : { Tag: reference },
		);
	}
	const digest = await digestOf(found.bytes);
	return {
		status: 200,
		headers: [
			['Content-Length', String(found.bytes.length)],
			['Content-Type', found.mediaType],
			['Docker-Content-Digest', digest],
			['Docker-Distribution-Api-Version', 'registry/2.0'],
			['Etag', `"${digest}"`],
		],
		body: found.bytes,
	};
};

/** Takes a manifest whose parts are all there, under a tag or under its digest. */
export const putManifest: Handler = async (registry, { request, name, reference }) => {
	const bytes = request.body
		? await readAll(request.body, LARGEST_MANIFEST).catch(tooLarge)
		: new Uint8Array();
	const digest = await digestOf(bytes);
	const isTag = TAG.test(reference) && !isDigest(reference);
	if (!isTag && !isDigest(reference)) throw new RegistryError('TAG_INVALID', { tag: reference });
	if (!isTag && reference !== digest) throw new RegistryError('DIGEST_INVALID', { digest: reference });
	const type = request.headers.get('content-type')?.split(';')[0] ?? '';
	const document = parse(bytes, type);
	const missing = await missingParts(registry, name, document);
	if (missing.length > 0) {
		throw new RegistryError(
			'MANIFEST_BLOB_UNKNOWN',
			missing.map((part) => ({ digest: part })),
		);
	}
	const raw = parseObject(bytes, 'manifest');
	const subject = isObject(raw['subject']) ? String(raw['subject']['digest'] ?? '') : '';
	const artifactType = typeof raw['artifactType'] === 'string' ? raw['artifactType'] : configType(raw);
	const manifest = { mediaType: document.mediaType, size: bytes.length, subject, artifactType };
	await registry.repositories.addManifest(name, digest, bytes, manifest, isTag ? reference : null);
	return empty(201, [
		['Docker-Content-Digest', digest],
		['Location', `/v2/${name}/manifests/${digest}`],
		...(subject ? [['Oci-Subject', subject] as [string, string]] : []),
	]);
};

export const deleteManifest: Handler = async ({ repositories }, { name, reference }) => {
	const removed = isDigest(reference)
		? await repositories.removeManifest(name, reference)
		: await repositories.removeTag(name, reference);
	if (!removed) throw new RegistryError('MANIFEST_UNKNOWN');
	return empty(202);
};

/** What says something about a manifest, as an index. */
export const referrers: Handler = async ({ repositories }, { request, name, reference }) => {
	if (!isDigest(reference)) throw new RegistryError('DIGEST_INVALID', { Digest: reference });
	const wanted = request.query.get('artifactType');
	const manifests = [...((await repositories.get(name))?.manifests ?? [])]
		.filter(([, { subject }]) => subject === reference)
		.filter(([, { artifactType }]) => wanted === null || artifactType === wanted)
		.map(([digest, { mediaType, size, artifactType }]) => ({
			mediaType,
			digest,
			size,
			...(artifactType && { artifactType }),
		}));
	const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests };
	const response = json(200, index, wanted === null ? [] : [['Oci-Filters-Applied', 'artifactType']]);
	const headers = response.headers.map(([key, value]): [string, string] =>
		key === 'Content-Type' ? [key, MediaType.ociIndex] : [key, value],
	);
	return { ...response, headers };
};

async function find(
	{ repositories, hub }: Registry,
	{ request, name, reference }: Call,
): Promise<Found | null> {
	const repository = await repositories.get(name);
	const digest = isDigest(reference) ? reference : repository?.tags.get(reference);
	const manifest = digest ? repository?.manifests.get(digest) : undefined;
	if (digest && manifest) {
		const bytes = await repositories.bytes(digest);
		if (bytes) return { bytes, mediaType: manifest.mediaType };
	}
	if (!isDigest(reference) && !TAG.test(reference)) return null;
	const bytes = await hub.manifest(name, reference, request.signal);
	if (!bytes) {
		if (!repository && !(await hub.has(name))) throw new RegistryError('NAME_UNKNOWN', { name });
		return null;
	}
	return { bytes, mediaType: parseManifest(bytes, MediaType.dockerManifest).mediaType };
}

function parse(bytes: Uint8Array, type: string): ReturnType<typeof parseManifest> {
	try {
		return parseManifest(bytes, type);
	} catch (error) {
		if (kindOf(error) !== 'invalid') throw error;
		throw new RegistryError('MANIFEST_INVALID', messageOf(error));
	}
}

function configType(raw: Record<string, unknown>): string {
	const { config } = raw;
	return isObject(config) && typeof config['mediaType'] === 'string' ? config['mediaType'] : '';
}

async function missingParts(
	registry: Registry,
	name: string,
	document: ReturnType<typeof parseManifest>,
): Promise<string[]> {
	const repository = await registry.repositories.get(name);
	const missing: string[] = [];
	if (document.kind === 'index') {
		for (const { digest } of document.manifests) if (!repository?.manifests.has(digest)) missing.push(digest);
		return missing;
	}
	const parts: Descriptor[] = [document.config, ...document.layers];
	for (const { digest } of parts) if ((await blobSize(registry, name, digest)) === null) missing.push(digest);
	return missing;
}

function tooLarge(error: unknown): never {
	throw error instanceof RangeError ? new RegistryError('MANIFEST_INVALID', 'manifest is too large') : error;
}
