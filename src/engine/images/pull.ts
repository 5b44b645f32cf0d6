import { invalid, notFound } from '#base';
import {
	chainIds,
	digestOf,
	familiarName,
	familiarString,
	layerContentSize,
	parseConfiguration,
	selectPlatform,
	unpackLayer,
	type Descriptor,
	type ImageConfiguration,
	type ImageManifest,
	type Reference,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import { shortId } from '../ids.ts';
import { parseTime } from '../time.ts';
import { layerProgress, type Emit } from './progress.ts';
import { Repository, type RegistryAuth } from './registry.ts';
import type { ImageLayer } from './store.ts';
import { emitImageEvent } from './tag.ts';

/** What this engine can run. */
export const PLATFORM = { os: 'linux', architecture: '386' } as const;

const LARGEST_CONFIG = 8 * 1024 * 1024;
const AT_ONCE = 3;
const PROGRESS_EVERY_MS = 100;

export interface PullOptions {
	auth: RegistryAuth | null;
	/** `os/arch`, empty for the engine's own. */
	platform: string;
	signal: AbortSignal;
}

/** Pulls one image: everything is fetched and verified before the image appears. Throws in Docker's words. */
export async function pullImage(
	daemon: Daemon,
	reference: Reference,
	options: PullOptions,
	emit: Emit,
): Promise<void> {
	const repository = new Repository(daemon.ports, reference, options.auth);
	const wanted = reference.digest || reference.tag;
	const top = await repository.manifest(wanted, options.signal);
	const manifest = await imageManifest(repository, top.document, options);
	emit({ status: `Pulling from ${reference.path}`, id: wanted });

	const known = daemon.images.get(manifest.config.digest);
	if (!known) await install(daemon, repository, manifest, options.signal, emit);

	const digestReference = { ...reference, tag: '', digest: top.digest };
	const isNew = daemon.images.name(reference.digest ? digestReference : reference, manifest.config.digest);
	daemon.images.name(digestReference, manifest.config.digest);
	emit({ status: `Digest: ${top.digest}` });
	const name = familiarString(reference);
	const outcome = isNew ? `Downloaded newer image for ${name}` : `Image is up to date for ${name}`;
	emit({ status: `Status: ${outcome}` });
	emitImageEvent(daemon, 'pull', name, familiarName(reference));
}

async function imageManifest(
	repository: Repository,
	document: ImageManifest | Parameters<typeof selectPlatform>[0],
	{ platform, signal }: PullOptions,
): Promise<ImageManifest> {
	if (document.kind === 'manifest') return document;
	const [os = PLATFORM.os, architecture = PLATFORM.architecture] = platform ? platform.split('/') : [];
	const entry = selectPlatform(document, os, architecture);
	if (!entry) {
		throw notFound(
			`no matching manifest for ${os}/${architecture} in the manifest list entries: no match for platform in manifest: not found`,
		);
	}
	const { document: inner } = await repository.manifest(entry.digest, signal);
	if (inner.kind !== 'manifest') throw invalid('unsupported nested manifest list');
	return inner;
}

async function install(
	daemon: Daemon,
	repository: Repository,
	manifest: ImageManifest,
	signal: AbortSignal,
	emit: Emit,
): Promise<void> {
	if (manifest.config.size > LARGEST_CONFIG) throw invalid('image configuration is too large');
	const configBytes = await repository.blob(manifest.config, signal);
	const configuration = parseConfiguration(configBytes);
	const { diffIds } = configuration;
	if (diffIds.length !== manifest.layers.length) {
		throw invalid('manifest and image configuration differ in their number of layers');
	}
	const chain = await chainIds(diffIds);
	const present = new Map(
		daemon.images.list().flatMap(({ layers }) => layers.map((layer) => [layer.chainId, layer] as const)),
	);
	const puller = new LayerPuller(daemon, repository, signal, emit);
	try {
		const layers = await puller.pull(
			manifest.layers.map((descriptor, index) => ({
				descriptor,
				diffId: diffIds[index] ?? '',
				chainId: chain[index] ?? '',
				present: present.get(chain[index] ?? '') ?? null,
			})),
		);
		daemon.images.add(record(manifest.config.digest, configuration, layers));
	} catch (error) {
		await puller.undo();
		throw error;
	}
}

function record(id: string, configuration: ImageConfiguration, layers: ImageLayer[]) {
	const createdAt = parseTime(configuration.created);
	return { id, configuration, layers, createdAt, lastTagAt: null, parentId: '' };
}

interface WantedLayer {
	descriptor: Descriptor;
	diffId: string;
	chainId: string;
	present: ImageLayer | null;
}

/** Fetches three layers at a time and registers them in order, lowest first, as Docker's messages tell. */
class LayerPuller {
	readonly #daemon: Daemon;
	readonly #repository: Repository;
	readonly #signal: AbortSignal;
	readonly #emit: Emit;
	readonly #added: string[] = [];

	constructor(daemon: Daemon, repository: Repository, signal: AbortSignal, emit: Emit) {
		this.#daemon = daemon;
		this.#repository = repository;
		this.#signal = signal;
		this.#emit = emit;
	}

	async pull(wanted: WantedLayer[]): Promise<ImageLayer[]> {
		const missing = wanted.filter(({ present }) => !present);
		for (const { descriptor, present } of wanted) {
			this.#tell(descriptor, present ? 'Already exists' : 'Pulling fs layer');
		}
		for (const { descriptor } of missing.slice(AT_ONCE)) this.#tell(descriptor, 'Waiting');
		const fetches = this.#fetchAll(missing);
		const layers: ImageLayer[] = [];
		for (const layer of wanted) {
			layers.push(layer.present ?? (await this.#register(layer, fetches)));
		}
		return layers;
	}

	/** Takes back what was registered for an image that did not come to be. */
	async undo(): Promise<void> {
		const inUse = new Set(
			this.#daemon.images.list().flatMap(({ layers }) => layers.map(({ diffId }) => diffId)),
		);
		for (const diffId of this.#added) {
			if (!inUse.has(diffId)) await this.#daemon.ports.runtime.removeLayer(diffId);
		}
	}

	#fetchAll(missing: WantedLayer[]): Map<WantedLayer, Promise<Uint8Array>> {
		const fetches = new Map<WantedLayer, Promise<Uint8Array>>();
		const running: Promise<unknown>[] = [];
		for (const [index, layer] of missing.entries()) {
			const before = running[index - AT_ONCE] ?? Promise.resolve();
			const fetched = before.then(() => this.#fetch(layer.descriptor));
			// The first failure ends the pull; those behind it must not count as unhandled.
			running.push(fetched.catch(() => undefined));
			fetches.set(layer, fetched);
		}
		return fetches;
	}

	async #fetch(descriptor: Descriptor): Promise<Uint8Array> {
		const { clock } = this.#daemon.ports;
		let toldAt = 0;
		const blob = await this.#repository.blob(descriptor, this.#signal, (done) => {
			if (clock.now() - toldAt < PROGRESS_EVERY_MS || done === descriptor.size) return;
			toldAt = clock.now();
			this.#emit(layerProgress(shortId(descriptor.digest), 'Downloading', done, descriptor.size));
		});
		this.#tell(descriptor, 'Download complete');
		return blob;
	}

	async #register(layer: WantedLayer, fetches: Map<WantedLayer, Promise<Uint8Array>>): Promise<ImageLayer> {
		const { descriptor, diffId, chainId } = layer;
		const blob = await fetches.get(layer);
		if (!blob) throw invalid(`layer ${descriptor.digest} was not fetched`);
		const extracting = layerProgress(shortId(descriptor.digest), 'Extracting', blob.length, descriptor.size);
		this.#emit(extracting);
		const tar = await unpackLayer(blob);
		if ((await digestOf(tar)) !== diffId) {
			throw invalid(`failed to register layer: layers from manifest don't match image configuration`);
		}
		await this.#daemon.ports.runtime.addLayer(diffId, tar);
		this.#added.push(diffId);
		this.#emit(extracting);
		this.#tell(descriptor, 'Pull complete');
		return { diffId, chainId, sizeBytes: layerContentSize(tar) };
	}

	#tell(descriptor: Descriptor, status: string): void {
		this.#emit(layerProgress(shortId(descriptor.digest), status));
	}
}
