import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Lock, unavailable } from '#base';
import type { Stores } from '#storage';

/** Blobs and records as files of a folder, which is one process's while it runs. */
export function storesIn(folder: string): Stores {
	const blobs = new Folder(path.join(folder, 'blobs'));
	const records = new Folder(path.join(folder, 'records'));
	const lock = new Lock();
	return {
		blobs: {
			get: (digest) => blobs.read(fileOf(digest)),
			has: (digest) => blobs.has(fileOf(digest)),
			// What has that name already has that content.
			put: async (digest, bytes) => {
				if (!(await blobs.has(fileOf(digest)))) await blobs.write(fileOf(digest), bytes);
			},
			delete: (digest) => blobs.remove(fileOf(digest)),
			list: async () => (await blobs.names()).map((name) => name.replace('-', ':')),
		},
		records: {
			get: (name) => records.read(name),
			put: (name, bytes) => records.write(name, bytes),
		},
		exclusively: (task) => lock.run(task),
	};
}

/** Not every filesystem takes a colon. */
function fileOf(digest: string): string {
	return digest.replace(':', '-');
}

const UNFINISHED = '.new';

/** Files that are there whole or not at all, also after a crash. */
class Folder {
	readonly #path: string;
	#made: Promise<unknown> | null = null;
	#written = 0;

	constructor(folder: string) {
		this.#path = folder;
	}

	async read(name: string): Promise<Uint8Array | null> {
		try {
			return await readFile(path.join(this.#path, name));
		} catch (error) {
			if (isMissing(error)) return null;
			throw error;
		}
	}

	async has(name: string): Promise<boolean> {
		return (await stat(path.join(this.#path, name)).catch(() => null)) !== null;
	}

	async write(name: string, bytes: Uint8Array): Promise<void> {
		await this.#make();
		const target = path.join(this.#path, name);
		// Two writers of one name must not share a file.
		const unfinished = `${target}.${this.#written++}${UNFINISHED}`;
		try {
			const file = await open(unfinished, 'w');
			try {
				await file.writeFile(bytes);
				await file.sync();
			} finally {
				await file.close();
			}
			await rename(unfinished, target);
		} catch (error) {
			await rm(unfinished, { force: true });
			if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
				throw unavailable('no space left on device', { cause: error });
			throw error;
		}
	}

	async remove(name: string): Promise<void> {
		await rm(path.join(this.#path, name), { force: true });
	}

	async names(): Promise<string[]> {
		await this.#make();
		return readdir(this.#path);
	}

	/** Makes the folder, and clears away what a crash left half-written. */
	#make(): Promise<unknown> {
		this.#made ??= (async () => {
			await mkdir(this.#path, { recursive: true });
			for (const name of await readdir(this.#path))
				if (name.endsWith(UNFINISHED)) await rm(path.join(this.#path, name));
		})();
		return this.#made;
	}
}

function isMissing(error: unknown): boolean {
	return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
