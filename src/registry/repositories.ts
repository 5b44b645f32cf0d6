import { isObject, parseManifest, parseObject } from '#oci';
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

/**
 * Everything pushed. A change is a blob and the record that names it, in one piece among all who share the stores, the blob first when it
 * comes and last when it goes: a crash leaves nothing that is named and not there, and what no record names is swept out at the next start.
 */
export class Repositories {
	readonly #stores: Stores;
	#swept: Promise<void> | null = null;

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
	addBlob(name: string, digest: string, bytes: Uint8Array): Promise<void> {
		return this.#change(async (all) => {
			await this.#stores.blobs.put(digest, bytes);
			making(all, name).blobs.set(digest, bytes.length);
		});
	}

	/** Lets a repository have a blob of another one, if that still has it. */
	link(name: string, from: string, digest: string): Promise<boolean> {
		return this.#change(async (all) => {
			const size = all.get(from)?.blobs.get(digest);
			if (size !== undefined) making(all, name).blobs.set(digest, size);
			return size !== undefined;
		});
	}

	addManifest(
		name: string,
		digest: string,
		bytes: Uint8Array,
		manifest: StoredManifest,
		tag: string | null,
	): Promise<void> {
		return this.#change(async (all) => {
			const repository = making(all, name);
			await this.#stores.blobs.put(digest, bytes);
			repository.manifests.set(digest, manifest);
			if (tag !== null) repository.tags.set(tag, digest);
		});
	}

	/** Each returns whether it was there. */
	removeTag(name: string, tag: string): Promise<boolean> {
		return this.#change(async (all) => all.get(name)?.tags.delete(tag) ?? false);
	}

	removeManifest(name: string, digest: string): Promise<boolean> {
		return this.#change(async (all) => {
			const repository = all.get(name);
			if (!repository?.manifests.delete(digest)) return false;
			for (const [tag, named] of repository.tags) if (named === digest) repository.tags.delete(tag);
			return true;
		}, digest);
	}

	removeBlob(name: string, digest: string): Promise<boolean> {
		return this.#change(async (all) => all.get(name)?.blobs.delete(digest) ?? false, digest);
	}

	/** Others may have changed it since it was last read. */
	async #all(): Promise<Map<string, StoredRepository>> {
		this.#swept ??= this.#stores.exclusively(() => this.#sweep());
		await this.#swept;
		return this.#read();
	}

	async #read(): Promise<Map<string, StoredRepository>> {
		const bytes = await this.#stores.records.get(RECORD);
		return bytes ? decode(parseObject(bytes, 'repositories')) : new Map<string, StoredRepository>();
	}

	/** `left` is a digest that may have lost its last name. */
	async #change<T>(change: (all: Map<string, StoredRepository>) => Promise<T>, left?: string): Promise<T> {
		await this.#all();
		const { blobs, records } = this.#stores;
		return this.#stores.exclusively(async () => {
			const all = await this.#read();
			const result = await change(all);
			await records.put(RECORD, encode(all));
			if (left !== undefined && !namedIn(all).has(left)) await blobs.delete(left);
			return result;
		});
	}

	/** Lets go of layers that were pushed without the manifest they were meant for, and of blobs that nothing names. */
	async #sweep(): Promise<void> {
		const { blobs, records } = this.#stores;
		const all = await this.#read();
		let isOld = false;
		for (const repository of all.values()) {
			const parts = await this.#partsOf(repository);
			for (const digest of repository.blobs.keys())
				if (!parts.has(digest)) isOld = repository.blobs.delete(digest) || isOld;
		}
		if (isOld) await records.put(RECORD, encode(all));
		const named = namedIn(all);
		for (const digest of await blobs.list()) if (!named.has(digest)) await blobs.delete(digest);
	}

	async #partsOf({ manifests }: StoredRepository): Promise<Set<string>> {
		const parts = new Set<string>();
		for (const [digest, { mediaType }] of manifests) {
			const bytes = await this.bytes(digest);
			const document = bytes && parseManifest(bytes, mediaType);
			if (document?.kind !== 'manifest') continue;
			for (const part of [document.config, ...document.layers]) parts.add(part.digest);
		}
		return parts;
	}
}

function making(all: Map<string, StoredRepository>, name: string): StoredRepository {
	const repository = all.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
	all.set(name, repository);
	return repository;
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
