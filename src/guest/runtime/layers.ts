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

/** The layers of a machine that is kept, with their trees. */
export interface FrozenLayers {
	trees: ReadonlyMap<string, Tree>;
	inits: ReadonlyMap<string, string>;
}

/** Image layers in the guest: exported by the host, laid out there as Docker's overlay2 does it. */
export class GuestLayers {
	readonly #exports: LayerExport;
	readonly #session: Session;
	readonly #files: GuestFiles;
	readonly #clock: Clock;
	#trees = new Map<string, Tree>();
	/** By the layers they lie on. */
	#inits = new Map<string, string>();

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

	/** The layers there are, for a machine that is kept. */
	freeze(): FrozenLayers {
		return { trees: new Map(this.#trees), inits: new Map(this.#inits) };
	}

	/** Exports exactly these again; the guest, put back too, has their folders. */
	thaw({ trees, inits }: FrozenLayers): void {
		for (const diffId of this.#trees.keys())
			if (!trees.has(diffId)) this.#exports.removeLayer(layerName(diffId));
		this.#trees = new Map(trees);
		this.#inits = new Map(inits);
		for (const [diffId, tree] of trees) this.#exports.addLayer(layerName(diffId), tree);
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
