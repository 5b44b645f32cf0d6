import { CLIENT_VERSION } from '#client';

/** Revision that the client's version stands for, as `docker version` shows it. */
export const GIT_COMMIT = 'ecc6942';

/** What `docker --version` prints. */
export function versionLine(): string {
	return `Docker version ${CLIENT_VERSION}, build ${GIT_COMMIT}`;
}
