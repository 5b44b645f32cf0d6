/** Bytes by their sha256 digest. Implementations: memory (here), files in Node, IndexedDB in the browser. */
export interface BlobStore {
	/** `null` when it has none of that digest. */
	get(digest: string): Promise<Uint8Array | null>;
	has(digest: string): Promise<boolean>;
	/** Keeps bytes whose digest the caller has verified, whole or not at all. Idempotent. Rejects with `unavailable` when there is no room. */
	put(digest: string, bytes: Uint8Array): Promise<void>;
	delete(digest: string): Promise<void>;
	/** Digests of all it has. */
	list(): Promise<string[]>;
}

/** Small documents by name, each put whole or not at all. */
export interface RecordStore {
	/** `null` when there is none of that name. */
	get(name: string): Promise<Uint8Array | null>;
	put(name: string, bytes: Uint8Array): Promise<void>;
}

/** Where something keeps what must outlive it. */
export interface Stores {
	blobs: BlobStore;
	records: RecordStore;
	/** Runs tasks one after the other, among all who share the stores: what a task reads is what it changes. Tasks must not nest. */
	exclusively<T>(task: () => Promise<T>): Promise<T>;
}
