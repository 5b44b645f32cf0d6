import type { UnixNs } from '../time.ts';

export type OutputStream = 'stdout' | 'stderr';

export interface LogEntry {
	stream: OutputStream;
	at: UnixNs;
	/** With its newline; without one, the line goes on in the next entry of the stream. Not to be changed. */
	line: Uint8Array;
}

const BYTES = 256 * 1024;
const LINES = 32 * 1024;
/** What a line costs besides its bytes. */
const LINE_COST = 5;

/** A stretch of a log: lines one behind the other in one array, so that short ones cost little. Only ever added to. */
export class LogSegment {
	/** Number of its first line, counted from the container's beginning. */
	readonly first: number;
	/** The file of the log that it is in, counted the same way. */
	readonly file: number;
	#count = 0;
	#bytes = new Uint8Array(1024);
	#ends = new Uint32Array(64);
	#streams = new Uint8Array(64);
	/** Lines that came together are a nanosecond apart: only the first of them has its time written down. */
	readonly #batches: { from: number; at: UnixNs }[] = [];
	#isSealed = false;

	constructor(first: number, file: number) {
		this.first = first;
		this.file = file;
	}

	/** Number of the line after its last. */
	get next(): number {
		return this.first + this.#count;
	}

	get isFull(): boolean {
		return this.#isSealed || this.#count >= LINES || this.#length >= BYTES;
	}

	/** Bytes of memory. */
	get cost(): number {
		return this.#length + this.#count * LINE_COST;
	}

	/** Nothing is added any more. */
	seal(): void {
		this.#isSealed = true;
	}

	push(stream: OutputStream, at: UnixNs, line: Uint8Array): void {
		const from = this.#length;
		const to = from + line.length;
		if (to > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(to, 2 * from)));
		if (this.#count === this.#ends.length) this.#makeRoom();
		const batch = this.#batches.at(-1);
		if (!batch || batch.at + BigInt(this.#count - batch.from) !== at)
			this.#batches.push({ from: this.#count, at });
		this.#bytes.set(line, from);
		this.#ends[this.#count] = to;
		this.#streams[this.#count] = stream === 'stdout' ? 0 : 1;
		this.#count++;
	}

	/**
	 * Adds the whole lines from `from` on, a nanosecond apart, as many as there is room for; none longer than `longest`.
	 * Returns where it stopped.
	 */
	pushLines(stream: OutputStream, at: UnixNs, bytes: Uint8Array, from: number, longest: number): number {
		const newline = 10;
		const start = this.#length;
		const before = this.#count;
		let done = from;
		let count = before;
		for (let i = from; i < bytes.length && count < LINES && i - done < longest; i++) {
			if (bytes[i] !== newline) continue;
			if (count === this.#ends.length) this.#makeRoom();
			done = i + 1;
			this.#ends[count] = start + done - from;
			count++;
		}
		if (count === before) return from;
		const end = start + done - from;
		if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(end, 2 * start)));
		this.#bytes.set(bytes.subarray(from, done), start);
		this.#streams.fill(stream === 'stdout' ? 0 : 1, before, count);
		this.#batches.push({ from: before, at });
		this.#count = count;
		return done;
	}

	/** A line by its number. */
	entry(number: number): LogEntry {
		const index = number - this.first;
		const from = index === 0 ? 0 : (this.#ends[index - 1] as number);
		return {
			stream: this.streamOf(number),
			at: this.timeOf(number),
			line: this.#bytes.subarray(from, this.#ends[index]),
		};
	}

	streamOf(number: number): OutputStream {
		return this.#streams[number - this.first] === 0 ? 'stdout' : 'stderr';
	}

	timeOf(number: number): UnixNs {
		const index = number - this.first;
		let low = 0;
		let high = this.#batches.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.#batches[middle]?.from ?? 0) <= index) low = middle;
			else high = middle - 1;
		}
		const { from, at } = this.#batches[low] ?? { from: 0, at: 0n };
		return at + BigInt(index - from);
	}

	#makeRoom(): void {
		this.#ends = grown(this.#ends, new Uint32Array(2 * this.#ends.length));
		this.#streams = grown(this.#streams, new Uint8Array(2 * this.#streams.length));
	}

	get #length(): number {
		return this.#count === 0 ? 0 : (this.#ends[this.#count - 1] as number);
	}
}

function grown<T extends Uint8Array | Uint32Array>(old: T, bigger: T): T {
	bigger.set(old);
	return bigger;
}
