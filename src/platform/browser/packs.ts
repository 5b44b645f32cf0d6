import { unavailable } from '#base';
import type { RepositoryFiles, RepositoryRequest } from './git/repository.ts';

export type { RepositoryFiles, RepositoryRequest } from './git/repository.ts';

/** Reads files of lessons below an address that ends in a slash. */
export function lessonFilesAt(base: string): (path: string) => Promise<Uint8Array> {
	return async (path) => {
		const address = new URL(path.split('/').map(encodeURIComponent).join('/'), base);
		const response = await fetch(address);
		if (!response.ok) throw unavailable(`${path}: the server answered ${response.status}`);
		return new Uint8Array(await response.arrayBuffer());
	};
}

/** The files of a zipped pack; its reader is fetched with the first zip. */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
	return (await import('./zip.ts')).readZip(bytes);
}

/** The files of a pack in a Git repository; Git's program is fetched with the first one. */
export async function readRepository(request: RepositoryRequest): Promise<RepositoryFiles> {
	return (await import('./git/repository.ts')).readRepository(request);
}
