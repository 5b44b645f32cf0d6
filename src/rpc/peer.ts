import { cancelled, unsupported, type Duplex, type SandboxError } from '#base';
import { fromWire, toWire, type DuplexRef, type Message, type StreamRef, type WireError } from './message.ts';
import type { Port } from './port.ts';
import { Incoming, Outgoing } from './stream.ts';

/** Method name → what it takes, what it resolves to, and what it may report on the way. All of it is plain data and stream references. */
export type Calls = Record<string, { args: unknown; result: unknown; event?: unknown }>;

/** How a call's streams cross the port. */
export interface Streams {
	/** Offers a stream: its bytes are sent as the other side reads them. */
	send(stream: ReadableStream<Uint8Array>): StreamRef;
	receive(ref: StreamRef): ReadableStream<Uint8Array>;
	sendDuplex(duplex: Duplex): DuplexRef;
	receiveDuplex(ref: DuplexRef): Duplex;
}

export interface CallContext<Event = unknown> extends Streams {
	/** Aborted when the caller gave up or the port is gone. */
	signal: AbortSignal;
	/** Reports to the caller while the call is going on. */
	emit(event: Event): void;
}

export type Handlers<C extends Calls> = {
	[M in keyof C]: (
		args: C[M]['args'],
		context: CallContext<C[M]['event']>,
	) => Promise<C[M]['result']> | C[M]['result'];
};

export interface CallOptions<Event> {
	signal?: AbortSignal | undefined;
	onEvent?: (event: Event) => void;
}

interface Pending {
	resolve(value: unknown): void;
	reject(error: SandboxError): void;
	onEvent: ((event: never) => void) | undefined;
}

type PlainHandlers = Record<string, ((args: unknown, context: CallContext) => unknown) | undefined>;

/**
 * One end of a port. `Theirs` are the calls the other side answers; ours are given as handlers.
 * Once closed, with the reason as error, every pending call rejects with it and every stream fails with it.
 */
export class Peer<Theirs extends Calls> {
	readonly #port: Port;
	readonly #handlers: PlainHandlers;
	readonly #pending = new Map<number, Pending>();
	readonly #serving = new Map<number, AbortController>();
	readonly #outgoing = new Map<number, Outgoing>();
	readonly #incoming = new Map<number, Incoming>();
	#nextCall = 1;
	#nextStream: number;
	#closed: SandboxError | null = null;

	/** `handlers` is a `Handlers<…>` of the calls answered here. */
	constructor(port: Port, side: 'page' | 'worker', handlers: object = {}) {
		this.#port = port;
		this.#handlers = handlers as PlainHandlers;
		this.#nextStream = side === 'page' ? 1 : 2;
		port.addEventListener('message', this.#onMessage);
		port.start?.();
	}

	/** Calls the other side. `start` turns the arguments into plain data, offering streams if there are any. */
	call<M extends keyof Theirs & string>(
		method: M,
		args: Theirs[M]['args'] | ((streams: Streams) => Theirs[M]['args']),
		options: CallOptions<Theirs[M]['event']> = {},
	): Promise<Theirs[M]['result']> {
		if (this.#closed) return Promise.reject(this.#closed);
		if (options.signal?.aborted) return Promise.reject(cancelled('the call was given up before it began'));
		const id = this.#nextCall++;
		const streams: number[] = [];
		const plain =
			typeof args === 'function' ? (args as (streams: Streams) => unknown)(this.streams(streams)) : args;
		return new Promise((resolve, reject) => {
			const giveUp = (): void => {
				this.#settle(id);
				this.#post({ type: 'cancel', id });
				reject(cancelled('the call was given up'));
			};
			const settled = (): void => options.signal?.removeEventListener('abort', giveUp);
			this.#pending.set(id, {
				resolve: (value) => (settled(), resolve(value)),
				reject: (error) => (settled(), reject(error)),
				onEvent: options.onEvent,
			});
			options.signal?.addEventListener('abort', giveUp, { once: true });
			this.#post({ type: 'call', id, method, args: plain, streams });
		});
	}

