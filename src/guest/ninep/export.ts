import { assert, conflict } from '#base';
import { MODE, TreeBuilder, type Tree, type TreeNode } from '#oci';

/** A node and the tree it is in: what a fid stands for. */
export interface Place {
	/** `export`, `root`, or a layer's name. */
	tree: string;
	node: TreeNode;
}

/** The whole exported tree: `/root`, `/layers/NAME`, `/control/*`, `/tmp`. Immutable but for layers that come and go. */
export class Export {
	readonly #trees = new Map<string, { tree: Tree; space: number }>();
	readonly #layers: TreeNode;
	readonly toHost: TreeNode;
	readonly toGuest: TreeNode;

	constructor(root: Tree) {
		const builder = new TreeBuilder();
		const directory = { mode: MODE.directory | 0o755 };
		builder.add(builder.root, 'root', directory);
		this.#layers = builder.add(builder.root, 'layers', directory);
		const control = builder.add(builder.root, 'control', { mode: MODE.directory | 0o700 });
		this.toHost = builder.add(control, 'to-host', { mode: MODE.file | 0o600 });
		this.toGuest = builder.add(control, 'to-guest', { mode: MODE.file | 0o600 });
		builder.add(builder.root, 'tmp', directory);
		this.#trees.set('export', { tree: builder.finish(), space: 0 });
		this.#trees.set('root', { tree: root, space: 1 });
	}

	get top(): Place {
		return this.#rootOf('export');
	}

	/** NAME is hexadecimal: its first eight digits mark the layer's inodes, so that they are the same in every machine. */
	addLayer(name: string, tree: Tree): void {
		if (this.#trees.has(name)) return;
		const space = (Number.parseInt(name.slice(0, 8), 16) | 0x8000_0000) >>> 0;
		for (const [other, entry] of this.#trees)
			if (entry.space === space) throw conflict(`layers ${name} and ${other} have names that begin alike`);
		this.#trees.set(name, { tree, space });
	}

	removeLayer(name: string): void {
		this.#trees.delete(name);
	}

	hasLayer(name: string): boolean {
		return this.#trees.has(name);
	}

	/** One step of a walk; null when there is no such name. */
	step(from: Place, name: string): Place | null {
		if (name === '..') return this.#up(from);
		if (from.tree === 'export') {
			if (from.node === this.#layers) return this.#isLayer(name) ? this.#rootOf(name) : null;
			if (from.node === this.top.node && name === 'root') return this.#rootOf('root');
		}
		const node = from.node.children?.get(name);
		return node ? { tree: from.tree, node } : null;
	}

	/** A directory's entries, `.` and `..` first. */
	list(place: Place): [name: string, place: Place][] {
		const own: [string, Place][] = [
			['.', place],
			['..', this.#up(place)],
		];
		if (place.tree === 'export' && place.node === this.#layers)
			return [
				...own,
				...[...this.#trees.keys()]
					.filter((name) => this.#isLayer(name))
					.map((name): [string, Place] => [name, this.#rootOf(name)]),
			];
		for (const name of place.node.children?.keys() ?? []) {
			const child = this.step(place, name);
			if (child) own.push([name, child]);
		}
		return own;
	}

	/** Upper half of the qid path; the lower is the node's index. */
	space(place: Place): number {
		return this.#trees.get(place.tree)?.space ?? 0;
	}

	/** The place a saved fid stood for; null when its tree is not here. */
	find(tree: string, index: number): Place | null {
		const node = this.#trees.get(tree)?.tree.nodes[index];
		return node ? { tree, node } : null;
	}

	#isLayer(name: string): boolean {
		return name !== 'export' && name !== 'root' && this.#trees.has(name);
	}

	#rootOf(name: string): Place {
		const entry = this.#trees.get(name);
		assert(entry, `tree ${name} is exported`);
		return { tree: name, node: entry.tree.root };
	}

	#up(place: Place): Place {
		if (place.node.parent) return { tree: place.tree, node: place.node.parent };
		if (place.tree === 'export') return place;
		if (place.tree === 'root') return this.top;
		return { tree: 'export', node: this.#layers };
	}
}
