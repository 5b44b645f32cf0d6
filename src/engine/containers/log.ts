import { concat } from '#base';
import type { Timeline } from '../time.ts';
import { JSON_FRAME, jsonLength } from './log-json.ts';
import { LogSegment, type OutputStream } from './log-segment.ts';

export type { LogEntry, OutputStream } from './log-segment.ts';

/** How much of a log is kept. */
export interface LogLimits {
	/** Size of a file, as json-file would write it, at which the next one is begun; `null` for no end. */
	fileBytes: number | null;
	/** How many files there are before the oldest goes. */
	files: number;
}

/** A log as it was at some moment. */
export interface FrozenLog {
	segments: readonly LogSegment[];
	next: number;
	file: number;
	fileBytes: number;
	partial: Readonly<Record<OutputStream, readonly Uint8Array[]>>;
	isOpen: boolean;
}

/** A longer line is kept in pieces, as Docker's copier does. */
const LONGEST_PIECE = 16 * 1024;
const NEWLINE = 10;
/** Without `max-size` a log has no end in Docker, as disks have none; here memory is all there is. */
const MEMORY_LIMIT = 32 * 1024 * 1024;

/** A container's output, line by line: the newest of it. */
export class ContainerLog {
	readonly #time: Timeline;
	readonly #limits: LogLimits;
	#segments: LogSegment[] = [];
	#next = 0;
	#file = 0;
	#fileBytes = 0;
	#partial: Record<OutputStream, Uint8Array[]> = { stdout: [], stderr: [] };
	#isOpen = false;
	#wake: (() => void)[] = [];

	constructor(time: Timeline, limits: LogLimits = { fileBytes: null, files: 1 }) {
		this.#time = time;
		this.#limits = limits;
	}

	/** What has been written so far; lines are never changed, so they are not copied. */
	freeze(): FrozenLog {
		this.#segments.at(-1)?.seal();
		const { stdout, stderr } = this.#partial;
		return {
			segments: [...this.#segments],
			next: this.#next,
			file: this.#file,
			fileBytes: this.#fileBytes,
			partial: { stdout: [...stdout], stderr: [...stderr] },
			isOpen: this.#isOpen,
		};
	}

	/** Goes on from that, in a log that is new. */
	thaw({ segments, next, file, fileBytes, partial, isOpen }: FrozenLog): void {
		this.#segments = [...segments];
		this.#next = next;
		this.#file = file;
		this.#fileBytes = fileBytes;
		this.#partial = { stdout: [...partial.stdout], stderr: [...partial.stderr] };
		this.#isOpen = isOpen;
	}

	/** A process has begun to write. */
	open(): void {
		this.#isOpen = true;
	}

	/** The process has written its last: what has no newline is kept without one. */
	endLines(): void {
		for (const stream of ['stdout', 'stderr'] as const) {
			if (this.#partial[stream].length > 0) this.#collect(stream, new Uint8Array(), true);
		}
	}

	/** The process has ended, and followers do. */
	close(): void {
		this.endLines();
		this.#isOpen = false;
		this.#notify();
	}

	get isOpen(): boolean {
		return this.#isOpen;
	}

	append(stream: OutputStream, bytes: Uint8Array): void {
		for (let from = 0; from < bytes.length;) {
			if (this.#limits.fileBytes === null && this.#partial[stream].length === 0) {
				const to = this.#pushLines(stream, bytes, from);
				if (to > from) {
					from = to;
					continue;
				}
			}
			const longest = from + LONGEST_PIECE - lengthOf(this.#partial[stream]);
			const newline = bytes.indexOf(NEWLINE, from);
			const isComplete = newline >= 0 && newline < longest;
			const to = isComplete ? newline + 1 : Math.min(longest, bytes.length);
			this.#collect(stream, bytes.subarray(from, to), isComplete || to === longest);
			from = to;
		}
		this.#notify();
	}

	/** Number of the first line that is kept, counted from the container's beginning. */
	get first(): number {
		return this.#segments[0]?.first ?? this.#next;
	}

	/** Number of the line that will be written next. */
	get next(): number {
		return this.#next;
	}

	/** Number of the file that is written to, counted the same way. */
	get file(): number {
		return this.#file;
	}

	/** Number of the oldest file that is kept. */
	get oldestFile(): number {
		return this.#segments[0]?.file ?? this.#file;
	}

	/** The kept lines from number `from` on. What is dropped meanwhile is left out. */
	*entries(from: number, to = this.#next): Generator<{ number: number; segment: LogSegment }> {
		for (const segment of [...this.#segments]) {
			const end = Math.min(segment.next, to);
			for (let number = Math.max(from, segment.first); number < end; number++) yield { number, segment };
		}
	}

	/** The same from the last one back to number `first`. */
	*backwards(): Generator<{ number: number; segment: LogSegment }> {
		for (const segment of this.#segments.toReversed())
			for (let number = segment.next - 1; number >= segment.first; number--) yield { number, segment };
	}

	/** Resolves when something was appended or the log was closed. */
	changed(): Promise<void> {
		return new Promise((resolve) => this.#wake.push(resolve));
	}

	#collect(stream: OutputStream, piece: Uint8Array, isWhole: boolean): void {
		const partial = this.#partial[stream];
		if (!isWhole) {
			partial.push(piece.slice());
			return;
		}
		this.#push(stream, partial.length === 0 ? piece : concat([...partial, piece]));
		if (partial.length > 0) this.#partial[stream] = [];
	}

	/** Whole lines at once: what a program writes in a hurry. Returns where it stopped. */
	#pushLines(stream: OutputStream, bytes: Uint8Array, from: number): number {
		const segment = this.#segment();
		const at = this.#time.now();
		const to = segment.pushLines(stream, at, bytes, from, LONGEST_PIECE);
		const count = segment.next - this.#next;
		this.#next = segment.next;
		if (count > 1) this.#time.skip(count - 1);
		return to;
	}

	/** The segment that the next line goes to. */
	#segment(): LogSegment {
		const last = this.#segments.at(-1);
		if (last && !last.isFull && last.file === this.#file) return last;
		const segment = new LogSegment(this.#next, this.#file);
		this.#segments.push(segment);
		this.#trim();
		return segment;
	}

	#push(stream: OutputStream, line: Uint8Array): void {
		const { fileBytes } = this.#limits;
		if (fileBytes !== null && this.#fileBytes >= fileBytes) this.#rotate();
		this.#segment().push(stream, this.#time.now(), line);
		this.#next++;
		if (fileBytes !== null) this.#fileBytes += JSON_FRAME + jsonLength(line);
	}

	#rotate(): void {
		this.#file++;
		this.#fileBytes = 0;
		const oldest = this.#file - this.#limits.files + 1;
		this.#segments = this.#segments.filter(({ file }) => file >= oldest);
	}

	#trim(): void {
		let cost = this.#segments.reduce((sum, segment) => sum + segment.cost, 0);
		for (let first = this.#segments[0]; first && cost > MEMORY_LIMIT; first = this.#segments[0]) {
			cost -= first.cost;
			this.#segments.shift();
		}
	}

	#notify(): void {
		const wake = this.#wake;
		this.#wake = [];
		for (const resolve of wake) resolve();
	}
}

function lengthOf(parts: readonly Uint8Array[]): number {
	return parts.reduce((sum, part) => sum + part.length, 0);
}
