import type { HttpHandler, HttpResponse } from '#api';
import { SandboxError, internal, readAll, streamOf, unavailable, type Duplex, type ErrorKind } from '#base';

/** The API version this client speaks; an older engine is spoken to in its own. */
export const API_VERSION = '1.51';
/** The version of Docker's client whose words and requests these are. */
export const CLIENT_VERSION = '28.5.2';

const KIND_OF_STATUS: Record<number, ErrorKind> = {
	304: 'not-modified',
	400: 'invalid',
	401: 'unauthorized',
	403: 'forbidden',
	404: 'not-found',
	409: 'conflict',
	501: 'unsupported',
	503: 'unavailable',
};

/** What an answer may be at most when it is read whole. */
const MAX_JSON = 256 << 20;

export interface RequestOptions {
	/** In the order given; Go's client sends keys sorted. Empty values are left out by the caller. */
	query?: Record<string, string | string[]>;
	/** Sent as JSON. */
	json?: unknown;
	/** Sent as it is, chunked. */
	stream?: ReadableStream<Uint8Array>;
	headers?: Record<string, string>;
	signal?: AbortSignal;
}

/** A connection taken over by attach or exec. */
export interface Hijacked extends Duplex {
	contentType: string;
}

/** Docker's Engine API over any `HttpHandler`. Errors are SandboxErrors that carry the engine's own message. */
export class Client {
	readonly #handler: HttpHandler;
	readonly #address: string;
	#version = API_VERSION;
	#negotiated: Promise<void> | null = null;

	/** `address` is where the engine listens, for the words of failures. */
	constructor(handler: HttpHandler, address = 'unix:///var/run/docker.sock') {
		this.#handler = handler;
		this.#address = address;
	}

	/** The API version agreed on; `API_VERSION` before the first request. */
	get version(): string {
		return this.#version;
	}

	/** Agrees on a version with the engine, once. Rejects with `unavailable` when there is none. */
	negotiate(): Promise<void> {
		this.#negotiated ??= this.#ping();
		return this.#negotiated;
	}

	/** One request; rejects for statuses from 400, and 304. The body is the caller's to read. */
	async request(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
		refuseEmptyName(path);
		await this.negotiate();
		const response = await this.#send(method, `/v${this.#version}${path}`, options);
		if (response.status < 300 || response.hijacked) return response;
		throw await failure(response, path);
	}

	/** A request whose answer is JSON. */
	async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
		const text = await this.text(method, path, options);
		try {
			return JSON.parse(text) as T;
		} catch (error) {
			throw internal(`invalid JSON in the engine's answer to ${method} ${path}`, { cause: error });
		}
	}

	/** A request whose answer is wanted as text, byte for byte. */
	async text(method: string, path: string, options: RequestOptions = {}): Promise<string> {
		return new TextDecoder().decode(await bodyBytes(await this.request(method, path, options)));
	}

	/** A request whose answer is not looked at. */
	async send(method: string, path: string, options: RequestOptions = {}): Promise<void> {
		await bodyBytes(await this.request(method, path, options));
	}

	/** What the real client says when it could not read what it was to send. */
	unsent(method: string, path: string, query: Record<string, string | string[]>, why: string): Error {
		const host = this.#address.replace(/^(unix|npipe):\/\/(.*)$/, (_, _kind, at: string) =>
			encodeURIComponent(at),
		);
		const verb = `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`;
		const url = `http://${host.replace(/^[a-z]+:\/\//, '')}/v${this.#version}${path}?${queryOf(query).toString()}`;
		return new SandboxError('invalid', `error during connect: ${verb} "${url}": ${why}`);
	}

	/** A request that turns the connection into a byte stream. */
	async hijack(path: string, options: RequestOptions = {}): Promise<Hijacked> {
		refuseEmptyName(path);
		const headers = { ...options.headers, Connection: 'Upgrade', Upgrade: 'tcp' };
		await this.negotiate();
		const response = await this.#send('POST', `/v${this.#version}${path}`, { ...options, headers });
		if (!response.hijacked) {
			// Docker's client does not read why, nor says who it is that tells of it.
			throw internal(`unable to upgrade to tcp, received ${response.status}`, {
				detail: { exitCode: 1, bare: true },
			});
		}
		return { ...response.hijacked, contentType: headerOf(response, 'content-type') };
	}

	async #ping(): Promise<void> {
		const response = await this.#send('HEAD', '/_ping', {});
		const version = headerOf(response, 'api-version') || '1.24';
		if (isOlder(version, API_VERSION)) this.#version = version;
	}

	async #send(method: string, path: string, options: RequestOptions): Promise<HttpResponse> {
		const headers = new Map([
			['host', 'api.moby.localhost'],
			['user-agent', `Docker-Client/${CLIENT_VERSION} (linux)`],
		]);
		let body: ReadableStream<Uint8Array> | null = options.stream ?? null;
		if (options.json !== undefined) {
			const bytes = new TextEncoder().encode(`${JSON.stringify(options.json)}\n`);
			headers.set('content-length', String(bytes.length));
			headers.set('content-type', 'application/json');
			body = streamOf(bytes);
		} else if (method === 'POST' && !body) headers.set('content-length', '0');
		for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name.toLowerCase(), value);
		const query = queryOf(options.query ?? {});
		const signal = options.signal ?? new AbortController().signal;
		try {
			return await this.#handler({ method, path, query, headers, body, signal });
		} catch (error) {
			throw signal.aborted ? error : noEngine(this.#address, error);
		}
	}
}

