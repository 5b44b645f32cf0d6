/** Fetches a file's content by its sha256. Rejects when it cannot be had or is not what its name says. */
export type BlobFetch = (hash: string) => Promise<Uint8Array>;

/** Keeps what was fetched, up to `limit` bytes, oldest dropped first: the guest reads a file in several pieces, then keeps it itself. */
export class BlobCache {
	readonly #fetch: BlobFetch;
	readonly #limit: number;
	readonly #kept = new Map<string, Uint8Array>();
	readonly #underWay = new Map<string, Promise<Uint8Array>>();
	#size = 0;

	constructor(fetch: BlobFetch, limit = 64 << 20) {
		this.#fetch = fetch;
		this.#limit = limit;
	}

	/** The bytes, at once when they are here. A failed fetch is tried again by the next call. */
	get(hash: string): Uint8Array | Promise<Uint8Array> {
		return this.#kept.get(hash) ?? this.#underWay.get(hash) ?? this.#start(hash);
	}

	#start(hash: string): Promise<Uint8Array> {
		const fetched = this.#fetch(hash)
			.then((bytes) => {
				this.#keep(hash, bytes);
				return bytes;
			})
			.finally(() => this.#underWay.delete(hash));
		this.#underWay.set(hash, fetched);
		return fetched;
	}

	#keep(hash: string, bytes: Uint8Array): void {
		this.#kept.set(hash, bytes);
		this.#size += bytes.length;
		for (const [oldest, dropped] of this.#kept) {
			if (this.#size <= this.#limit || oldest === hash) break;
			this.#kept.delete(oldest);
			this.#size -= dropped.length;
		}
	}
}
