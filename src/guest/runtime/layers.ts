import { streamOf, type Clock } from '#base';
import { readLayerTree, type Tree } from '#oci';
import type { Session } from '../session/session.ts';
import type { GuestFiles } from './files.ts';
import { initLayer, layerFolder, linkName } from './overlay.ts';
import { layerHex, layerName } from './spec.ts';

/** Where image layers are exported. */
export interface LayerExport {
	addLayer(name: string, tree: Tree): void;
	removeLayer(name: string): void;
	hasLayer(name: string): boolean;
}

/** Image layers in the guest: exported by the host, laid out there as Docker's overlay2 does it. */
export class GuestLayers {
	readonly #exports: LayerExport;
	readonly #session: Session;
	readonly #files: GuestFiles;
	readonly #clock: Clock;
	readonly #trees = new Map<string, Tree>();
	/** By the layers they lie on. */
	readonly #inits = new Map<string, string>();

	constructor(exports: LayerExport, session: Session, files: GuestFiles, clock: Clock) {
		this.#exports = exports;
		this.#session = session;
		this.#files = files;
		this.#clock = clock;
	}

	async add(diffId: string, tar: Uint8Array): Promise<void> {
		if (this.#trees.has(diffId)) return;
		const tree = readLayerTree(tar);
		this.#trees.set(diffId, tree);
		const name = layerName(diffId);
		this.#exports.addLayer(name, tree);
		const guest = { id: '', lowers: [], binds: [] };
		const folder = layerFolder(layerHex(diffId), name, this.#seconds());
		await this.#files.extract(guest, '/var/lib/docker', streamOf(folder), {});
	}

	async remove(diffId: string): Promise<void> {
		if (!this.#trees.delete(diffId)) return;
		for (const layers of [...this.#inits.keys()]) if (layers.includes(diffId)) this.#inits.delete(layers);
		await this.#session.request('REMOVE', { id: layerHex(diffId) });
		this.#exports.removeLayer(layerName(diffId));
	}

	/** The lower directories of a container on these layers, as START takes them: its init layer lies on top. */
	lowersOf(diffIds: string[]): string[] {
		const layers = diffIds.join(' ');
		let init = this.#inits.get(layers);
		if (init === undefined) {
			const trees = diffIds.flatMap((diffId) => this.#trees.get(diffId) ?? []);
			const { name, tree } = initLayer(trees, this.#seconds());
			this.#exports.addLayer(name, tree);
			this.#inits.set(layers, name);
			init = name;
		}
		return [init, ...diffIds.map((diffId) => `l/${linkName(layerHex(diffId))}`)];
	}

	#seconds(): number {
		return Math.floor(this.#clock.now() / 1000);
	}
}
