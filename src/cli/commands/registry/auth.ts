import type { DockerConfig } from '../../config.ts';

/** The key of the public registry in `auths`. */
export const PUBLIC = 'https://index.docker.io/v1/';

/** The `X-Registry-Auth` header for an image's registry: base64 JSON, `{}` when there is no login. */
export function registryAuth({ auths }: DockerConfig, name: string): string {
	const host = name.split('/', 1)[0] ?? '';
	const key = host === 'docker.io' ? PUBLIC : host;
	const auth = auths?.[key]?.auth;
	if (!auth) return btoa('{}');
	const [username = '', password = ''] = atob(auth).split(/:(.*)/s);
	return btoa(JSON.stringify({ username, password, serveraddress: key }));
}

/** How a registry is named in `auths`: `localhost:5000`, or the public one's address. */
export function registryKey(server: string): string {
	if (['', 'docker.io', 'index.docker.io', 'registry-1.docker.io', PUBLIC].includes(server)) return PUBLIC;
	return server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
