import { Lock, messageOf } from '#base';
import { gzip } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { containerDirectory } from './inspect.ts';
import { isCompressed, logFileName } from './log-config.ts';
import { JSON_FRAME, jsonLength, jsonLine } from './log-json.ts';
import { logAttributes } from './logs.ts';

/** Bytes that the files have together: they are in the guest's memory, a second time. The oldest lines go first. */
const LIMIT = 8 * 1024 * 1024;
/** As much is made and written at once. */
const PIECE = 128 * 1024;
const PAUSE_MS = 100;
/** Writing has this share of the time: between two goes there is a pause as many times as long as the last one took. */
const REST = 9;
const READABLE_BY_GROUP = 0o640;

/** What json-file keeps of a container's log: written into the guest soon after the log itself, which is the engine's. */
export class LogFile {
	readonly #daemon: Daemon;
	readonly #container: Container;
	readonly #isCompressed: boolean;
	readonly #attributes: Record<string, string>;
	readonly #lock = new Lock();
	#isAwake = false;
	#pauseMs = PAUSE_MS;
	/** Number of the line after the last that is in the files; null when what is there is not known. */
	#next: number | null = null;
	/** Which file of the log the newest one is. */
	#file = 0;
	#size = 0;

	constructor(daemon: Daemon, container: Container) {
		this.#daemon = daemon;
		this.#container = container;
		this.#isCompressed = isCompressed(container.hostConfig);
		this.#attributes = Object.fromEntries(logAttributes(container));
	}

	/** Something was logged: it will be in the file in a moment. */
	wake(): void {
		if (this.#isAwake) return;
		this.#isAwake = true;
		void this.#daemon.ports.clock.sleep(this.#pauseMs).then(() => this.flush());
	}

	/** Resolves when all that was logged is in the file, or could not be put there. */
	flush(): Promise<void> {
		return this.#lock.run(async () => {
			this.#isAwake = false;
			const { clock, log } = this.#daemon.ports;
			const begun = clock.now();
			try {
				await this.#write();
			} catch (error) {
				this.#next = null;
				log('debug', `the log of ${this.#container.id} was not written: ${messageOf(error)}`);
			}
			this.#pauseMs = Math.max(PAUSE_MS, REST * (clock.now() - begun));
		});
	}

	async #write(): Promise<void> {
		const { log } = this.#container;
		const to = log.next;
		const { file } = log;
		const from = this.#next;
		// Of nothing there is an empty file from the start on.
		if (from === to || to === 0) return;
		this.#next = null;
		const isMore = from !== null && from >= log.first && file === this.#file;
		const size = isMore ? this.#size + this.#sizeOf(from, to) : 0;
		if (isMore && size <= LIMIT) {
			await this.#put(from, to, file, true);
			this.#size = size;
		} else {
			const kept = this.#newest(to);
			await this.#put(kept.first, to, file, false);
			this.#size = kept.size;
		}
		this.#file = file;
		this.#next = to;
	}

	/** Writes these lines; those that are there stay when it is to `append`. */
	async #put(from: number, to: number, newest: number, append: boolean): Promise<void> {
		const { log } = this.#container;
		const begun = new Set(append ? [newest] : []);
		let text = '';
		let file = newest;
		const send = async () => {
			await this.#writeFile(newest - file, text, begun.has(file));
			begun.add(file);
			text = '';
		};
		for (const { number, segment } of log.entries(from, to)) {
			if (text !== '' && (segment.file !== file || text.length >= PIECE)) await send();
			file = segment.file;
			text += jsonLine(segment.entry(number), this.#attributes);
		}
		if (text !== '') await send();
		// Of what has grown too old or too much there may be something left.
		for (file = append ? newest + 1 : log.oldestFile; file <= newest; file++)
			if (!begun.has(file)) await send();
	}

	/** With `compress`, what has been turned over is packed piece by piece: pieces in a row are one file to gzip. */
	async #writeFile(age: number, text: string, append: boolean): Promise<void> {
		const isPacked = age > 0 && this.#isCompressed;
		const suffix = `${age === 0 ? '' : `.${age}`}${isPacked ? '.gz' : ''}`;
		const path = `${containerDirectory(this.#container)}/${logFileName(this.#container.id)}${suffix}`;
		const bytes = new TextEncoder().encode(text);
		const content = isPacked && text !== '' ? await gzip(bytes) : bytes;
		await this.#daemon.ports.runtime.writeFile('', path, content, { mode: READABLE_BY_GROUP, append });
	}

	/** Bytes that the lines have as JSON, or more than there is room for. */
	#sizeOf(from: number, to: number): number {
		let size = 0;
		for (const { number, segment } of this.#container.log.entries(from, to)) {
			size += JSON_FRAME + jsonLength(segment.entry(number).line);
			if (size > LIMIT) break;
		}
		return size;
	}

	/** The first of the newest lines before `to` that fill no more than half of what there is room for. */
	#newest(to: number): { first: number; size: number } {
		let first = to;
		let size = 0;
		for (const { number, segment } of this.#container.log.backwards()) {
			if (number >= to) continue;
			const length = JSON_FRAME + jsonLength(segment.entry(number).line);
			if (size + length > LIMIT / 2) break;
			size += length;
			first = number;
		}
		return { first, size };
	}
}
