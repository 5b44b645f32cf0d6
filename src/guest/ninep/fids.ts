import { invalid } from '#base';
import type { Export, Place } from './export.ts';
import { Errno, Refusal } from './message.ts';

/** Linux holds one fid per open file and cached inode at most; this is far above both. */
const MAX_FIDS = 1 << 20;

/** What a fid stands for. */
export interface Fid {
	place: Place;
	/** Set when the fid reads an extended attribute. */
	xattr?: Uint8Array;
}

/** A fid of a saved machine: what it stood for. */
export type SavedFid = [fid: number, space: string, index: number];

/** The fids of the guest's 9P client. */
export class FidTable {
	readonly #fids = new Map<number, Fid>();

	/** Refuses with EBADF. */
	get(number: number): Fid {
		const fid = this.#fids.get(number);
		if (!fid) throw new Refusal(Errno.EBADF);
		return fid;
	}

	set(number: number, fid: Fid): void {
		if (this.#fids.size >= MAX_FIDS && !this.#fids.has(number)) throw new Refusal(Errno.EMFILE);
		this.#fids.set(number, fid);
	}

	delete(number: number): void {
		this.#fids.delete(number);
	}

	clear(): void {
		this.#fids.clear();
	}

	get size(): number {
		return this.#fids.size;
	}

	save(): SavedFid[] {
		return [...this.#fids].map(([fid, { place }]) => [fid, place.space.name, place.node.index]);
	}

	/** Takes up what `save` gave; returns the fids whose tree is not exported here. */
	restore(saved: readonly SavedFid[], from: Export): SavedFid[] {
		this.#fids.clear();
		return saved.filter(([fid, space, index]) => {
			const place = from.find(space, index);
			if (place) this.#fids.set(fid, { place });
			return !place;
		});
	}
}

/** A fid table from outside. Throws `invalid` when it is something else. */
export function checkedFids(saved: unknown): SavedFid[] {
	if (Array.isArray(saved) && saved.every(isSavedFid)) return saved;
	throw invalid('the saved machine has a damaged list of open files');
}

function isSavedFid(one: unknown): one is SavedFid {
	return (
		Array.isArray(one) &&
		typeof one[0] === 'number' &&
		typeof one[1] === 'string' &&
		typeof one[2] === 'number'
	);
}
