import { concat } from '#base';

/** The host's end of the two control files; `src/guest/protocol/README.md` has the rules. */
export class ControlFiles {
	readonly #queue: Uint8Array[] = [];
	#queued = 0;
	#waiting: { tag: number; count: number; answer: (data: Uint8Array) => void }[] = [];
	#onWrite: (bytes: Uint8Array) => void = () => undefined;
	#onOpen: () => void = () => undefined;

	/** Gives the guest these bytes to read, in order. */
	send(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.#queue.push(bytes);
		this.#queued += bytes.length;
		const reader = this.#waiting.shift();
		if (reader) reader.answer(this.#take(reader.count));
	}

	onWrite(listener: (bytes: Uint8Array) => void): void {
		this.#onWrite = listener;
	}

	onOpen(listener: () => void): void {
		this.#onOpen = listener;
	}

	/** The guest opened `to-guest`: what was queued was for another session. */
	opened(): void {
		this.#queue.length = 0;
		this.#queued = 0;
		this.#onOpen();
	}

	written(bytes: Uint8Array): void {
		this.#onWrite(bytes);
	}

	/** A Tread of `to-guest`. */
	read(tag: number, offset: number, count: number, answer: (data: Uint8Array) => void): void {
		if (offset > 0) answer(new Uint8Array());
		else if (this.#queued > 0) answer(this.#take(count));
		else this.#waiting.push({ tag, count, answer });
	}

	/** Answers the waiting reads emptily, one or all: the guest asks again. */
	release(tag?: number): void {
		const released = this.#waiting.filter((reader) => tag === undefined || reader.tag === tag);
		this.#waiting = this.#waiting.filter((reader) => !released.includes(reader));
		for (const reader of released) reader.answer(new Uint8Array());
	}

	#take(count: number): Uint8Array {
		const parts: Uint8Array[] = [];
		let room = count;
		while (room > 0) {
			const next = this.#queue[0];
			if (!next) break;
			if (next.length <= room) this.#queue.shift();
			else this.#queue[0] = next.subarray(room);
			parts.push(next.subarray(0, room));
			room -= Math.min(room, next.length);
		}
		this.#queued -= count - room;
		return concat(parts);
	}
}
