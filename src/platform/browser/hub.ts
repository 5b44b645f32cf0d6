import { notFound, unavailable } from '#base';

/** The static registry below an address that ends in a slash. */
export function hubAt(
	base: string,
): (file: string, options: { signal?: AbortSignal }) => Promise<ReadableStream<Uint8Array>> {
	return async (file, { signal }) => {
		// A reference is the learner's: it must not lead out of the registry.
		const address = new URL(file, base);
		if (!address.href.startsWith(base)) throw notFound(`no ${file}`);
		const response = await fetch(address, signal ? { signal } : {});
		// A server that answers everything with its start page has not got the file either.
		const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
		if (response.status === 404 || isPage) throw notFound(`no ${file}`);
		if (!response.ok || !response.body) throw unavailable(`the server answered ${response.status}`);
		return response.body;
	};
}
