import type { HttpHandler } from '#api';
import { streamOf, unavailable } from '#base';
import type { RegistryFetch } from '#engine';

/** Where the public registry's tokens are to be had, as it says itself. */
export const PUBLIC_LOGIN = { realm: 'https://auth.docker.io/token', service: 'registry.docker.io' };

/** Reaches a registry of a host that the page or process can reach itself; rejects with `unavailable` otherwise. */
export type FetchMirror = (host: string, request: Parameters<HttpHandler>[0]) => ReturnType<HttpHandler>;

/** The engine's way to the public registry, which is a function here, and to mirrors. */
export function registryFetch(publicRegistry: HttpHandler, mirror?: FetchMirror): RegistryFetch {
	return async (host, target, { method = 'GET', headers = {}, body, signal } = {}) => {
		// The token server is named by its whole URL.
		const [path = '', query = ''] = target.replace(/^https?:\/\/[^/]+/, '').split(/\?(.*)/s);
		const request = {
			method,
			path,
			query: new URLSearchParams(query),
			headers: new Map(Object.entries(headers)),
			body: body instanceof Uint8Array ? streamOf(body) : (body ?? null),
			signal: signal ?? new AbortController().signal,
		};
		if (host !== 'docker.io' && !mirror) throw unavailable(`Get "https://${host}${path}": no route to host`);
		const response = await (host === 'docker.io' || !mirror
			? publicRegistry(request)
			: mirror(host, request));
		const bytes = response.body;
		return {
			status: response.status,
			headers: new Map(response.headers.map(([name, value]) => [name.toLowerCase(), value])),
			body: bytes instanceof ReadableStream ? bytes : streamOf(...(bytes ? [bytes] : [])),
		};
	};
}
