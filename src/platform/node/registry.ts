import { unavailable } from '#base';
import type { RegistryFetch } from '#engine';

const PUBLIC = 'registry-1.docker.io';

/** Reaches registries over this machine's network: the loopback ones plainly, all others with TLS. */
export const fetchRegistry: RegistryFetch = async (host, target, init = {}) => {
	const { method = 'GET', headers = {}, body, signal } = init;
	const url = new URL(target, baseOf(host));
	try {
		const response = await fetch(url, {
			method,
			headers,
			...(body && { body: body as NonNullable<RequestInit['body']>, duplex: 'half' }),
			...(signal && { signal }),
		});
		return {
			status: response.status,
			headers: new Map(response.headers),
			body: response.body ?? new Blob([]).stream(),
		};
	} catch (error) {
		if (signal?.aborted) throw error;
		throw unavailable(`${host} cannot be reached: ${reasonOf(error)}`, { cause: error });
	}
};

function baseOf(host: string): string {
	const name = new URL(`http://${host}`).hostname;
	const isOwn = name === 'localhost' || name.startsWith('127.') || name === '[::1]';
	return `${isOwn ? 'http' : 'https'}://${host === 'docker.io' ? PUBLIC : host}`;
}

/** fetch() says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
	const cause = error instanceof Error ? error.cause : undefined;
	return cause instanceof Error
		? cause.message || String((cause as NodeJS.ErrnoException).code)
		: String(error);
}
