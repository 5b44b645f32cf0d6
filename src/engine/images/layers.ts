import { internal, invalid } from '#base';
import { compressionOf, digestOf, gzip, layerContentSize, unpackLayer, type Reference } from '#oci';
import type { EnginePorts } from '../ports.ts';
import type { ImageLayer } from './store.ts';

/** A blob of the store. */
export interface StoredBlob {
	digest: string;
	size: number;
}

/** Where a layer's compressed form is known to be. */
export interface KnownBlob extends StoredBlob {
	domain: string;
	path: string;
}

interface Layer {
	tar: Uint8Array;
	sizeBytes: number;
	/** What the store has of it: as it came, compressed from a registry, or the tar itself under its own digest. */
	blob: StoredBlob;
	known: KnownBlob[];
}

const MOST_KNOWN = 50;

/** The layers of all images, each once: their tars for the guest and for archives, their blobs in the store. */
export class LayerStore {
	readonly #ports: EnginePorts;
	#layers = new Map<string, Layer>();

	constructor(ports: EnginePorts) {
		this.#ports = ports;
	}

	has(diffId: string): boolean {
		return this.#layers.has(diffId);
	}

	/** Takes up a layer's blob, compressed or not. All of it is checked before anything is kept; `diffId` is what its tar must be, where that is known. */
	async add(bytes: Uint8Array, options: { digest?: string; diffId?: string } = {}): Promise<AddedLayer> {
		const tar = await this.#unpack(bytes);
		// The hash is worked out beside this thread, which looks at the archive meanwhile.
		const hashed = digestOf(tar);
		const sizeBytes = layerContentSize(tar);
		const diffId = await hashed;
		if (options.diffId !== undefined && diffId !== options.diffId) {
			throw invalid("failed to register layer: layers from manifest don't match image configuration");
		}
		const present = this.#layers.get(diffId);
		if (present) return { diffId, sizeBytes: present.sizeBytes, isNew: false };
		const digest = options.digest ?? (tar === bytes ? diffId : await digestOf(bytes));
		const blob = { digest, size: bytes.length };
		// The runtime refuses what no directory can be: before anything is stored.
		await this.#ports.runtime.addLayer(diffId, tar);
		try {
			await this.#ports.stores.blobs.put(blob.digest, bytes);
		} catch (error) {
			await this.#ports.runtime.removeLayer(diffId);
			throw error;
		}
		this.#layers.set(diffId, { tar, sizeBytes, blob, known: [] });
		return { diffId, sizeBytes, isNew: true };
	}

	/** The uncompressed tar. */
	tar(diffId: string): Uint8Array {
		return this.#get(diffId).tar;
	}

	/** Bytes of its files. */
	sizeOf(diffId: string): number {
		return this.#get(diffId).sizeBytes;
	}

	blob(diffId: string): StoredBlob {
		return this.#get(diffId).blob;
	}

	/** The layer packed with gzip for a registry: as it came from one, or made now, the same each time. */
	async compressed(diffId: string): Promise<{ digest: string; bytes: Uint8Array }> {
		const { blob, tar } = this.#get(diffId);
		const stored = blob.digest === diffId ? null : await this.#ports.stores.blobs.get(blob.digest);
		if (stored && compressionOf(stored) === 'gzip') return { digest: blob.digest, bytes: stored };
		const bytes = await gzip(tar);
		return { digest: await digestOf(bytes), bytes };
	}

	/** Where the layer is known to be, latest first. */
	known(diffId: string): readonly KnownBlob[] {
		return this.#layers.get(diffId)?.known ?? [];
	}

	/** Remembers that a repository has the layer under that digest. */
	remember(diffId: string, { domain, path }: Reference, { digest, size }: StoredBlob): void {
		const layer = this.#layers.get(diffId);
		if (!layer) return;
		const others = layer.known.filter(
			(other) => other.domain !== domain || other.path !== path || other.digest !== digest,
		);
		layer.known = [{ domain, path, digest, size }, ...others].slice(0, MOST_KNOWN);
	}

	/** A repository turned out not to have it. */
	forget(diffId: string, { domain, path, digest }: KnownBlob): void {
		const layer = this.#layers.get(diffId);
		if (!layer) return;
		layer.known = layer.known.filter(
			(other) => other.domain !== domain || other.path !== path || other.digest !== digest,
		);
	}

	/** Lets go of a layer that nothing uses any more. Its blob goes once `settled`: when no record names it. */
	async remove(diffId: string, settled: () => Promise<void>): Promise<void> {
		const layer = this.#layers.get(diffId);
		if (!layer) return;
		this.#layers.delete(diffId);
		await this.#ports.runtime.removeLayer(diffId);
		await settled();
		const isShared = [...this.#layers.values()].some(({ blob }) => blob.digest === layer.blob.digest);
		if (!isShared) await this.#ports.stores.blobs.delete(layer.blob.digest);
	}

	/** Takes a kept layer up again. Throws when its blob is missing or damaged. */
	async restore(layer: ImageLayer, blob: StoredBlob, known: KnownBlob[]): Promise<void> {
		if (this.#layers.has(layer.diffId)) return;
		const bytes = await this.#ports.stores.blobs.get(blob.digest);
		if (!bytes) throw internal(`the blob ${blob.digest} of layer ${layer.diffId} is missing`);
		const tar = await this.#unpack(bytes);
		if ((await digestOf(tar)) !== layer.diffId) throw internal(`the blob ${blob.digest} is damaged`);
		await this.#ports.runtime.addLayer(layer.diffId, tar);
		this.#layers.set(layer.diffId, { tar, sizeBytes: layer.sizeBytes, blob, known });
	}

	/** The layers there are, for a machine that is kept. */
	freeze(): FrozenLayers {
		return new Map([...this.#layers].map(([diffId, layer]) => [diffId, { ...layer }]));
	}

	/** Has exactly these again; those whose blobs have been let go of meanwhile are stored as what they unpack to. */
	async thaw(frozen: FrozenLayers): Promise<void> {
		const { blobs } = this.#ports.stores;
		this.#layers = new Map([...frozen].map(([diffId, layer]) => [diffId, { ...layer }]));
		for (const [diffId, layer] of this.#layers) {
			if (await blobs.has(layer.blob.digest)) continue;
			await blobs.put(diffId, layer.tar);
			layer.blob = { digest: diffId, size: layer.tar.length };
		}
	}

	#unpack(bytes: Uint8Array): Promise<Uint8Array> {
		return unpackLayer(bytes, { gunzip: this.#ports.gunzip });
	}

	#get(diffId: string): Layer {
		const layer = this.#layers.get(diffId);
		if (!layer) throw internal(`there is no layer ${diffId}`);
		return layer;
	}
}

/** Layers as `freeze` took them down. */
export type FrozenLayers = ReadonlyMap<string, Layer>;

export interface AddedLayer {
	diffId: string;
	sizeBytes: number;
	/** False when another image had it already. */
	isNew: boolean;
}
