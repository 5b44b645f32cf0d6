import type { BlobStore, RecordStore, Stores } from './blob-store.ts';

/** A store that lives as long as its page. */
export function createMemoryBlobStore(): BlobStore {
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

/** Records that live as long as their page. */
export function createMemoryRecordStore(): RecordStore {
	const records = new Map<string, Uint8Array>();
	return {
		get: async (name) => records.get(name) ?? null,
		put: async (name, bytes) => {
			records.set(name, bytes);
		},
	};
}

/** Both. */
export function createMemoryStores(): Stores {
	return { blobs: createMemoryBlobStore(), records: createMemoryRecordStore() };
}