	/** Ends everything that is going on with `reason`; later calls reject with it at once. */
	close(reason: SandboxError): void {
		if (this.#closed) return;
		this.#closed = reason;
		this.#port.removeEventListener('message', this.#onMessage);
		for (const call of this.#pending.values()) call.reject(reason);
		for (const controller of this.#serving.values()) controller.abort(reason);
		for (const stream of this.#outgoing.values()) stream.stop(reason);
		for (const stream of this.#incoming.values()) stream.end(toWire(reason));
		for (const map of [this.#pending, this.#serving, this.#outgoing, this.#incoming]) map.clear();
	}

	/** Stream references for use outside a call's arguments and results; the numbers offered are added to `offered`. */
	streams(offered: number[] = []): Streams {
		const send = (stream: ReadableStream<Uint8Array>): StreamRef => {
			const id = this.#offer(stream);
			offered.push(id);
			return { stream: id };
		};
		const receive = (ref: StreamRef): ReadableStream<Uint8Array> => this.#take(ref.stream);
		return {
			send,
			receive,
			sendDuplex: (duplex) => {
				const id = this.#takeNumber();
				// A writer that goes away tells the duplex's owner by itself; there is nobody here to tell.
				this.#take(id)
					.pipeTo(duplex.writable)
					.catch(() => undefined);
				return { readable: send(duplex.readable), writable: { stream: id } };
			},
			receiveDuplex: (ref) => {
				const pipe = new TransformStream<Uint8Array, Uint8Array>();
				this.#sendAs(ref.writable.stream, pipe.readable);
				return { readable: receive(ref.readable), writable: pipe.writable };
			},
		};
	}

	#takeNumber(): number {
		const id = this.#nextStream;
		this.#nextStream += 2;
		return id;
	}

	#offer(stream: ReadableStream<Uint8Array>): number {
		const id = this.#takeNumber();
		this.#sendAs(id, stream);
		return id;
	}

	#sendAs(id: number, stream: ReadableStream<Uint8Array>): void {
		const outgoing = new Outgoing(id, stream, this.#post);
		this.#outgoing.set(id, outgoing);
		void outgoing.run().then(() => this.#outgoing.delete(id));
	}

	#incomingFor(id: number): Incoming {
		const known = this.#incoming.get(id);
		if (known) return known;
		const made = new Incoming(id, this.#post);
		if (this.#closed) made.end(toWire(this.#closed));
		else this.#incoming.set(id, made);
		return made;
	}

	#settle(id: number): Pending | undefined {
		const call = this.#pending.get(id);
		this.#pending.delete(id);
		return call;
	}

	/** A stream may have ended before anyone asked for it; only then is it forgotten. */
	#take(id: number): ReadableStream<Uint8Array> {
		const incoming = this.#incomingFor(id);
		incoming.isTaken = true;
		if (incoming.isOver) this.#incoming.delete(id);
		return incoming.readable;
	}

	/** Streams that were offered to a call which has no use for them. */
	#refuse(streams: number[]): void {
		for (const stream of streams) {
			if (this.#incoming.get(stream)?.isTaken) continue;
			this.#incoming.delete(stream);
			this.#post({ type: 'stop', stream });
		}
	}

	readonly #post = (message: Message, transfer: ArrayBuffer[] = []): void => {
		if (!this.#closed) this.#port.postMessage(message, transfer);
	};

	readonly #onMessage = (event: { data: unknown }): void => {
		const message = event.data as Message;
		switch (message.type) {
			case 'call':
				void this.#serve(message);
				return;
			case 'cancel':
				this.#serving.get(message.id)?.abort(cancelled('the caller gave up'));
				return;
			case 'event':
				(this.#pending.get(message.id)?.onEvent as ((value: unknown) => void) | undefined)?.(message.value);
				return;
			case 'result':
				this.#finish(message.id, message.value, message.streams);
				return;
			case 'error':
				this.#settle(message.id)?.reject(fromWire(message.error));
				return;
			default:
				this.#onStream(message);
		}
	};

	#onStream(message: Extract<Message, { stream: number }>): void {
		switch (message.type) {
			case 'data':
				return this.#incomingFor(message.stream).data(message.bytes);
			case 'end':
				return this.#end(message.stream, message.error);
			case 'credit':
				return this.#outgoing.get(message.stream)?.credit(message.bytes);
			case 'stop':
				return this.#outgoing.get(message.stream)?.stop();
		}
	}

	#end(stream: number, error: WireError | null): void {
		const incoming = this.#incomingFor(stream);
		incoming.end(error);
		if (incoming.isTaken) this.#incoming.delete(stream);
	}

	#finish(id: number, value: unknown, streams: number[]): void {
		const call = this.#settle(id);
		if (call) call.resolve(value);
		else this.#refuse(streams);
	}

	async #serve({ id, method, args, streams: offered }: Extract<Message, { type: 'call' }>): Promise<void> {
		const controller = new AbortController();
		this.#serving.set(id, controller);
		const streams: number[] = [];
		try {
			const handler = Object.hasOwn(this.#handlers, method) ? this.#handlers[method] : undefined;
			if (!handler) throw unsupported(`nothing here answers ${method}`);
			const value = await handler.call(this.#handlers, args, {
				...this.streams(streams),
				signal: controller.signal,
				emit: (event) => this.#post({ type: 'event', id, value: event }),
			});
			this.#post({ type: 'result', id, value, streams });
		} catch (error) {
			for (const stream of streams) this.#outgoing.get(stream)?.stop();
			this.#post({ type: 'error', id, error: toWire(error) });
		} finally {
			this.#refuse(offered);
			this.#serving.delete(id);
		}
	}
}
