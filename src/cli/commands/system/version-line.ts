import { CLIENT_VERSION } from '#client';

/** Revision that the client's version stands for, as `docker version` shows it. */
export const GIT_COMMIT = 'ecc6942';
/** What that client was built with, and when. */
export const GO_VERSION = 'go1.25.3';
export const BUILT = 'Wed Nov  5 14:43:20 2025';

/** What `docker --version` prints. */
export function versionLine(): string {
	return `Docker version ${CLIENT_VERSION}, build ${GIT_COMMIT}`;
}
