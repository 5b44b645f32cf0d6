/** The images as one record in the store, so that an engine that starts again finds them. */
import { kindOf, messageOf } from '#base';
import { formatReference, isObject, parseConfiguration, parseObject, parseReference } from '#oci';
import type { Daemon } from '../daemon.ts';
import { toJson } from '../json.ts';
import type { KnownBlob, StoredBlob } from './layers.ts';
import type { ImageLayer, ImageRecord } from './store.ts';

const RECORD = 'images';
const VERSION = 1;

interface KeptLayer extends ImageLayer {
	blob: StoredBlob;
	known: KnownBlob[];
}

interface KeptImage {
	id: string;
	parentId: string;
	isBuiltHere?: boolean;
	createdAt: string | null;
	lastTagAt: string | null;
	layers: KeptLayer[];
}

interface Kept {
	version: number;
	images: KeptImage[];
	/** Long form of a reference → id. */
	names: [name: string, id: string][];
}

/** Writes the record after changes, one writing at a time. */
export class ImageKeeper {
	readonly #daemon: Daemon;
	#writing: Promise<void> = Promise.resolve();
	#isScheduled = false;
	#isRestoring = false;

	constructor(daemon: Daemon) {
		this.#daemon = daemon;
	}

	/** Something has changed: it is written when this turn is over. */
	changed(): void {
		// What is half taken up must not take the place of the whole.
		if (this.#isScheduled || this.#isRestoring) return;
		this.#isScheduled = true;
		this.#writing = this.#writing
			.then(async () => {
				this.#isScheduled = false;
				await this.#daemon.ports.stores.records.put(RECORD, encode(snapshot(this.#daemon)));
			})
			.catch((error: unknown) => {
				this.#daemon.ports.log('error', `the images could not be written down: ${messageOf(error)}`);
			});
	}

	/** Resolves when every change so far is written. */
	settled(): Promise<void> {
		return this.#writing;
	}

	/** Takes up what was kept, and deletes blobs that belong to nothing: of a pull or a removal that was cut short. */
	async restore(): Promise<void> {
		const { blobs, records } = this.#daemon.ports.stores;
		const bytes = await records.get(RECORD);
		this.#isRestoring = true;
		try {
			await this.#takeUp(bytes && decode(bytes));
		} finally {
			this.#isRestoring = false;
		}
		const wanted = new Set(
			this.#daemon.images
				.list()
				.flatMap((image) => [
					image.id,
					...image.layers.map(({ diffId }) => this.#daemon.layers.blob(diffId).digest),
				]),
		);
		for (const digest of await blobs.list()) if (!wanted.has(digest)) await blobs.delete(digest);
	}

	async #takeUp(kept: Kept | null): Promise<void> {
		for (const image of kept?.images ?? []) await this.#restoreImage(image);
		for (const [name, id] of kept?.names ?? [])
			if (this.#daemon.images.get(id)) this.#daemon.images.name(parseReference(name), id);
	}

	/** An image whose blobs are not all there is none. */
	async #restoreImage(kept: KeptImage): Promise<void> {
		const { images, layers, ports } = this.#daemon;
		try {
			const document = await ports.stores.blobs.get(kept.id);
			if (!document) return;
			for (const { blob, known, ...layer } of kept.layers) await layers.restore(layer, blob, known);
			images.add({
				id: kept.id,
				parentId: kept.parentId,
				isBuiltHere: kept.isBuiltHere ?? false,
				configuration: parseConfiguration(document),
				document,
				createdAt: kept.createdAt === null ? null : BigInt(kept.createdAt),
				lastTagAt: kept.lastTagAt === null ? null : BigInt(kept.lastTagAt),
				layers: kept.layers.map(({ diffId, chainId, sizeBytes }) => ({ diffId, chainId, sizeBytes })),
			});
		} catch (error) {
			ports.log('warn', `image ${kept.id} is left out (${kindOf(error)}): ${messageOf(error)}`);
			for (const { diffId } of kept.layers) {
				const isUsed = images.list().some((image) => image.layers.some((layer) => layer.diffId === diffId));
				if (!isUsed) await layers.remove(diffId, () => Promise.resolve());
			}
		}
	}
}

function snapshot(daemon: Daemon): Kept {
	const image = ({ id, parentId, isBuiltHere, createdAt, lastTagAt, layers }: ImageRecord): KeptImage => ({
		id,
		parentId,
		isBuiltHere,
		createdAt: createdAt === null ? null : String(createdAt),
		lastTagAt: lastTagAt === null ? null : String(lastTagAt),
		layers: layers.map((layer) => ({
			...layer,
			blob: daemon.layers.blob(layer.diffId),
			known: [...daemon.layers.known(layer.diffId)],
		})),
	});
	return {
		version: VERSION,
		images: daemon.images.list().map(image),
		names: daemon.images.names().map(({ reference, id }) => [formatReference(reference), id]),
	};
}

function encode(kept: Kept): Uint8Array {
	return new TextEncoder().encode(toJson(kept));
}

/** A record of an unknown form counts as none: its blobs are let go. */
function decode(bytes: Uint8Array): Kept | null {
	const value = parseObject(bytes, 'the record of images');
	const { version, images, names } = value;
	if (version !== VERSION || !Array.isArray(images) || !Array.isArray(names)) return null;
	return {
		version,
		images: images.filter(isObject) as unknown as KeptImage[],
		names: names as Kept['names'],
	};
}
