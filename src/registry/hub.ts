import { kindOf, readAll } from '#base';
import { isObject, parseObject } from '#oci';

/** Fetches a file of the static registry by its path below it; rejects with not-found when there is none. */
export type FetchHub = (
	path: string,
	options: { signal?: AbortSignal },
) => Promise<ReadableStream<Uint8Array>>;

/** A repository of the catalogue. */
export interface CatalogEntry {
	/** With its namespace: `library/busybox`. */
	name: string;
	description: string;
	stars: number;
	isOfficial: boolean;
	tags: string[];
}

const LARGEST_DOCUMENT = 8 * 1024 * 1024;

/** The part of the registry that is files: it is only read. */
export class Hub {
	readonly #fetch: FetchHub;
	#catalog: Promise<CatalogEntry[]> | null = null;

	constructor(fetch: FetchHub) {
		this.#fetch = fetch;
	}

	/** Everything there is, as the catalogue lists it; empty when there is no catalogue. */
	catalog(): Promise<CatalogEntry[]> {
		this.#catalog ??= this.#readCatalog().catch((error: unknown) => {
			this.#catalog = null;
			throw error;
		});
		return this.#catalog;
	}

	async has(name: string): Promise<boolean> {
		return (await this.#entry(name)) !== null;
	}

	/** In the order of their text; null when there is no such repository. */
	async tags(name: string): Promise<string[] | null> {
		const entry = await this.#entry(name);
		return entry && [...entry.tags].sort();
	}

	async manifest(name: string, reference: string, signal: AbortSignal): Promise<Uint8Array | null> {
		if (!(await this.has(name))) return null;
		const body = await this.#open(`v2/${name}/manifests/${reference}`, signal);
		return body && readAll(body, LARGEST_DOCUMENT);
	}

	/** A blob as it comes: each is there once, whichever repository has it. */
	async blob(name: string, digest: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
		return (await this.has(name)) ? this.#open(`blobs/${digest}`, signal) : null;
	}

	async #entry(name: string): Promise<CatalogEntry | null> {
		// Lines without tags are there to be found, not to be pulled.
		return (await this.catalog()).find((entry) => entry.name === name && entry.tags.length > 0) ?? null;
	}

	async #open(path: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
		try {
			return await this.#fetch(path, signal ? { signal } : {});
		} catch (error) {
			if (kindOf(error) === 'not-found') return null;
			throw error;
		}
	}

	async #readCatalog(): Promise<CatalogEntry[]> {
		const body = await this.#open('catalog.json');
		if (!body) return [];
		const { repositories } = parseObject(await readAll(body, LARGEST_DOCUMENT), 'catalogue');
		return Array.isArray(repositories) ? repositories.filter(isObject).map(entryOf) : [];
	}
}

function entryOf(entry: Record<string, unknown>): CatalogEntry {
	const name = String(entry['name'] ?? '');
	const tags = Array.isArray(entry['tags']) ? entry['tags'].filter(isObject) : [];
	return {
		// The catalogue names official images as people do.
		name: name.includes('/') ? name : `library/${name}`,
		description: String(entry['description'] ?? ''),
		stars: Number(entry['stars'] ?? 0),
		isOfficial: entry['official'] === true,
		tags: tags.map(({ tag }) => String(tag)),
	};
}
