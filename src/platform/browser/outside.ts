import { unavailable } from '#base';
import type { OutsideFetch } from '#engine';

/** Asks a registry over the browser's own network. It has to let pages of other sites ask (CORS), and through TLS where the page came so. */
export const fetchOutside: OutsideFetch = async (url, { method = 'GET', headers = {}, signal }) => {
	try {
		const response = await fetch(url, { method, headers, credentials: 'omit', ...(signal && { signal }) });
		return {
			status: response.status,
			headers: new Map(response.headers),
			body: response.body ?? new Blob([]).stream(),
		};
	} catch (error) {
		if (signal?.aborted) throw error;
		throw unavailable(`${url.host} cannot be reached from a page: ${String(error)}`, { cause: error });
	}
};