/** Go's client sends keys sorted. */
function queryOf(values: Record<string, string | string[]>): URLSearchParams {
	const query = new URLSearchParams();
	for (const [key, value] of Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
		for (const one of typeof value === 'string' ? [value] : value) query.append(key, one);
	return query;
}

/** A response header's value, '' when absent. `name` in lower case. */
export function headerOf(response: HttpResponse, name: string): string {
	return response.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
}

/** The whole body. */
export async function bodyBytes(response: HttpResponse): Promise<Uint8Array> {
	if (response.body === null) return new Uint8Array();
	return response.body instanceof Uint8Array ? response.body : readAll(response.body, MAX_JSON);
}

/** The body as a stream, whatever it is. */
export function bodyStream(response: HttpResponse): ReadableStream<Uint8Array> {
	if (response.body instanceof ReadableStream) return response.body;
	return response.body ? streamOf(response.body) : streamOf();
}

/** A path segment: names may hold slashes, which the real client leaves as they are. */
export function segment(name: string): string {
	return encodeURIComponent(name).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%40', '@');
}

/** Without its name a path would mean all objects, or another call. */
function refuseEmptyName(path: string): void {
	const [, kind] = /^\/(container|network|volume|exec|plugin)s?\/(?:\/|$)/.exec(path) ?? [];
	if (kind !== undefined) throw new SandboxError('invalid', `invalid ${kind} name or ID: value is empty`);
}

async function failure(response: HttpResponse, path: string): Promise<Error> {
	const kind = KIND_OF_STATUS[response.status] ?? 'internal';
	const text = new TextDecoder().decode(await bodyBytes(response)).trim();
	if (text === '')
		return new SandboxError(
			kind,
			`request returned ${response.status} for API route and version ${path}, check if the server supports the requested API version`,
		);
	return new SandboxError(kind, messageOf(response, text), { detail: { fromEngine: true } });
}

/** Like the real client, takes the message out of nothing but exact JSON. */
function messageOf(response: HttpResponse, text: string): string {
	if (headerOf(response, 'content-type') !== 'application/json') return text;
	try {
		return (JSON.parse(text) as { message?: string }).message ?? text;
	} catch {
		return text;
	}
}

/** Whether an error is the engine's answer, as opposed to something on this side. */
export function isFromEngine(error: unknown): error is SandboxError {
	return (
		error instanceof SandboxError &&
		(error.detail as { fromEngine?: boolean } | undefined)?.fromEngine === true
	);
}

function isOlder(a: string, b: string): boolean {
	const [majorA = 0, minorA = 0] = a.split('.').map(Number);
	const [majorB = 0, minorB = 0] = b.split('.').map(Number);
	return majorA < majorB || (majorA === majorB && minorA < minorB);
}

/** What every command says when no engine answers. */
function noEngine(address: string, cause: unknown): Error {
	return unavailable(`Cannot connect to the Docker daemon at ${address}. Is the docker daemon running?`, {
		cause,
	});
}
