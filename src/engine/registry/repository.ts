/** What the engine asks of a registry: https://github.com/opencontainers/distribution-spec. */
import { SandboxError, invalid, messageOf, readAll } from '#base';
import {
	MANIFEST_ACCEPT,
	digestOf,
	isDigest,
	parseManifest,
	parseObject,
	verifyDigest,
	type ImageIndex,
	type ImageManifest,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import type { RegistryRequest, RegistryResponse } from '../ports.ts';
import { Authorizer, type RegistryAuth } from './authorizer.ts';
import { reach, type Endpoint, type Reached } from './endpoint.ts';
import { refusal } from './errors.ts';
import { urlError } from './http.ts';

const LARGEST_MANIFEST = 4 * 1024 * 1024;
const LARGEST_TAGS = 8 * 1024 * 1024;
const MOST_PAGES = 1000;
const PIECE = 512 * 1024;

export interface FetchedManifest {
	digest: string;
	mediaType: string;
	bytes: Uint8Array;
	document: ImageManifest | ImageIndex;
}

/** One repository of one registry, with what its user may do there. */
export class Repository {
	readonly path: string;
	readonly #endpoint: Endpoint;
	readonly #authorizer: Authorizer;
	readonly #signal: AbortSignal;
	readonly #scope: string;

	private constructor(path: string, endpoint: Endpoint, authorizer: Authorizer, options: OpenOptions) {
		this.path = path;
		this.#endpoint = endpoint;
		this.#authorizer = authorizer;
		this.#signal = options.signal;
		this.#scope = `repository:${path}:${options.push ? 'pull,push' : 'pull'}`;
	}

	/** Reaches the registry. Rejects in Docker's words when it is not there. */
	static async open(
		daemon: Daemon,
		{ domain, path }: { domain: string; path: string },
		options: OpenOptions,
	): Promise<Repository> {
		return Repository.at(await reach(daemon, domain, options), path, options);
	}

	/** One of a registry that has been reached. */
	static async at({ endpoint, ping }: Reached, path: string, options: OpenOptions): Promise<Repository> {
		await ping.body.cancel();
		return new Repository(path, endpoint, new Authorizer(endpoint, ping, options.auth), options);
	}

	/** Fetches by tag or digest and checks a digest. Rejects with what the registry said. */
	async manifest(tagOrDigest: string): Promise<FetchedManifest> {
		const path = `manifests/${tagOrDigest}`;
		const headers = await this.#authorized([this.#scope]).catch((error: unknown) => {
			const url = `${this.#endpoint.base}/v2/${this.path}/${path}`;
			throw withText(error, urlError('HEAD', url, messageOf(error)));
		});
		const response = await this.#send(path, { headers: { ...headers, accept: MANIFEST_ACCEPT } });
		if (response.status !== 200) throw await refusal(response);
		const bytes = await readAll(response.body, LARGEST_MANIFEST);
		if (isDigest(tagOrDigest)) await verifyDigest(bytes, tagOrDigest, 'manifest verification failed');
		const type = response.headers.get('content-type')?.split(';')[0] ?? '';
		const document = parseManifest(bytes, type);
		return { digest: await digestOf(bytes), mediaType: document.mediaType, bytes, document };
	}

	/** Asks for a blob from its byte `from` on; a registry that cannot do that sends it whole (status 200). */
	async blob(digest: string, from: number, signal = this.#signal): Promise<RegistryResponse> {
		const headers = await this.#authorizer.headers([this.#scope], signal);
		const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
		const path = `/v2/${this.path}/blobs/${digest}`;
		const response = await this.#endpoint.send(path, { headers: { ...headers, ...range }, signal });
		if (response.status !== 200 && response.status !== 206) throw await refusal(response);
		return response;
	}

	/** Whether the repository has the blob. */
	async hasBlob(digest: string): Promise<boolean> {
		const headers = await this.#authorized([this.#scope]);
		const response = await this.#send(`blobs/${digest}`, { method: 'HEAD', headers });
		await response.body.cancel();
		return response.status === 200;
	}

	/** Has a blob mounted from another repository of the registry; false when the registry will not. */
	async mount(digest: string, from: string): Promise<boolean> {
		const headers = await this.#authorized([this.#scope, `repository:${from}:pull`]);
		const query = new URLSearchParams({ from, mount: digest });
		const begun = await this.#send(`blobs/uploads/?${query}`, { method: 'POST', headers });
		if (begun.status === 201) {
			await begun.body.cancel();
			return true;
		}
		const location = await this.#location(begun);
		const gone = await this.#endpoint.send(location, { method: 'DELETE', headers, signal: this.#signal });
		await gone.body.cancel();
		return false;
	}

	/** Sends a blob. */
	async upload(
		digest: string,
		body: Uint8Array,
		onProgress: (done: number) => void = () => undefined,
	): Promise<void> {
		const headers = await this.#authorized([this.#scope]);
		const begun = await this.#send('blobs/uploads/', { method: 'POST', headers });
		let location = await this.#location(begun);
		const patched = await this.#endpoint.send(location, {
			method: 'PATCH',
			headers: {
				...headers,
				'content-type': 'application/octet-stream',
				'content-length': String(body.length),
			},
			body: piecewise(body, onProgress),
			signal: this.#signal,
		});
		location = await this.#location(patched);
		const end = new URL(location, this.#endpoint.base);
		end.searchParams.set('digest', digest);
		const done = await this.#endpoint.send(end.pathname + end.search, {
			method: 'PUT',
			headers,
			signal: this.#signal,
		});
		if (done.status !== 201) throw await refusal(done);
		await done.body.cancel();
	}

	/** Puts a manifest under a tag or its digest. */
	async putManifest(tagOrDigest: string, bytes: Uint8Array, mediaType: string): Promise<void> {
		const headers = await this.#authorized([this.#scope]);
		const response = await this.#send(`manifests/${tagOrDigest}`, {
			method: 'PUT',
			headers: { ...headers, 'content-type': mediaType },
			body: bytes,
		});
		if (response.status !== 201) throw await refusal(response);
		await response.body.cancel();
	}

	/** All tags, in the registry's order. */
	async tags(): Promise<string[]> {
		const found: string[] = [];
		let next: string | null = `/v2/${this.path}/tags/list`;
		for (let page = 0; next !== null && page < MOST_PAGES; page++) {
			const headers = await this.#authorized([this.#scope]);
			const response = await this.#endpoint.send(next, { headers, signal: this.#signal });
			if (response.status !== 200) throw await refusal(response);
			const { tags } = parseObject(await readAll(response.body, LARGEST_TAGS), 'list of tags');
			if (Array.isArray(tags)) found.push(...tags.filter((tag) => typeof tag === 'string'));
			next = nextPage(response, this.#endpoint.base);
		}
		return found;
	}

	#authorized(scopes: string[]): Promise<Record<string, string>> {
		return this.#authorizer.headers(scopes, this.#signal);
	}

	#send(path: string, request: RegistryRequest): Promise<RegistryResponse> {
		return this.#endpoint.send(`/v2/${this.path}/${path}`, { ...request, signal: this.#signal });
	}

	async #location(response: RegistryResponse): Promise<string> {
		if (response.status !== 202) throw await refusal(response);
		await response.body.cancel();
		const location = response.headers.get('location');
		if (!location) throw invalid('the registry did not say where to send the blob');
		const { pathname, search } = new URL(location, this.#endpoint.base);
		return pathname + search;
	}
}

interface OpenOptions {
	auth: RegistryAuth | null;
	push?: boolean;
	/** Whatever the daemon was told. */
	insecure?: boolean;
	signal: AbortSignal;
}

function withText(error: unknown, text: string): unknown {
	if (!(error instanceof SandboxError)) return error;
	return new SandboxError(error.kind, text, { cause: error, detail: error.detail });
}

/** `Link: </v2/…>; rel="next"`. */
function nextPage(response: RegistryResponse, base: string): string | null {
	const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
	if (!target) return null;
	const { pathname, search } = new URL(target, base);
	return pathname + search;
}

/** Bytes as a stream that tells how many have been taken. */
function piecewise(bytes: Uint8Array, onTaken: (done: number) => void): ReadableStream<Uint8Array> {
	let at = 0;
	return new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				if (at >= bytes.length) {
					controller.close();
					return;
				}
				const piece = bytes.subarray(at, at + PIECE);
				at += piece.length;
				controller.enqueue(piece);
				onTaken(at);
			},
		},
		{ highWaterMark: 0 },
	);
}
