import type { RepositoryFiles, RepositoryRequest } from './git/repository.ts';

export type { RepositoryFiles, RepositoryRequest } from './git/repository.ts';

/** The files of a zipped pack; its reader is fetched with the first zip. */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
	return (await import('./zip.ts')).readZip(bytes);
}

/** The files of a pack in a Git repository; Git's program is fetched with the first one. */
export async function readRepository(request: RepositoryRequest): Promise<RepositoryFiles> {
	return (await import('./git/repository.ts')).readRepository(request);
}
