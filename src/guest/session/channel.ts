import type { SandboxError } from '#base';
import { cancelled, internal, unavailable } from '#base';
import { FrameType, INITIAL_CREDIT, MAX_PAYLOAD, encodeFrame, encodeNumberFrame } from '../protocol/index.ts';

/** Credit is given back in portions of this size, so that small traffic costs no frames. */
const CREDIT_STEP = INITIAL_CREDIT / 4;
const EPIPE = 32;

/** Which way bytes go on a channel, as the host sees it. */
export type Direction = 'read' | 'write' | 'both';

/** What a channel needs of its session. `later` frames travel with the next ones, or never if none follow. */
export interface Carrier {
	send(frame: Uint8Array): void;
	later(frame: Uint8Array): void;
	forget(channel: number): void;
}

export interface ChannelOptions {
	/** It outlives its session: it then waits for `rebind` and goes on where it was. */
	durable?: boolean;
	/** The other side has no credit until the first read, so that nothing is taken that nobody wants. */
	asleep?: boolean;
}

interface Writing {
	bytes: Uint8Array;
	resolve: () => void;
	reject: (error: unknown) => void;
}

/** One channel of a session: bytes both ways, each direction held back by the other side's reader. */
export class Channel {
	/** Its number in the session; 0 while it has none. */
	id: number;
	readonly readable: ReadableStream<Uint8Array>;
	readonly #durable: boolean;
	readonly #carrier: Carrier;
	#writable: WritableStream<Uint8Array> | null = null;

	// Reading.
	#controller: ReadableStreamDefaultController<Uint8Array> | null = null;
	#queue: Uint8Array[] = [];
	#wanted = false;
	#discarding = false;
	#receivable: number;
	/** Whether the sender has no credit until somebody reads. */
	#asleep: boolean;
	#consumed = 0;
	#peerDone = false;

	// Writing.
	#credit = INITIAL_CREDIT;
	#writes: Writing[] = [];
	#ended = false;
	#ending = false;
	#refused: SandboxError | null = null;

	constructor(
		id: number,
		direction: Direction,
		carrier: Carrier,
		{ durable = false, asleep = false }: ChannelOptions = {},
	) {
		this.id = id;
		this.#carrier = carrier;
		this.#durable = durable;
		this.#asleep = asleep;
		this.#receivable = asleep ? 0 : INITIAL_CREDIT;
		this.#peerDone = direction === 'write';
		this.#ended = direction === 'read';
		this.readable = new ReadableStream<Uint8Array>(
			{
				start: (controller) => {
					this.#controller = controller;
				},
				pull: () => this.#pull(),
				cancel: () => this.#discard(),
			},
			{ highWaterMark: 0 },
		);
		if (direction === 'write') this.#finishReading();
	}

