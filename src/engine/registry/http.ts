import { connectHttp, type HttpRequest, type HttpResponse } from '#api';
import { cancelled, messageOf, streamOf, unavailable, type Duplex } from '#base';
import type { Daemon } from '../daemon.ts';
import type { RegistryRequest, RegistryResponse } from '../ports.ts';
import { ENGINE_VERSION } from '../system/version.ts';
import { resolveHost } from './resolve.ts';
import { openTls, type TlsTrust } from './tls.ts';

const MOST_REDIRECTS = 5;

/** How a host is reached: plainly, or through TLS with these certificates. */
export type Security = 'plain' | TlsTrust;

/** HTTP from inside the guest's network, by its names and routes. Rejects with `unavailable` in Go's words. */
export async function guestHttp(
	daemon: Daemon,
	url: URL,
	request: RegistryRequest,
	security: Security,
): Promise<RegistryResponse> {
	const handler = connectHttp(() => open(daemon, url, security));
	try {
		return responseOf(await handler(requestOf(url, request)));
	} catch (error) {
		if (request.signal?.aborted) throw cancelled('context canceled', { cause: error });
		throw unavailable(urlError(request.method, url, messageOf(error)), { cause: error });
	}
}

/** `Get "https://host/v2/": what went wrong`. */
export function urlError(method: string | undefined, url: URL | string, why: string): string {
	const verb = method ?? 'GET';
	return `${verb.slice(0, 1)}${verb.slice(1).toLowerCase()} ${JSON.stringify(String(url))}: ${why}`;
}

/** Follows redirects of a request without a body. */
export async function followRedirects(
	send: (url: URL) => Promise<RegistryResponse>,
	url: URL,
): Promise<RegistryResponse> {
	let at = url;
	for (let hops = 0; ; hops++) {
		const response = await send(at);
		const location = response.headers.get('location');
		if (![301, 302, 303, 307, 308].includes(response.status) || !location) return response;
		await response.body.cancel();
		if (hops === MOST_REDIRECTS) throw unavailable(urlError('GET', at, `stopped after ${hops} redirects`));
		at = new URL(location, at);
	}
}

async function open(daemon: Daemon, url: URL, security: Security): Promise<Duplex> {
	const address = await resolveHost(daemon.ports.runtime, url.hostname);
	const port = portOf(url);
	if (security !== 'plain') return openTls(daemon, { host: url.hostname, address, port }, security);
	try {
		return await daemon.ports.runtime.dial(address, port);
	} catch (error) {
		throw unavailable(`dial tcp ${hostPort(address, port)}: connect: ${messageOf(error)}`, { cause: error });
	}
}

/** The port of a URL, its scheme's when it names none. */
export function portOf(url: URL): number {
	return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** `10.0.0.1:80`, `[::1]:80`. */
export function hostPort(address: string, port: number): string {
	return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function requestOf(url: URL, { method = 'GET', headers = {}, body, signal }: RegistryRequest): HttpRequest {
	const names = new Map([
		['host', url.host],
		['user-agent', `docker/${ENGINE_VERSION} (linux)`],
		...Object.entries(headers),
	]);
	if (body instanceof Uint8Array) names.set('content-length', String(body.length));
	else if (!body && method !== 'GET' && method !== 'HEAD') names.set('content-length', '0');
	return {
		method,
		path: url.pathname,
		query: url.searchParams,
		headers: names,
		body: body instanceof Uint8Array ? streamOf(body) : (body ?? null),
		signal: signal ?? new AbortController().signal,
	};
}

function responseOf({ status, headers, body }: HttpResponse): RegistryResponse {
	return {
		status,
		headers: new Map(headers.map(([name, value]) => [name.toLowerCase(), value])),
		body: body instanceof ReadableStream ? body : streamOf(...(body ? [body] : [])),
	};
}
