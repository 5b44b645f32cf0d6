import { kindOf, messageOf, unavailable } from '#base';
import type { Daemon } from '../daemon.ts';
import type { OutsideFetch, RegistryFetch, RegistryRequest, RegistryResponse } from '../ports.ts';
import { trustFor } from './certificates.ts';
import { followRedirects, guestHttp, portOf, urlError, type Security } from './http.ts';
import { resolveHost } from './resolve.ts';
import { isInsecureAddress } from './settings.ts';
import { verifyServer } from './tls.ts';

/** A registry that has been found to be there. */
export interface Endpoint {
	/** `https://registry-1.docker.io`: what errors name. */
	readonly base: string;
	/** `path` with its query. */
	send(path: string, request: RegistryRequest): Promise<RegistryResponse>;
	/** Asks the registry's token server, which may be another host. */
	token(url: string, request: RegistryRequest): Promise<RegistryResponse>;
}

/** An endpoint, and what it answered when it was first asked. */
export interface Reached {
	endpoint: Endpoint;
	ping: RegistryResponse;
}

/** A registry on a busy computer takes half a minute. */
const PING_ATTEMPTS = 120;
const PING_EVERY_MS = 500;
const PUBLIC = 'docker.io';
const PUBLIC_BASE = 'https://registry-1.docker.io';

/**
 * Finds a registry by the domain of an image's name: the public one through its port, any other from inside the
 * guest, with TLS unless its address is the machine's own. Rejects in Docker's words.
 */
export async function reach(
	daemon: Daemon,
	domain: string,
	{ signal, insecure = false }: { signal: AbortSignal; insecure?: boolean | undefined },
): Promise<Reached> {
	if (domain === PUBLIC || daemon.ports.mirrors?.has(domain)) {
		return reachFromHost(daemon.ports.registry, domain, signal);
	}
	const { hostname, host } = new URL(`http://${domain}`);
	if (!insecure && !(await isInsecure(daemon, domain, hostname)))
		return reachSecurely(daemon, host, domain, signal);
	const plain = guestEndpoint(daemon, `http://${host}`, 'plain');
	const answer = await patientPing(daemon, plain, signal);
	// An HTTPS server says 400 to plain HTTP: then it is TLS, with any certificate.
	if (answer.status !== 400) return { endpoint: plain, ping: answer };
	await answer.body.cancel();
	const secure = guestEndpoint(daemon, `https://${host}`, await trustFor(daemon, domain, true));
	return { endpoint: secure, ping: await ping(secure, signal) };
}

async function reachSecurely(
	daemon: Daemon,
	host: string,
	domain: string,
	signal: AbortSignal,
): Promise<Reached> {
	const trust = await trustFor(daemon, domain, false);
	const base = `https://${host}`;
	const url = new URL(`${base}/v2/`);
	try {
		const address = await resolveHost(daemon.ports.runtime, url.hostname);
		await verifyServer(daemon, { host: url.hostname, address, port: portOf(url) }, trust);
	} catch (error) {
		throw unavailable(urlError('GET', url, messageOf(error)), { cause: error });
	}
	const endpoint = guestEndpoint(daemon, base, trust);
	return { endpoint, ping: await ping(endpoint, signal) };
}

/**
 * A mirror of the public registry: through the host where that reaches it, else from inside the guest by the scheme of
 * its URL. One whose name the guest does not know is asked over the host's own network.
 */
export async function reachMirror(daemon: Daemon, mirror: string, signal: AbortSignal): Promise<Reached> {
	const { protocol, hostname, host, origin } = new URL(mirror);
	const { mirrors, outside } = daemon.ports;
	if (mirrors?.has(host)) return reachFromHost(daemon.ports.registry, host, signal);
	if (outside && !(await isKnown(daemon, hostname))) return reachOutside(outside, origin, signal);
	if (protocol === 'https:') {
		if (!(await isInsecure(daemon, host, hostname))) return reachSecurely(daemon, host, host, signal);
		const secure = guestEndpoint(daemon, `https://${host}`, await trustFor(daemon, host, true));
		return { endpoint: secure, ping: await ping(secure, signal) };
	}
	const plain = guestEndpoint(daemon, `http://${host}`, 'plain');
	return { endpoint: plain, ping: await ping(plain, signal) };
}

async function isKnown(daemon: Daemon, hostname: string): Promise<boolean> {
	try {
		await resolveHost(daemon.ports.runtime, hostname);
		return true;
	} catch (error) {
		if (kindOf(error) === 'unavailable') return false;
		throw error;
	}
}

async function isInsecure(daemon: Daemon, domain: string, hostname: string): Promise<boolean> {
	if (daemon.registries.insecureHosts.includes(domain)) return true;
	try {
		return isInsecureAddress(daemon.registries, await resolveHost(daemon.ports.runtime, hostname));
	} catch {
		// A name that nobody knows is no exception; the error comes when it is asked.
		return false;
	}
}

function ping(endpoint: Endpoint, signal: AbortSignal): Promise<RegistryResponse> {
	return endpoint.send('/v2/', { signal });
}

/**
 * A published port takes connections as soon as its container runs, the program behind it seconds later: an emulated
 * processor needs them to start it. Connections that end without an answer are tried again.
 */
async function patientPing(
	daemon: Daemon,
	endpoint: Endpoint,
	signal: AbortSignal,
): Promise<RegistryResponse> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await ping(endpoint, signal);
		} catch (error) {
			if (attempt === PING_ATTEMPTS || !messageOf(error).endsWith(': EOF')) throw error;
			await daemon.ports.clock.sleep(PING_EVERY_MS, signal);
		}
	}
}

/** A registry that the host reaches itself, its token server included. */
export async function reachFromHost(
	fetch: RegistryFetch,
	domain: string,
	signal: AbortSignal,
): Promise<Reached> {
	const endpoint: Endpoint = {
		base: domain === PUBLIC ? PUBLIC_BASE : `https://${domain}`,
		send: (path, request) => fetch(domain, path, request),
		token: (url, request) => fetch(domain, url, request),
	};
	return { endpoint, ping: await ping(endpoint, signal) };
}

async function reachOutside(fetch: OutsideFetch, base: string, signal: AbortSignal): Promise<Reached> {
	const endpoint: Endpoint = {
		base,
		send: (path, request) => fetch(new URL(path, base), request),
		token: (url, request) => fetch(new URL(url), request),
	};
	return { endpoint, ping: await ping(endpoint, signal) };
}

function guestEndpoint(daemon: Daemon, base: string, security: Security): Endpoint {
	const send = (path: string, request: RegistryRequest) => {
		const one = (url: URL) => guestHttp(daemon, url, withoutForeign(request, url, base), security);
		return request.body ? one(new URL(path, base)) : followRedirects(one, new URL(path, base));
	};
	return {
		base,
		send,
		token: async (url, request) => {
			const target = new URL(url);
			if (target.origin === new URL(base).origin) return send(target.pathname + target.search, request);
			const trust =
				target.protocol === 'https:' ? await trustFor(daemon, target.host, false) : ('plain' as const);
			return guestHttp(daemon, target, request, trust);
		},
	};
}

/** What a registry is told to authorise goes to no other host. */
function withoutForeign(request: RegistryRequest, url: URL, base: string): RegistryRequest {
	if (url.origin === new URL(base).origin) return request;
	const { authorization: _kept, ...headers } = request.headers ?? {};
	return { ...request, headers };
}
