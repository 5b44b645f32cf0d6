import { invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import type { RegistryResponse } from '../ports.ts';
import { statusText } from './errors.ts';
import { followRedirects, guestHttp, portOf, urlError } from './http.ts';
import { resolveHost } from './resolve.ts';
import { verifyServer, type TlsTrust } from './tls.ts';

const DEFAULT_TRUST: TlsTrust = { skipVerify: false, authorities: [], client: null };

/** Fetches what a URL names from inside the guest's network. Rejects in Go's words. */
export async function fetchUrl(
	daemon: Daemon,
	url: URL,
	signal: AbortSignal,
): Promise<RegistryResponse & { statusText: string }> {
	const response = await followRedirects(async (target) => {
		if (target.protocol === 'http:') return guestHttp(daemon, target, { signal }, 'plain');
		if (target.protocol !== 'https:')
			throw invalid(urlError('GET', target, `unsupported protocol scheme "${target.protocol.slice(0, -1)}"`));
		const address = await resolveHost(daemon.ports.runtime, target.hostname);
		await verifyServer(daemon, { host: target.hostname, address, port: portOf(target) }, DEFAULT_TRUST);
		return guestHttp(daemon, target, { signal }, DEFAULT_TRUST);
	}, url);
	return { ...response, statusText: statusText(response.status) };
}
