import type { ControlPort } from '../session/port.ts';

/** Puts up to `room` bytes somewhere and says how many they were. */
type Take = (put: (part: Uint8Array) => void, room: number) => number;

interface Waiting {
	fid: number;
	tag: number;
	/** Answers the read with what `take` has. */
	answer: (take: Take) => void;
}

const NOTHING: Take = () => 0;

/** The host's end of the two control files; `src/guest/protocol/README.md` has the rules. */
export class ControlFiles implements ControlPort {
	#queue: Uint8Array[] = [];
	#waiting: Waiting[] = [];
	#onWrite: (bytes: Uint8Array) => void = () => undefined;
	#onOpen: () => void = () => undefined;

	send(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.#queue.push(bytes);
		this.#waiting.shift()?.answer(this.#take);
	}

	onWrite(listener: (bytes: Uint8Array) => void): void {
		this.#onWrite = listener;
	}

	onOpen(listener: () => void): void {
		this.#onOpen = listener;
	}

	/** The guest opened `to-guest`: what is queued was for another session. */
	opened(): void {
		this.#queue = [];
		this.#onOpen();
	}

	/** The machine goes on from another moment: what is queued is not for it. */
	restart(): void {
		this.#queue = [];
		this.#waiting = [];
	}

	/** The guest wrote to `to-host`. */
	written(bytes: Uint8Array): void {
		this.#onWrite(bytes);
	}

	/** A read of `to-guest`: waits when it is at the start and nothing is queued. */
	read(waiting: Waiting, offset: number): void {
		if (offset > 0) waiting.answer(NOTHING);
		else if (this.#queue.length > 0) waiting.answer(this.#take);
		else this.#waiting.push(waiting);
	}

	/** Answers waiting reads emptily: the guest asks again. */
	release(which: { tag?: number; fid?: number } = {}): void {
		const released = this.#waiting.filter(
			({ tag, fid }) => (which.tag ?? tag) === tag && (which.fid ?? fid) === fid,
		);
		this.#waiting = this.#waiting.filter((waiting) => !released.includes(waiting));
		for (const waiting of released) waiting.answer(NOTHING);
	}

	readonly #take: Take = (put, room) => {
		let left = room;
		for (let next = this.#queue[0]; next && left > 0; next = this.#queue[0]) {
			const part = next.length <= left ? next : next.subarray(0, left);
			if (part === next) this.#queue.shift();
			else this.#queue[0] = next.subarray(left);
			put(part);
			left -= part.length;
		}
		return room - left;
	};
}
