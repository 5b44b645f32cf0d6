import { kindOf, streamOf, unavailable } from '#base';
import type { RegistryFetch } from '#engine';

/** Fetches a file of the static public registry by its path below it; rejects with not-found when there is none. */
export type FetchHub = (
	path: string,
	options: { signal?: AbortSignal },
) => Promise<ReadableStream<Uint8Array>>;

/** The public registry as static files (`docker.io` only): no other host can be reached without a network. */
export function staticRegistry(fetchHub: FetchHub): RegistryFetch {
	return async (host, path, init = {}) => {
		if (host !== 'docker.io')
			throw unavailable(
				`Get "https://${host}/v2/": dial tcp: lookup ${host.split(':')[0]}: this sandbox has no network beyond its own public registry`,
			);
		try {
			const body = await fetchHub(fileOf(path), init.signal ? { signal: init.signal } : {});
			return { status: 200, headers: new Map<string, string>(), body };
		} catch (error) {
			if (kindOf(error) !== 'not-found') throw error;
			return { status: 404, headers: new Map<string, string>(), body: streamOf() };
		}
	};
}

/** Where a path of the registry is among its files: blobs are there once, whichever repository has them. */
function fileOf(path: string): string {
	return path.replace(/^\//, '').replace(/^v2\/.*\/blobs\/([^/]+)$/, 'blobs/$1');
}
