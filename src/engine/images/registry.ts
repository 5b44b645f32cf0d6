/** What the engine asks of a registry: https://github.com/opencontainers/distribution-spec. */
import { invalid, notFound, readAll, unavailable } from '#base';
import {
	digestOf,
	familiarName,
	familiarString,
	isObject,
	MANIFEST_ACCEPT,
	parseManifest,
	verifyDigest,
	type Descriptor,
	type ImageIndex,
	type ImageManifest,
	type Reference,
} from '#oci';
import type { EnginePorts, RegistryResponse } from '../ports.ts';

const LARGEST_MANIFEST = 4 * 1024 * 1024;

/** Credentials as the client sends them, already encoded for Basic; empty for none. */
export interface RegistryAuth {
	username: string;
	password: string;
}

export interface FetchedManifest {
	digest: string;
	document: ImageManifest | ImageIndex;
}

/** One repository of one registry. */
export class Repository {
	readonly #ports: EnginePorts;
	readonly #reference: Reference;
	readonly #authorization: Record<string, string>;

	constructor(ports: EnginePorts, reference: Reference, auth: RegistryAuth | null) {
		this.#ports = ports;
		this.#reference = reference;
		this.#authorization = auth ? { authorization: `Basic ${btoa(`${auth.username}:${auth.password}`)}` } : {};
	}

	/** Fetches by tag or digest and checks a digest. Throws not-found in Docker's words. */
	async manifest(tagOrDigest: string, signal: AbortSignal): Promise<FetchedManifest> {
		const response = await this.#get(`manifests/${tagOrDigest}`, signal, { accept: MANIFEST_ACCEPT });
		if (response.status !== 200) throw await this.#refusal(response, signal);
		const bytes = await readAll(response.body, LARGEST_MANIFEST);
		if (tagOrDigest.includes(':')) await verifyDigest(bytes, tagOrDigest, 'manifest verification failed');
		const type = response.headers.get('content-type')?.split(';')[0] ?? '';
		return { digest: await digestOf(bytes), document: parseManifest(bytes, type) };
	}

	/** Fetches a blob, tells of its progress, and checks size and digest. */
	async blob(
		{ digest, size }: Descriptor,
		signal: AbortSignal,
		onProgress: (done: number) => void = () => undefined,
	): Promise<Uint8Array> {
		const response = await this.#get(`blobs/${digest}`, signal);
		if (response.status !== 200) {
			await response.body.cancel();
			throw notFound(
				response.status === 404 ? 'blob unknown to registry' : `unexpected status ${response.status}`,
			);
		}
		const bytes = new Uint8Array(size);
		let done = 0;
		const reader = response.body.getReader();
		for (;;) {
			const next = await reader.read();
			if (next.done) break;
			if (done + next.value.length > size) {
				await reader.cancel();
				throw invalid(`${digest} is longer than the ${size} bytes its manifest says`);
			}
			bytes.set(next.value, done);
			done += next.value.length;
			onProgress(done);
		}
		if (done < size) throw unavailable(`unexpected EOF: ${digest} ended after ${done} of ${size} bytes`);
		await verifyDigest(bytes, digest, 'filesystem layer verification failed');
		return bytes;
	}

	#get(path: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<RegistryResponse> {
		const { domain, path: name } = this.#reference;
		return this.#ports.registry(domain, `/v2/${name}/${path}`, {
			headers: { ...headers, ...this.#authorization },
			signal,
		});
	}

	async #refusal(response: RegistryResponse, signal: AbortSignal): Promise<Error> {
		const code = errorCode(await readAll(response.body, LARGEST_MANIFEST));
		const name = familiarName(this.#reference);
		if (response.status >= 500) return unavailable(`received unexpected HTTP status: ${response.status}`);
		const isDenied = response.status === 401 || response.status === 403 || code === 'DENIED';
		if (isDenied || (await this.#isUnknown(code, signal))) {
			return notFound(
				`pull access denied for ${name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
			);
		}
		return notFound(
			`manifest for ${familiarString(this.#reference)} not found: manifest unknown: manifest unknown`,
		);
	}

	/** The public registry does not tell a missing repository from a forbidden one; others say that the manifest is unknown. */
	async #isUnknown(code: string, signal: AbortSignal): Promise<boolean> {
		if (this.#reference.domain !== 'docker.io' || code === 'MANIFEST_UNKNOWN') return false;
		if (code === 'NAME_UNKNOWN') return true;
		const tags = await this.#get('tags/list', signal);
		await tags.body.cancel();
		return tags.status !== 200;
	}
}

function errorCode(body: Uint8Array): string {
	try {
		const value: unknown = JSON.parse(new TextDecoder().decode(body));
		const first: unknown = isObject(value) && Array.isArray(value['errors']) ? value['errors'][0] : null;
		return isObject(first) && typeof first['code'] === 'string' ? first['code'] : '';
	} catch {
		// A static host answers with a page of its own: the status alone counts.
		return '';
	}
}
