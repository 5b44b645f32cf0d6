import type { DockerConfig } from '../../config.ts';

/** The key of the public registry in `auths`. */
export const PUBLIC = 'https://index.docker.io/v1/';

/** The `X-Registry-Auth` header for an image's registry: base64 JSON, `{}` when there is no login. */
export function registryAuth(config: DockerConfig, name: string): string {
	const login = registryLogin(config, name);
	return btoa(JSON.stringify(login ? { ...login, serveraddress: keyOf(name) } : {}));
}

/** Who is logged in to an image's registry. */
export function registryLogin(
	{ auths }: DockerConfig,
	name: string,
): { username: string; password: string } | null {
	const auth = auths?.[keyOf(name)]?.auth;
	if (!auth) return null;
	const [username = '', password = ''] = atob(auth).split(/:(.*)/s);
	return { username, password };
}

function keyOf(name: string): string {
	const host = name.split('/', 1)[0] ?? '';
	return host === 'docker.io' ? PUBLIC : host;
}

/** How a registry is named in `auths`: `localhost:5000`, or the public one's address. */
export function registryKey(server: string): string {
	if (['', 'docker.io', 'index.docker.io', 'registry-1.docker.io', PUBLIC].includes(server)) return PUBLIC;
	return server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