	/** The sending half as a stream; closing it is a half-close. */
	get writable(): WritableStream<Uint8Array> {
		this.#writable ??= new WritableStream<Uint8Array>({
			write: (bytes) => this.write(bytes),
			close: () => this.end(),
			abort: () => this.close(EPIPE),
		});
		return this.#writable;
	}

	/** Sends bytes; resolves when they are on their way, which waits for the other side's reader. */
	write(bytes: Uint8Array): Promise<void> {
		if (this.#refused) return Promise.reject(this.#refused);
		if (this.#ended || this.#ending) return Promise.reject(cancelled('write after end'));
		if (this.#writes.length === 0) {
			const rest = this.#sendSome(bytes);
			if (rest === null) return Promise.resolve();
			bytes = rest;
		}
		return new Promise((resolve, reject) => this.#writes.push({ bytes, resolve, reject }));
	}

	/** Sends no more after what has been written. Does nothing when that is already so. */
	end(): void {
		if (this.#ended || this.#ending || this.#refused) return;
		if (this.#writes.length > 0 || this.id === 0) this.#ending = true;
		else this.#sendEof();
	}

	/** Reads and sends no more: both directions end at once. */
	close(errno = 0): void {
		if (this.#gone()) return;
		if (this.id !== 0) this.#carrier.send(encodeNumberFrame(this.id, FrameType.CLOSE, errno));
		this.#drop(cancelled('the channel was closed'));
	}

	/** For the session: a frame for this channel arrived. */
	receive(type: number, payload: Uint8Array, number: number): void {
		if (type === FrameType.DATA) this.#receiveData(payload);
		else if (type === FrameType.EOF) this.#receiveEof();
		else if (type === FrameType.CLOSE) this.#receiveClose(number);
		else if (type === FrameType.CREDIT) this.#receiveCredit(number);
	}

	/** For the session: the other side is no longer there. */
	lose(): void {
		if (this.#durable && !this.#gone()) {
			this.id = 0;
			this.#credit = 0;
			return;
		}
		this.fail();
	}

	/** For the session: the channel goes on under another number. It sends nothing until `resume`. */
	rebind(id: number): void {
		this.id = id;
		this.#receivable = INITIAL_CREDIT - this.#waiting();
		this.#consumed = 0;
	}

	/** After `rebind`, once the agent has been told of the new number. */
	resume(): void {
		this.#receiveCredit(INITIAL_CREDIT);
	}

	/** Whether anything can still come in or go out. */
	get open(): boolean {
		return !this.#peerDone || !this.#ended;
	}

	/** Ends a channel whose other side has gone for good: what came in can still be read. */
	finish(): void {
		if (!this.#peerDone || !this.#ended) this.#letGo();
		this.#peerDone = true;
		if (this.#queue.length === 0) this.#finishReading();
		this.#refuse(cancelled('broken pipe'));
	}

	/** Both directions end in an error, as after the loss of the machine. */
	fail(): void {
		const error = unavailable('the connection to the machine was lost');
		this.#queue = [];
		if (!this.#peerDone) this.#controller?.error(error);
		this.#controller = null;
		this.#peerDone = true;
		this.#refuse(error);
	}

	#gone(): boolean {
		return this.#peerDone && this.#ended && this.#queue.length === 0;
	}

	#waiting(): number {
		return this.#queue.reduce((sum, chunk) => sum + chunk.length, 0);
	}

	#pull(): void {
		if (this.#asleep) this.#wake();
		const chunk = this.#queue.shift();
		if (chunk) this.#hand(chunk);
		else this.#wanted = true;
		if (this.#peerDone && this.#queue.length === 0) this.#finishReading();
	}

	#wake(): void {
		this.#asleep = false;
		if (this.#peerDone || this.id === 0) return;
		this.#receivable = INITIAL_CREDIT;
		this.#carrier.send(encodeNumberFrame(this.id, FrameType.CREDIT, INITIAL_CREDIT));
	}

	#hand(chunk: Uint8Array): void {
		this.#wanted = false;
		this.#controller?.enqueue(chunk);
		this.#giveBack(chunk.length);
	}

	#giveBack(count: number): void {
		this.#consumed += count;
		if (this.#consumed < CREDIT_STEP || this.#peerDone || this.id === 0) return;
		this.#carrier.send(encodeNumberFrame(this.id, FrameType.CREDIT, this.#consumed));
		this.#receivable += this.#consumed;
		this.#consumed = 0;
	}

	#receiveData(payload: Uint8Array): void {
		if (this.#peerDone) return;
		this.#receivable -= payload.length;
		if (this.#receivable < 0) {
			this.close(EPIPE);
			return;
		}
		if (payload.length === 0) return;
		if (this.#discarding) this.#giveBack(payload.length);
		else if (this.#wanted) this.#hand(payload.slice());
		else this.#queue.push(payload.slice());
	}

	#receiveEof(): void {
		if (this.#peerDone) return;
		this.#peerDone = true;
		if (this.#queue.length === 0) this.#finishReading();
		// A channel that only reads has nothing to send: it lets go of the number as soon as the other side is done.
		if (this.#ended) this.#letGo();
	}

	#receiveClose(errno: number): void {
		// What was read so far is not all there was.
		if (errno !== 0 && !this.#peerDone) {
			this.#controller?.error(internal(`the machine gave up: errno ${errno}`));
			this.#controller = null;
			this.#queue = [];
		}
		this.#peerDone = true;
		if (this.#queue.length === 0) this.#finishReading();
		this.#refuse(cancelled('broken pipe'));
		this.#letGo();
	}

	/** Both sides are through with the channel, or will be once this frame has arrived. */
	#letGo(): void {
		if (this.id === 0) return;
		this.#carrier.later(encodeNumberFrame(this.id, FrameType.CLOSE, 0));
		this.#carrier.forget(this.id);
	}

	#receiveCredit(count: number): void {
		this.#credit += count;
		for (let first = this.#writes[0]; first; first = this.#writes[0]) {
			const rest = this.#sendSome(first.bytes);
			if (rest !== null) {
				first.bytes = rest;
				return;
			}
			this.#writes.shift();
			first.resolve();
		}
		if (this.#ending) this.#sendEof();
	}

	/** Sends what credit allows; returns what is left, or null. */
	#sendSome(bytes: Uint8Array): Uint8Array | null {
		let at = 0;
		while (at < bytes.length) {
			const count = Math.min(bytes.length - at, this.#credit, MAX_PAYLOAD);
			if (count === 0) return bytes.subarray(at);
			this.#carrier.send(encodeFrame(this.id, FrameType.DATA, bytes.subarray(at, at + count)));
			this.#credit -= count;
			at += count;
		}
		return null;
	}

	#sendEof(): void {
		this.#ended = true;
		this.#ending = false;
		this.#carrier.send(encodeFrame(this.id, FrameType.EOF));
		if (this.#peerDone) this.#carrier.forget(this.id);
	}

	#discard(): void {
		this.#controller = null;
		const waiting = this.#waiting();
		this.#queue = [];
		if (this.#ended) {
			this.close();
			return;
		}
		// The other half goes on: keep the sender going too.
		this.#discarding = true;
		this.#giveBack(waiting);
	}

	#finishReading(): void {
		this.#controller?.close();
		this.#controller = null;
	}

	#refuse(error: SandboxError): void {
		this.#refused = error;
		this.#ended = true;
		this.#ending = false;
		for (const write of this.#writes.splice(0)) write.reject(error);
	}

	#drop(error: SandboxError): void {
		this.#queue = [];
		this.#peerDone = true;
		this.#finishReading();
		this.#refuse(error);
		this.#carrier.forget(this.id);
	}
}
