import type { BlobStore } from './blob-store.ts';

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
	};
}
