import type { SandboxError } from '#base';
import type { Message, WireError } from './message.ts';
import { fromWire, toWire } from './message.ts';

/** How many bytes a sender may be ahead of the reader on the other side. */
export const WINDOW = 1024 * 1024;

type Send = (message: Message, transfer?: ArrayBuffer[]) => void;

/** Sends a local stream's bytes to the other side, never more than the reader there has room for. */
export class Outgoing {
	readonly #id: number;
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	readonly #send: Send;
	#credit = WINDOW;
	#wake: (() => void) | null = null;
	#stopped = false;

	constructor(id: number, source: ReadableStream<Uint8Array>, send: Send) {
		this.#id = id;
		this.#reader = source.getReader();
		this.#send = send;
	}

	/** Resolves when the stream has been sent to its end, has failed, or was stopped; never rejects. */
	async run(): Promise<void> {
		try {
			for (;;) {
				while (this.#credit <= 0 && !this.#stopped) await new Promise<void>((wake) => (this.#wake = wake));
				if (this.#stopped) return;
				const { done, value } = await this.#reader.read();
				if (this.#stopped) return;
				if (done) return this.#send({ type: 'end', stream: this.#id, error: null });
				if (value.length > 0) this.#sendBytes(value);
			}
		} catch (error) {
			if (!this.#stopped) this.#send({ type: 'end', stream: this.#id, error: toWire(error) });
		}
	}

	credit(bytes: number): void {
		this.#credit += bytes;
		this.#wake?.();
	}

	/** The reader on the other side wants no more. */
	stop(reason?: SandboxError): void {
		if (this.#stopped) return;
		this.#stopped = true;
		this.#wake?.();
		// The source may already have failed by itself: then there is nothing left to cancel.
		this.#reader.cancel(reason).catch(() => undefined);
	}

	/** The chunk may be kept by others (a log, a cache), so what is handed over is a copy. */
	#sendBytes(value: Uint8Array): void {
		const bytes = value.slice();
		this.#credit -= bytes.length;
		this.#send({ type: 'data', stream: this.#id, bytes }, [bytes.buffer]);
	}
}

/** Credit is given back in lumps of this size, or as soon as nothing is left to read. */
const CREDIT_LUMP = WINDOW / 8;

/** A stream whose bytes come from the other side. */
export class Incoming {
	readonly readable: ReadableStream<Uint8Array>;
	/** Somebody has asked for `readable`. */
	isTaken = false;
	readonly #id: number;
	readonly #send: Send;
	readonly #chunks: Uint8Array[] = [];
	#ended: { error: WireError | null } | null = null;
	#arrived: (() => void) | null = null;
	#owed = 0;

	constructor(id: number, send: Send) {
		this.#id = id;
		this.#send = send;
		this.readable = new ReadableStream<Uint8Array>(
			{ pull: (controller) => this.#pull(controller), cancel: () => this.#cancel() },
			{ highWaterMark: 0 },
		);
	}

	get isOver(): boolean {
		return this.#ended !== null;
	}

	data(bytes: Uint8Array): void {
		if (this.#ended) return;
		this.#chunks.push(bytes);
		this.#arrived?.();
	}

	/** What has arrived before is still delivered. */
	end(error: WireError | null): void {
		this.#ended ??= { error };
		this.#arrived?.();
	}

	async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
		while (this.#chunks.length === 0 && !this.#ended)
			await new Promise<void>((arrived) => (this.#arrived = arrived));
		const chunk = this.#chunks.shift();
		if (chunk) {
			controller.enqueue(chunk);
			this.#repay(chunk.length);
		} else if (this.#ended?.error) {
			controller.error(fromWire(this.#ended.error));
		} else {
			controller.close();
		}
	}

	#repay(bytes: number): void {
		this.#owed += bytes;
		if (this.#ended || (this.#owed < CREDIT_LUMP && this.#chunks.length > 0)) return;
		this.#send({ type: 'credit', stream: this.#id, bytes: this.#owed });
		this.#owed = 0;
	}

	#cancel(): void {
		if (!this.#ended) this.#send({ type: 'stop', stream: this.#id });
		this.#ended ??= { error: null };
		this.#chunks.length = 0;
		this.#arrived?.();
	}
}
