import type { Descriptor, Reference } from '#oci';
import type { Daemon } from '../daemon.ts';
import { shortId } from '../ids.ts';
import type { Repository } from '../registry/repository.ts';
import type { KnownBlob } from './layers.ts';
import { layerProgress, type Emit } from './progress.ts';
import type { ImageLayer } from './store.ts';

export const LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

const AT_ONCE = 5;
const PROGRESS_EVERY_MS = 100;
/** From this size on it pays to ask for a layer under every digest it is known by. */
const LARGE = 10_000_000;

/** Sends what a repository lacks of an image's layers, five at a time, topmost first. */
export class LayerPusher {
	readonly #daemon: Daemon;
	readonly #repository: Repository;
	readonly #reference: Reference;
	readonly #emit: Emit;

	constructor(daemon: Daemon, repository: Repository, reference: Reference, emit: Emit) {
		this.#daemon = daemon;
		this.#repository = repository;
		this.#reference = reference;
		this.#emit = emit;
	}

	/** Resolves with the blobs as the repository has them, lowest first. */
	async push(layers: readonly ImageLayer[]): Promise<Descriptor[]> {
		const distinct = [...new Map(layers.map((layer) => [layer.diffId, layer])).values()].reverse();
		for (const { diffId } of distinct) this.#tell(diffId, 'Preparing');
		for (const { diffId } of distinct.slice(AT_ONCE)) this.#tell(diffId, 'Waiting');
		const queue = [...distinct];
		const sent = new Map<string, Descriptor>();
		const work = async () => {
			for (let layer = queue.shift(); layer; layer = queue.shift()) {
				sent.set(layer.diffId, await this.#one(layer));
			}
		};
		try {
			await Promise.all(Array.from({ length: AT_ONCE }, work));
		} catch (error) {
			queue.length = 0;
			throw error;
		}
		return layers.flatMap(({ diffId }) => sent.get(diffId) ?? []);
	}

	async #one(layer: ImageLayer): Promise<Descriptor> {
		const { diffId } = layer;
		const blob = (await this.#existing(layer)) ?? (await this.#mounted(layer)) ?? (await this.#upload(layer));
		this.#daemon.layers.remember(diffId, this.#reference, blob);
		return blob;
	}

	/** A blob that the repository has already: it has seen it before, or another one told its digest. */
	async #existing({ diffId, sizeBytes }: ImageLayer): Promise<Descriptor | null> {
		const { layers } = this.#daemon;
		const known = layers.known(diffId);
		const nearest = [
			...known.filter((one) => this.#isHere(one)),
			...known.filter((one) => !this.#isHere(one)),
		];
		const candidates = [...new Map(nearest.map((one) => [one.digest, one])).values()];
		for (const candidate of sizeBytes > LARGE ? candidates : candidates.slice(0, 1)) {
			if (await this.#repository.hasBlob(candidate.digest)) {
				this.#tell(diffId, 'Layer already exists');
				return descriptorOf(candidate);
			}
			if (this.#isHere(candidate)) layers.forget(diffId, candidate);
		}
		return null;
	}

	async #mounted({ diffId }: ImageLayer): Promise<Descriptor | null> {
		const { layers } = this.#daemon;
		const from = layers
			.known(diffId)
			.find(({ domain, path }) => domain === this.#reference.domain && path !== this.#reference.path);
		if (!from) return null;
		if (!(await this.#repository.mount(from.digest, from.path))) {
			layers.forget(diffId, from);
			return null;
		}
		this.#tell(diffId, `Mounted from ${from.path}`);
		return descriptorOf(from);
	}

	async #upload({ diffId, sizeBytes }: ImageLayer): Promise<Descriptor> {
		const { layers, ports } = this.#daemon;
		const { digest, bytes } = await layers.compressed(diffId);
		const whole = layers.tar(diffId).length;
		let toldAt = -Infinity;
		await this.#repository.upload(digest, bytes, (done) => {
			if (ports.clock.now() - toldAt < PROGRESS_EVERY_MS && done < bytes.length) return;
			toldAt = ports.clock.now();
			// Docker counts the bytes of the tar as it packs it.
			const current = Math.round((done / bytes.length) * whole);
			this.#emit(layerProgress(shortId(diffId), 'Pushing', current, sizeBytes));
		});
		this.#tell(diffId, 'Pushed');
		return { mediaType: LAYER_TYPE, digest, size: bytes.length };
	}

	#isHere({ domain, path }: KnownBlob): boolean {
		return domain === this.#reference.domain && path === this.#reference.path;
	}

	#tell(diffId: string, status: string): void {
		this.#emit(layerProgress(shortId(diffId), status));
	}
}

function descriptorOf({ digest, size }: KnownBlob): Descriptor {
	return { mediaType: LAYER_TYPE, digest, size };
}
