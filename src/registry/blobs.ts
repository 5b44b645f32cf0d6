import type { HttpResponse } from '#api';
import { isDigest } from '#oci';
import { RegistryError, empty } from './errors.ts';
import type { Call, Handler, Registry } from './registry.ts';

/** A repository's blob, whole or from some byte on. */
export const getBlob: Handler = async (registry, { request, name, reference: digest }) => {
	if (!isDigest(digest)) throw new RegistryError('DIGEST_INVALID', { Digest: digest });
	const range = request.method === 'GET' ? request.headers.get('range') : undefined;
	const stored = (await registry.repositories.get(name))?.blobs.has(digest)
		? await registry.repositories.bytes(digest)
		: null;
	if (stored) return range ? partOf(stored, digest, range) : whole(stored, digest);
	const stream = await registry.hub.blob(name, digest, request.signal);
	if (!stream) throw new RegistryError('BLOB_UNKNOWN', { Digest: digest });
	if (request.method === 'HEAD') {
		await stream.cancel();
		return answer(200, digest, [], null);
	}
	const from = range ? /^bytes=(\d+)-$/.exec(range)?.[1] : undefined;
	if (from === undefined) return answer(200, digest, [], stream);
	// The length is not known here; the client knows what it asked for.
	return answer(206, digest, [['Content-Range', `bytes ${from}-*/*`]], withoutFirst(stream, Number(from)));
};

export const deleteBlob: Handler = async ({ repositories }, { name, reference: digest }) => {
	if (!isDigest(digest)) throw new RegistryError('DIGEST_INVALID', { Digest: digest });
	if (!(await repositories.removeBlob(name, digest)))
		throw new RegistryError('BLOB_UNKNOWN', { Digest: digest });
	return empty(202);
};

/** The size of a blob that a repository has; null when it has none. Of one of the files the size is not known: 0. */
export async function blobSize(registry: Registry, name: string, digest: string): Promise<number | null> {
	const size = (await registry.repositories.get(name))?.blobs.get(digest);
	if (size !== undefined) return size;
	const stream = await registry.hub.blob(name, digest, new AbortController().signal);
	await stream?.cancel();
	return stream ? 0 : null;
}

/** Where a blob of a repository is to be had. */
export function blobLocation({ name }: Call, digest: string): [string, string] {
	return ['Location', `/v2/${name}/blobs/${digest}`];
}

function whole(bytes: Uint8Array, digest: string): HttpResponse {
	return answer(200, digest, [['Content-Length', String(bytes.length)]], bytes);
}

function partOf(bytes: Uint8Array, digest: string, range: string): HttpResponse {
	const match = /^bytes=(\d+)-(\d*)$/.exec(range);
	const from = Number(match?.[1] ?? NaN);
	const to = match?.[2] ? Math.min(Number(match[2]), bytes.length - 1) : bytes.length - 1;
	if (!match || from > to) throw new RegistryError('RANGE_INVALID');
	return answer(
		206,
		digest,
		[
			['Content-Range', `bytes ${from}-${to}/${bytes.length}`],
			['Content-Length', String(to - from + 1)],
		],
		bytes.subarray(from, to + 1),
	);
}

function answer(
	status: number,
	digest: string,
	headers: [string, string][],
	body: HttpResponse['body'],
): HttpResponse {
	return {
		status,
		headers: [
			['Accept-Ranges', 'bytes'],
			['Content-Type', 'application/octet-stream'],
			['Docker-Content-Digest', digest],
			['Docker-Distribution-Api-Version', 'registry/2.0'],
			['Etag', `"${digest}"`],
			...headers,
		],
		body,
	};
}

function withoutFirst(stream: ReadableStream<Uint8Array>, count: number): ReadableStream<Uint8Array> {
	let left = count;
	return stream.pipeThrough(
		new TransformStream<Uint8Array, Uint8Array>({
			transform(chunk, controller) {
				if (left < chunk.length) controller.enqueue(chunk.subarray(left));
				left = Math.max(0, left - chunk.length);
			},
		}),
	);
}
