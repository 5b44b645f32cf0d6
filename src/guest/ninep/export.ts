import { assert } from '#base';
import { FileType, Tree, encodeName, type TreeNode } from '#oci';

/** A tree that is exported, and the upper half of its nodes' qid paths. */
interface Space {
	name: string;
	tree: Tree;
	number: number;
}

/** What a fid stands for: a node and where it is. */
export interface Place {
	space: Space;
	node: TreeNode;
}

/** Names of the two spaces that are no layers. */
const TOP = '';
const ROOT = '/root';

/**
 * The whole exported tree: `/root`, `/layers/NAME`, `/control/*`, `/tmp`. Immutable but for layers that come
 * and go. A node's qid path is the same in every machine that exports the same trees.
 */
export class Export {
	readonly #spaces = new Map<string, Space>();
	readonly #layers: TreeNode;
	readonly top: Place;
	readonly toHost: TreeNode;
	readonly toGuest: TreeNode;

	constructor(root: Tree) {
		const tree = new Tree();
		const add = (directory: TreeNode, name: string, mode: number) => {
			const node = tree.add({ mode });
			tree.name(directory, name, node);
			return node;
		};
		add(tree.root, 'root', FileType.DIRECTORY | 0o755);
		this.#layers = add(tree.root, 'layers', FileType.DIRECTORY | 0o755);
		const control = add(tree.root, 'control', FileType.DIRECTORY | 0o700);
		this.toHost = add(control, 'to-host', FileType.FILE | 0o600);
		this.toGuest = add(control, 'to-guest', FileType.FILE | 0o600);
		add(tree.root, 'tmp', FileType.DIRECTORY | 0o755);
		this.top = { space: this.#add(TOP, tree, 0), node: tree.root };
		this.#add(ROOT, root, 1);
	}

	/** Idempotent: a layer that is there stays as it is. */
	addLayer(name: string, tree: Tree): void {
		assert(name !== '' && !name.includes('/'), `${name} can be the name of a layer`);
		if (!this.#spaces.has(name)) this.#add(name, tree, this.#numberFor(name));
	}

	removeLayer(name: string): void {
		if (this.hasLayer(name)) this.#spaces.delete(name);
	}

	hasLayer(name: string): boolean {
		return name !== TOP && name !== ROOT && this.#spaces.has(name);
	}

	/** One step of a walk; null when there is no such name. */
	step({ space, node }: Place, name: string): Place | null {
		if (name === '..') return this.#up(space, node);
		if (space === this.top.space) {
			if (node === this.#layers) return this.hasLayer(name) ? this.#rootOf(name) : null;
			if (node === this.top.node && name === 'root') return this.#rootOf(ROOT);
		}
		const child = node.children?.get(name);
		return child ? { space, node: child } : null;
	}

	/** A directory's names and what they stand for, `.` and `..` first. */
	list(place: Place): [name: string, place: Place][] {
		const out: [string, Place][] = [
			['.', place],
			['..', this.#up(place.space, place.node)],
		];
		const names = place.node === this.#layers ? this.#spaces.keys() : (place.node.children?.keys() ?? []);
		for (const name of names) {
			const child = this.step(place, name);
			if (child) out.push([name, child]);
		}
		return out;
	}

	/** The place a saved fid stood for; null when its tree is not here. */
	find(space: string, index: number): Place | null {
		const found = this.#spaces.get(space);
		const node = found?.tree.nodes[index];
		return found && node ? { space: found, node } : null;
	}

	#add(name: string, tree: Tree, number: number): Space {
		const space = { name, tree, number };
		this.#spaces.set(name, space);
		return space;
	}

	/** From the name alone, but for the one in a thousand million that is taken. */
	#numberFor(name: string): number {
		let number = 0x811c9dc5;
		for (const byte of encodeName(name)) number = Math.imul(number ^ byte, 0x01000193);
		number >>>= 0;
		const taken = new Set([...this.#spaces.values()].map((space) => space.number));
		while (taken.has(number)) number = (number + 1) >>> 0;
		return number;
	}

	#rootOf(name: string): Place {
		const space = this.#spaces.get(name);
		assert(space, `${name} is exported`);
		return { space, node: space.tree.root };
	}

	#up(space: Space, node: TreeNode): Place {
		if (node.parent) return { space, node: node.parent };
		if (space.name === TOP || space.name === ROOT) return this.top;
		return { space: this.top.space, node: this.#layers };
	}
}
