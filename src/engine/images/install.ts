import { invalid } from '#base';
import { chainIds, digestOf, parseConfiguration, type ImageConfiguration } from '#oci';
import type { Daemon } from '../daemon.ts';
import { parseTime, type UnixNs } from '../time.ts';
import type { AddedLayer } from './layers.ts';
import type { ImageRecord } from './store.ts';

/** The layers of an image that is being put together. Until it is there they can be taken back without harm to others. */
export class Installation {
	readonly #daemon: Daemon;
	readonly #layers: AddedLayer[] = [];

	constructor(daemon: Daemon) {
		this.#daemon = daemon;
	}

	/** Takes up a layer above the ones so far; the image takes it over or `undo` lets it go. */
	async add(bytes: Uint8Array, options: { digest?: string; diffId?: string } = {}): Promise<AddedLayer> {
		const layer = await this.#daemon.layers.add(bytes, options);
		this.#daemon.heldLayers.hold(layer.diffId);
		this.#layers.push(layer);
		return layer;
	}

	/** Takes up a layer that is there. */
	reuse(diffId: string, sizeBytes: number): void {
		this.#daemon.heldLayers.hold(diffId);
		this.#layers.push({ diffId, sizeBytes, isNew: false });
	}

	/** Makes the image of the layers so far and its configuration's bytes. Throws `invalid` when they do not belong together. */
	async finish(document: Uint8Array, more: RecordDetails = {}): Promise<ImageRecord> {
		const configuration = parseConfiguration(document);
		const record = await recordOf(document, configuration, this.#layers, more);
		await this.#daemon.ports.stores.blobs.put(record.id, document);
		const image = this.#daemon.images.add(record);
		this.#release();
		return image;
	}

	/** Takes back what no image came of. */
	async undo(): Promise<void> {
		this.#release();
		for (const { diffId } of this.#layers) {
			if (!this.#daemon.isLayerUsed(diffId)) {
				await this.#daemon.layers.remove(diffId, () => this.#daemon.imagesKept());
			}
		}
	}

	#release(): void {
		for (const { diffId } of this.#layers) this.#daemon.heldLayers.release(diffId);
	}
}

/** What an image's document does not say of it. */
interface RecordDetails {
	parentId?: string;
	createdAt?: UnixNs;
	isBuiltHere?: boolean;
}

async function recordOf(
	document: Uint8Array,
	configuration: ImageConfiguration,
	layers: readonly AddedLayer[],
	{ parentId = '', createdAt, isBuiltHere = false }: RecordDetails,
): Promise<ImageRecord> {
	const { diffIds } = configuration;
	const isSame = diffIds.length === layers.length && diffIds.every((id, at) => id === layers[at]?.diffId);
	if (!isSame) throw invalid('the layers and the image configuration do not belong together');
	const chain = await chainIds(diffIds);
	return {
		id: await digestOf(document),
		configuration,
		layers: layers.map(({ diffId, sizeBytes }, at) => ({ diffId, chainId: chain[at] ?? '', sizeBytes })),
		createdAt: createdAt ?? parseTime(configuration.created),
		lastTagAt: null,
		parentId,
		isBuiltHere,
		document,
	};
}

/** Layers that are in use by an image that is not there yet. */
export class HeldLayers {
	readonly #held = new Map<string, number>();

	hold(diffId: string): void {
		this.#held.set(diffId, (this.#held.get(diffId) ?? 0) + 1);
	}

	release(diffId: string): void {
		const left = (this.#held.get(diffId) ?? 0) - 1;
		if (left > 0) this.#held.set(diffId, left);
		else this.#held.delete(diffId);
	}

	has(diffId: string): boolean {
		return this.#held.has(diffId);
	}
}
