import type { Container } from './containers/container.ts';
import { removeContainer } from './containers/remove.ts';
import { ContainerStore } from './containers/store.ts';
import { EventLog } from './events/log.ts';
import type { ExecRecord } from './exec/exec.ts';
import { newId } from './ids.ts';
import { watchHealth } from './containers/health.ts';
import { HeldLayers } from './images/install.ts';
import { ImageKeeper } from './images/keep.ts';
import { LayerStore } from './images/layers.ts';
import { releaseLayers } from './images/remove.ts';
import { ImageStore, type ImageRecord } from './images/store.ts';
import { addBuiltInNetworks } from './networks/built-in.ts';
import { NetworkStore } from './networks/network.ts';
import { PortAllocator } from './networks/ports.ts';
import type { EnginePorts, MachineFacts } from './ports.ts';
import { Downloads } from './registry/download.ts';
import { DEFAULT_SETTINGS } from './registry/settings.ts';
import { Timeline } from './time.ts';
import { VolumeStore } from './volumes/volumes.ts';

/** What all operations share: the records, and the ports to the outside. */
export class Daemon {
	readonly ports: EnginePorts;
	readonly time: Timeline;
	readonly events: EventLog;
	readonly images = new ImageStore(() => this.#keeper.changed());
	readonly layers: LayerStore;
	readonly heldLayers = new HeldLayers();
	readonly downloads: Downloads;
	/** Changed as a whole, when the daemon's configuration is read. */
	registries = DEFAULT_SETTINGS;
	/** What is wrong with the configuration, for whoever asks about the daemon. */
	configurationError = '';
	readonly containers = new ContainerStore();
	readonly networks = new NetworkStore();
	readonly portAllocator = new PortAllocator();
	readonly volumes = new VolumeStore();
	readonly execs = new Map<string, ExecRecord>();
	/** As `docker info` shows it. */
	readonly id: string;
	isDisposed = false;
	#machine: Promise<MachineFacts> | null = null;
	readonly #keeper = new ImageKeeper(this);
	readonly #restored: Promise<void>;

	constructor(ports: EnginePorts) {
		this.ports = ports;
		this.time = new Timeline(ports.clock);
		this.events = new EventLog(this.time);
		this.layers = new LayerStore(ports);
		this.downloads = new Downloads(ports.clock);
		const id = newId(ports.random);
		this.id = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join(
			'-',
		);
		addBuiltInNetworks(this);
		this.#restored = this.#keeper.restore().catch((error: unknown) => {
			ports.log('error', `the images could not be taken up again: ${String(error)}`);
		});
	}

	/** Resolves when what the store holds has been taken up. */
	get restored(): Promise<void> {
		return this.#restored;
	}

	/** Has the images written down: where something of them lies in the store has changed. */
	imagesChanged(): void {
		this.#keeper.changed();
	}

	/** Resolves when the images are written down as they are now. */
	imagesKept(): Promise<void> {
		return this.#keeper.settled();
	}

	/** Whether an image, a container or a pull under way needs a layer. */
	isLayerUsed(diffId: string): boolean {
		const images = [
			...this.images.list(),
			...this.containers.list().flatMap((container) => container.images),
		];
		return (
			this.heldLayers.has(diffId) ||
			images.some(({ layers }) => layers.some((layer) => layer.diffId === diffId))
		);
	}

	/** Facts about the guest; asked for once. */
	machine(): Promise<MachineFacts> {
		this.#machine ??= this.ports.runtime.facts().catch((error: unknown) => {
			this.#machine = null;
			throw error;
		});
		return this.#machine;
	}

	/** Removes a container that asked to be (`--rm`), when whatever runs now has ended. */
	removeSoon(container: Container): void {
		void Promise.resolve()
			.then(() => removeContainer(this, container, { force: true, volumes: true }))
			.catch((error: unknown) => {
				if (this.containers.get(container.id)) {
					this.ports.log('warn', `container ${container.id} not removed: ${String(error)}`);
				}
			});
	}

	/** An image that only a container still held is let go of with it. */
	async releaseImage(image: ImageRecord): Promise<void> {
		for (const [id, exec] of this.execs) {
			if (!this.containers.get(exec.container.id)) this.execs.delete(id);
		}
		if (!this.images.get(image.id)) await releaseLayers(this, image);
	}

	watchHealth(container: Container): void {
		watchHealth(this, container);
	}
}
