import { Lock } from '#base';
import type { BlobStore, RecordStore, Stores } from './blob-store.ts';

/** Stores that live as long as their page. */
export function createMemoryStores(): Stores {
	const lock = new Lock();
	return {
		blobs: createBlobStore(),
		records: createRecordStore(),
		exclusively: (task) => lock.run(task),
	};
}

function createBlobStore(): BlobStore {
	const blobs = new Map<string, Uint8Array>();
	return {
		get: async (digest) => blobs.get(digest) ?? null,
		has: async (digest) => blobs.has(digest),
		put: async (digest, bytes) => {
			blobs.set(digest, bytes);
		},
		delete: async (digest) => {
			blobs.delete(digest);
		},
		list: async () => [...blobs.keys()],
	};
}

function createRecordStore(): RecordStore {
	const records = new Map<string, Uint8Array>();
	return {
		get: async (name) => records.get(name) ?? null,
		put: async (name, bytes) => {
			records.set(name, bytes);
		},
	};
}
