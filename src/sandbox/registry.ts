import type { HttpHandler } from '#api';
import { streamOf, unavailable } from '#base';
import type { RegistryFetch } from '#engine';

/** Where the public registry's tokens are to be had, as it says itself. */
export const PUBLIC_LOGIN = { realm: 'https://auth.docker.io/token', service: 'registry.docker.io' };

/** The engine's way to the public registry, which is a function here; `mirror` answers for all others. */
export function registryFetch(publicRegistry: HttpHandler, mirror?: RegistryFetch): RegistryFetch {
	return async (host, target, init = {}) => {
		if (host !== 'docker.io') {
			if (mirror) return mirror(host, target, init);
			throw unavailable(`Get "https://${host}/v2/": dial tcp: lookup ${host}: no such host`);
		}
		const { method = 'GET', headers = {}, body, signal } = init;
		// The token server is named by its whole URL.
		const [path = '', query = ''] = target.replace(/^https?:\/\/[^/]+/, '').split(/\?(.*)/s);
		const response = await publicRegistry({
			method,
			path,
			query: new URLSearchParams(query),
			headers: new Map(Object.entries(headers)),
			body: body instanceof Uint8Array ? streamOf(body) : (body ?? null),
			signal: signal ?? new AbortController().signal,
		});
		const bytes = response.body;
		return {
			status: response.status,
			headers: new Map(response.headers.map(([name, value]) => [name.toLowerCase(), value])),
			body: bytes instanceof ReadableStream ? bytes : streamOf(...(bytes ? [bytes] : [])),
		};
	};
}
