/** Bytes by their sha256 digest. Implementations: memory (here), files in Node, IndexedDB in the browser. */
export interface BlobStore {
	/** `null` when it has none of that digest. */
	get(digest: string): Promise<Uint8Array | null>;
	has(digest: string): Promise<boolean>;
	/** Keeps bytes whose digest the caller has verified. Idempotent. */
	put(digest: string, bytes: Uint8Array): Promise<void>;
	delete(digest: string): Promise<void>;
}
