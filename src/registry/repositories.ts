import { isObject, parseObject } from '#oci';
import type { Stores } from '#storage';

const RECORD = 'repositories';

/** A manifest of a repository; its bytes are in the store. */
export interface StoredManifest {
	mediaType: string;
	size: number;
	/** The manifest this one says something about; empty for none. */
	subject: string;
	artifactType: string;
}

/** What has been pushed to one name. */
export interface StoredRepository {
	tags: Map<string, string>;
	manifests: Map<string, StoredManifest>;
	/** Digest → size. */
	blobs: Map<string, number>;
}

/** Everything pushed. Blobs come before the record that names them and go after it: a crash leaves nothing that is named and not there. */
export class Repositories {
	readonly #stores: Stores;
	#loaded: Promise<Map<string, StoredRepository>> | null = null;

	constructor(stores: Stores) {
		this.#stores = stores;
	}

	async names(): Promise<string[]> {
		return [...(await this.#all())]
			.filter(([, { manifests }]) => manifests.size > 0)
			.map(([name]) => name)
			.sort();
	}

	async get(name: string): Promise<StoredRepository | null> {
		return (await this.#all()).get(name) ?? null;
	}

	bytes(digest: string): Promise<Uint8Array | null> {
		return this.#stores.blobs.get(digest);
	}

	/** Adds a blob whose digest is known to be right. */
	async addBlob(name: string, digest: string, bytes: Uint8Array): Promise<void> {
		// First of all: what the record does not name is swept out when it is read.
		const { blobs } = await this.#making(name);
		await this.#stores.blobs.put(digest, bytes);
		blobs.set(digest, bytes.length);
		await this.#write();
	}

	/** Lets a repository have a blob of another one. */
	async link(name: string, digest: string, size: number): Promise<void> {
		(await this.#making(name)).blobs.set(digest, size);
		await this.#write();
	}

	async addManifest(
		name: string,
		digest: string,
		bytes: Uint8Array,
		manifest: StoredManifest,
		tag: string | null,
	): Promise<void> {
		const repository = await this.#making(name);
		await this.#stores.blobs.put(digest, bytes);
		repository.manifests.set(digest, manifest);
		if (tag !== null) repository.tags.set(tag, digest);
		await this.#write();
	}

	/** Each returns whether it was there. */
	async removeTag(name: string, tag: string): Promise<boolean> {
		const removed = (await this.get(name))?.tags.delete(tag) ?? false;
		if (removed) await this.#write();
		return removed;
	}

	async removeManifest(name: string, digest: string): Promise<boolean> {
		const repository = await this.get(name);
		if (!repository?.manifests.delete(digest)) return false;
		for (const [tag, named] of repository.tags) if (named === digest) repository.tags.delete(tag);
		await this.#writeAndClear([digest]);
		return true;
	}

	async removeBlob(name: string, digest: string): Promise<boolean> {
		const removed = (await this.get(name))?.blobs.delete(digest) ?? false;
		if (removed) await this.#writeAndClear([digest]);
		return removed;
	}

	async #making(name: string): Promise<StoredRepository> {
		const all = await this.#all();
		const repository = all.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
		all.set(name, repository);
		return repository;
	}

	#all(): Promise<Map<string, StoredRepository>> {
		this.#loaded ??= this.#load();
		return this.#loaded;
	}

	async #load(): Promise<Map<string, StoredRepository>> {
		const bytes = await this.#stores.records.get(RECORD);
		const all = bytes ? decode(parseObject(bytes, 'repositories')) : new Map<string, StoredRepository>();
		const named = namedIn(all);
		for (const digest of await this.#stores.blobs.list()) {
			if (!named.has(digest)) await this.#stores.blobs.delete(digest);
		}
		return all;
	}

	async #write(): Promise<void> {
		await this.#stores.records.put(RECORD, encode(await this.#all()));
	}

	async #writeAndClear(digests: string[]): Promise<void> {
		await this.#write();
		const named = namedIn(await this.#all());
		for (const digest of digests) if (!named.has(digest)) await this.#stores.blobs.delete(digest);
	}
}

function namedIn(all: Map<string, StoredRepository>): Set<string> {
	return new Set([...all.values()].flatMap(({ manifests, blobs }) => [...manifests.keys(), ...blobs.keys()]));
}

function encode(all: Map<string, StoredRepository>): Uint8Array {
	const value = [...all].map(([name, { tags, manifests, blobs }]) => [
		name,
		{
			tags: Object.fromEntries(tags),
			manifests: Object.fromEntries(manifests),
			blobs: Object.fromEntries(blobs),
		},
	]);
	return new TextEncoder().encode(JSON.stringify(Object.fromEntries(value)));
}

function decode(value: Record<string, unknown>): Map<string, StoredRepository> {
	const entries = (item: unknown) => (isObject(item) ? Object.entries(item) : []);
	return new Map(
		Object.entries(value).map(([name, stored]) => {
			const { tags, manifests, blobs } = isObject(stored) ? stored : {};
			return [
				name,
				{
					tags: new Map(entries(tags).map(([tag, digest]) => [tag, String(digest)])),
					manifests: new Map(entries(manifests).map(([digest, item]) => [digest, manifestOf(item)])),
					blobs: new Map(entries(blobs).map(([digest, size]) => [digest, Number(size)])),
				},
			];
		}),
	);
}

function manifestOf(item: unknown): StoredManifest {
	const { mediaType, size, subject, artifactType } = isObject(item) ? item : {};
	const text = (part: unknown) => (typeof part === 'string' ? part : '');
	return {
		mediaType: text(mediaType),
		size: Number(size ?? 0),
		subject: text(subject),
		artifactType: text(artifactType),
	};
}
