import { SandboxError, messageOf, unauthorized } from '#base';
import type { Daemon } from '../daemon.ts';
import { Authorizer, type RegistryAuth } from './authorizer.ts';
import { reach } from './endpoint.ts';
import { statusText } from './errors.ts';
import { urlError } from './http.ts';

const PUBLIC_NAMES = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** Tries a name and a password at a registry; resolves with what Docker says then. Rejects in its words when the registry refuses. */
export async function login(
	daemon: Daemon,
	serverAddress: string,
	auth: RegistryAuth,
	signal: AbortSignal,
): Promise<string> {
	const host = serverAddress.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
	const { endpoint, ping } = await reach(daemon, PUBLIC_NAMES.includes(host) ? 'docker.io' : host, {
		signal,
	});
	await ping.body.cancel();
	const authorizer = new Authorizer(endpoint, ping, auth);
	const url = `${endpoint.base}/v2/`;
	const headers = await authorizer.headers([], signal).catch((error: unknown) => {
		const kind = error instanceof SandboxError ? error.kind : 'internal';
		throw new SandboxError(kind, urlError('GET', url, messageOf(error)), { cause: error });
	});
	const response = await endpoint.send('/v2/', { headers, signal });
	await response.body.cancel();
	if (response.status !== 200) {
		throw unauthorized(`login attempt to ${url} failed with status: ${statusText(response.status)}`);
	}
	if (authorizer.newAccount === '') return 'Login Succeeded';
	return `The account "${authorizer.newAccount}" is new: this sandbox's registry has made it.\nLogin Succeeded`;
}
