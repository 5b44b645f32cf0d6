import type { Timeline, UnixNs } from '../time.ts';

export type OutputStream = 'stdout' | 'stderr';

export interface LogEntry {
	stream: OutputStream;
	at: UnixNs;
	/** With its newline; without one, the line goes on in the next entry of the stream. */
	line: Uint8Array;
}

/** A log as it was at some moment. */
export interface FrozenLog {
	entries: readonly LogEntry[];
	first: number;
	partial: Readonly<Record<OutputStream, readonly Uint8Array[]>>;
	isOpen: boolean;
}

/** A longer line is kept in pieces, as Docker's copier does. */
const LONGEST_PIECE = 16 * 1024;
const NEWLINE = 10;
/** Without `max-size` this much is kept of each container: memory is all there is. */
const DEFAULT_LIMIT = 8 * 1024 * 1024;

/** A container's output, line by line: the newest `limitBytes` of it. */
export class ContainerLog {
	readonly #time: Timeline;
	readonly #limitBytes: number;
	#entries: LogEntry[] = [];
	/** Number of the first kept entry, counted from the container's beginning. */
	#first = 0;
	#bytes = 0;
	readonly #partial: Record<OutputStream, Uint8Array[]> = { stdout: [], stderr: [] };
	#isOpen = false;
	#wake: (() => void)[] = [];

	constructor(time: Timeline, limitBytes = DEFAULT_LIMIT) {
		this.#time = time;
		this.#limitBytes = limitBytes;
	}

	/** What has been written so far; lines are never changed, so they are not copied. */
	freeze(): FrozenLog {
		const { stdout, stderr } = this.#partial;
		return {
			entries: [...this.#entries],
			first: this.#first,
			partial: { stdout: [...stdout], stderr: [...stderr] },
			isOpen: this.#isOpen,
		};
	}

	/** Goes on from that, in a log that is new. */
	thaw({ entries, first, partial, isOpen }: FrozenLog): void {
		this.#entries = [...entries];
		this.#first = first;
		this.#bytes = entries.reduce((sum, { line }) => sum + line.length, 0);
		this.#partial.stdout = [...partial.stdout];
		this.#partial.stderr = [...partial.stderr];
		this.#isOpen = isOpen;
	}

	/** A process has begun to write. */
	open(): void {
		this.#isOpen = true;
	}

	/** The process has ended: what has no newline yet becomes a line of its own, followers end. */
	close(): void {
		for (const stream of ['stdout', 'stderr'] as const) {
			if (this.#partial[stream].length > 0) this.#push(stream, Uint8Array.of(NEWLINE));
		}
		this.#isOpen = false;
		this.#notify();
	}

	get isOpen(): boolean {
		return this.#isOpen;
	}

	append(stream: OutputStream, bytes: Uint8Array): void {
		let from = 0;
		while (from < bytes.length) {
			const newline = bytes.indexOf(NEWLINE, from);
			const to = newline < 0 ? bytes.length : newline + 1;
			this.#collect(stream, bytes.slice(from, to), newline >= 0);
			from = to;
		}
		this.#notify();
	}

	/** Entries from number `from` on, and the number to go on with. */
	since(from: number): { entries: LogEntry[]; next: number } {
		const skip = Math.max(0, from - this.#first);
		return { entries: this.#entries.slice(skip), next: this.#first + this.#entries.length };
	}

	/** Resolves when something was appended or the log was closed. */
	changed(): Promise<void> {
		return new Promise((resolve) => this.#wake.push(resolve));
	}

	get sizeBytes(): number {
		return this.#bytes;
	}

	#collect(stream: OutputStream, piece: Uint8Array, isComplete: boolean): void {
		const partial = this.#partial[stream];
		const length = partial.reduce((sum, part) => sum + part.length, 0) + piece.length;
		if (isComplete || length >= LONGEST_PIECE) this.#push(stream, piece);
		else partial.push(piece);
	}

	#push(stream: OutputStream, last: Uint8Array): void {
		const parts = [...this.#partial[stream], last];
		this.#partial[stream] = [];
		const line = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of parts) {
			line.set(part, at);
			at += part.length;
		}
		this.#entries.push({ stream, at: this.#time.now(), line });
		this.#bytes += line.length;
		this.#trim();
	}

	#trim(): void {
		if (this.#bytes <= this.#limitBytes) return;
		let drop = 0;
		while (this.#bytes > this.#limitBytes * 0.9 && drop < this.#entries.length) {
			this.#bytes -= this.#entries[drop]?.line.length ?? 0;
			drop++;
		}
		this.#entries = this.#entries.slice(drop);
		this.#first += drop;
	}

	#notify(): void {
		const wake = this.#wake;
		this.#wake = [];
		for (const resolve of wake) resolve();
	}
}
