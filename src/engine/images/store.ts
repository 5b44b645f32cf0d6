import { notFound } from '#base';
import {
	familiarName,
	familiarString,
	formatReference,
	parseNormalized,
	withDefaultTag,
	type ImageConfiguration,
	type Reference,
} from '#oci';
import type { UnixNs } from '../time.ts';

export interface ImageLayer {
	diffId: string;
	chainId: string;
	/** Bytes of its files. */
	sizeBytes: number;
}

export interface ImageRecord {
	/** The digest of its configuration. */
	id: string;
	configuration: ImageConfiguration;
	/** Lowest first. */
	layers: ImageLayer[];
	createdAt: UnixNs | null;
	lastTagAt: UnixNs | null;
	/** Id of the image it was built from here; empty for pulled ones. */
	parentId: string;
	/** A step of a build may take it from the cache. */
	isBuiltHere: boolean;
	/** The configuration's own bytes, for archives and registries. */
	document: Uint8Array;
}

/** The images and what they are called. Knows nothing of containers or registries. */
export class ImageStore {
	readonly #images = new Map<string, ImageRecord>();
	/** Long form of a reference with tag or digest → id. */
	readonly #references = new Map<string, { reference: Reference; id: string }>();
	readonly #onChange: () => void;

	/** `onChange` is called after every change of what should be kept. */
	constructor(onChange: () => void = () => undefined) {
		this.#onChange = onChange;
	}

	/** Adds a record, or gives the one that is there already. */
	add(record: ImageRecord): ImageRecord {
		const existing = this.#images.get(record.id);
		if (existing) return existing;
		this.#images.set(record.id, record);
		this.#onChange();
		return record;
	}

	/** Newest first. */
	list(): ImageRecord[] {
		return [...this.#images.values()].sort((a, b) => Number((b.createdAt ?? 0n) - (a.createdAt ?? 0n)));
	}

	get size(): number {
		return this.#images.size;
	}

	get(id: string): ImageRecord | null {
		return this.#images.get(id) ?? null;
	}

	/** Forgets an image and all its names. */
	delete(id: string): void {
		for (const reference of this.referencesOf(id)) this.unname(reference);
		this.#images.delete(id);
		this.#onChange();
	}

	/** The image a reference with tag or digest names. */
	named(reference: Reference): string | null {
		return this.#references.get(formatReference(reference))?.id ?? null;
	}

	/** Returns whether that changed anything. */
	name(reference: Reference, id: string): boolean {
		const key = formatReference(reference);
		if (this.#references.get(key)?.id === id) return false;
		this.#references.set(key, { reference, id });
		this.#onChange();
		return true;
	}

	unname(reference: Reference): void {
		this.#references.delete(formatReference(reference));
		this.#onChange();
	}

	/** Every name with the image it stands for. */
	names(): { reference: Reference; id: string }[] {
		return [...this.#references.values()];
	}

	/** Has exactly these images and names. */
	replace(images: readonly ImageRecord[], names: readonly { reference: Reference; id: string }[]): void {
		this.#images.clear();
		this.#references.clear();
		for (const image of images) this.#images.set(image.id, image);
		for (const name of names) this.#references.set(formatReference(name.reference), name);
		this.#onChange();
	}

	/** In the order of their text. */
	referencesOf(id: string): Reference[] {
		return [...this.#references.values()]
			.filter((entry) => entry.id === id)
			.map(({ reference }) => reference)
			.sort((a, b) => compare(formatReference(a), formatReference(b)));
	}

	repoTags(id: string): string[] {
		return this.referencesOf(id)
			.filter(({ digest }) => !digest)
			.map(familiarString);
	}

	repoDigests(id: string): string[] {
		return this.referencesOf(id)
			.filter(({ digest }) => digest)
			.map((reference) => `${familiarName(reference)}@${reference.digest}`);
	}

	/** Finds by id, by the beginning of an id, or by name. Throws not-found in Docker's words, `invalid` for what can be no name. */
	resolve(text: string): ImageRecord {
		const found = this.find(text);
		if (!found) throw notFound(`No such image: ${displayed(text)}`);
		return found;
	}

	find(text: string): ImageRecord | null {
		const exact = this.#images.get(text) ?? this.#images.get(`sha256:${text}`);
		if (exact) return exact;
		const named = this.#byName(text);
		if (named) return named;
		return this.#byPrefix(text.replace(/^sha256:/, ''));
	}

	#byName(text: string): ImageRecord | null {
		const reference = tryParse(text);
		if (!reference) return null;
		const key = reference.digest ? { ...reference, tag: '' } : withDefaultTag(reference);
		const id = this.named(key);
		return id ? this.get(id) : null;
	}

	#byPrefix(prefix: string): ImageRecord | null {
		if (!/^[0-9a-f]+$/.test(prefix)) return null;
		const found = [...this.#images.keys()].filter((id) => id.startsWith(`sha256:${prefix}`));
		return found.length === 1 && found[0] ? this.get(found[0]) : null;
	}
}

/** Whether `text` is the beginning of the image's id rather than a name. */
export function isIdPrefix(id: string, text: string): boolean {
	return id.startsWith(text) || id.startsWith(`sha256:${text}`);
}

export function imageSize(image: ImageRecord): number {
	return image.layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function displayed(text: string): string {
	const id = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text)?.[1];
	return id === undefined ? familiarString(withDefaultTag(parseNormalized(text))) : `sha256:${id}`;
}

function tryParse(text: string): Reference | null {
	if (/^sha256:/.test(text)) return null;
	try {
		return parseNormalized(text);
	} catch {
		// What is no reference may still be an id: the caller decides.
		return null;
	}
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
