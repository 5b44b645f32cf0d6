import { internal } from '#base';
import type { Descriptor, Reference } from '#oci';
import type { Daemon } from '../daemon.ts';
import { shortId } from '../ids.ts';
import type { Repository } from '../registry/repository.ts';
import { Installation } from './install.ts';
import { layerProgress, type Emit } from './progress.ts';
import type { ImageLayer } from './store.ts';

const AT_ONCE = 3;
const PROGRESS_EVERY_MS = 100;

export interface WantedLayer {
	descriptor: Descriptor;
	diffId: string;
	/** The layer, when an image with the same layers below has it. */
	present: ImageLayer | null;
}

/** Fetches three layers at a time and registers them in order, lowest first, as Docker's messages tell. */
export class LayerPuller {
	readonly #daemon: Daemon;
	readonly #repository: Repository;
	readonly #reference: Reference;
	readonly #signal: AbortSignal;
	readonly #emit: Emit;

	constructor(daemon: Daemon, repository: Repository, reference: Reference, signal: AbortSignal, emit: Emit) {
		this.#daemon = daemon;
		this.#repository = repository;
		this.#reference = reference;
		this.#signal = signal;
		this.#emit = emit;
	}

	/** The first failure ends the rest and takes everything back. */
	async pull(wanted: WantedLayer[]): Promise<Installation> {
		const missing = wanted.filter(({ present }) => !present);
		for (const { descriptor, present } of wanted) {
			this.#tell(descriptor, present ? 'Already exists' : 'Pulling fs layer');
		}
		for (const { descriptor } of missing.slice(AT_ONCE)) this.#tell(descriptor, 'Waiting');
		const failed = new AbortController();
		const signal = AbortSignal.any([this.#signal, failed.signal]);
		const fetches = this.#fetchAll(missing, signal);
		const installation = new Installation(this.#daemon);
		try {
			for (const layer of wanted) {
				if (layer.present) installation.reuse(layer.diffId, layer.present.sizeBytes);
				else await this.#register(layer, fetches, installation);
			}
			return installation;
		} catch (error) {
			failed.abort();
			// What they have got is kept before anyone pulls again.
			await Promise.allSettled(fetches.values());
			await installation.undo();
			throw error;
		}
	}

	#fetchAll(missing: WantedLayer[], signal: AbortSignal): Map<WantedLayer, Promise<Uint8Array>> {
		const fetches = new Map<WantedLayer, Promise<Uint8Array>>();
		const running: Promise<unknown>[] = [];
		for (const [index, layer] of missing.entries()) {
			const before = running[index - AT_ONCE] ?? Promise.resolve();
			const fetched = before.then(() => {
				signal.throwIfAborted();
				return this.#fetch(layer.descriptor, signal);
			});
			// The first failure ends the pull; those behind it must not count as unhandled.
			running.push(fetched.catch(() => undefined));
			fetches.set(layer, fetched);
		}
		return fetches;
	}

	async #fetch(descriptor: Descriptor, signal: AbortSignal): Promise<Uint8Array> {
		const { clock } = this.#daemon.ports;
		const id = shortId(descriptor.digest);
		let toldAt = 0;
		const blob = await this.#daemon.downloads.fetch(this.#repository, descriptor, signal, {
			progress: (done) => {
				if (clock.now() - toldAt < PROGRESS_EVERY_MS || done === descriptor.size) return;
				toldAt = clock.now();
				this.#emit(layerProgress(id, 'Downloading', done, descriptor.size));
			},
			retrying: (seconds) =>
				this.#emit(layerProgress(id, `Retrying in ${seconds} second${seconds === 1 ? '' : 's'}`)),
		});
		this.#tell(descriptor, 'Download complete');
		return blob;
	}

	async #register(
		{ descriptor, diffId }: WantedLayer,
		fetches: Map<WantedLayer, Promise<Uint8Array>>,
		installation: Installation,
	): Promise<void> {
		const entry = [...fetches].find(([layer]) => layer.descriptor === descriptor);
		if (!entry) throw internal(`layer ${descriptor.digest} is not being fetched`);
		const blob = await entry[1];
		const extracting = layerProgress(shortId(descriptor.digest), 'Extracting', blob.length, descriptor.size);
		this.#emit(extracting);
		await installation.add(blob, { digest: descriptor.digest, diffId });
		this.#daemon.layers.remember(diffId, this.#reference, descriptor);
		this.#emit(extracting);
		this.#tell(descriptor, 'Pull complete');
	}

	#tell(descriptor: Descriptor, status: string): void {
		this.#emit(layerProgress(shortId(descriptor.digest), status));
	}
}
