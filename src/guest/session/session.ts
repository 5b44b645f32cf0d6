import { concat, internal, messageOf, unavailable, type Clock, type Log } from '#base';
import {
	FrameDecoder,
	FrameType,
	PROTOCOL_VERSION,
	decodeEvent,
	decodeReply,
	decodeReplyBody,
	encodeRequest,
	numberOf,
	type EventBody,
	type GuestEvent,
	type ReplyBody,
	type RequestBody,
	type RequestName,
} from '../protocol/index.ts';
import { Channel, type Carrier, type ChannelOptions, type Direction } from './channel.ts';
import { agentError } from './errors.ts';
import type { ControlPort } from './port.ts';

/** What the agent said about itself when the session began. */
export type Hello = ReplyBody<'HELLO'>;

/** Who wants to know what happens on a session. */
export interface SessionListener {
	/** A session has begun: the first, or one after the agent was restarted. */
	connected?(hello: Hello): void;
	/** The agent is gone: every channel and request of the old session has failed. */
	lost?(): void;
	event?(event: GuestEvent): void;
}

interface Pending {
	name: RequestName;
	resolve: (body: never) => void;
	reject: (error: unknown) => void;
}

export interface SessionOptions {
	port: ControlPort;
	clock: Clock;
	log: Log;
}

/** The host's end of the road to the agent: requests, events and channels, across restarts of the agent. */
export class Session {
	readonly #options: SessionOptions;
	readonly #listeners = new Set<SessionListener>();
	readonly #pending = new Map<number, Pending>();
	readonly #channels = new Map<number, Channel>();
	#decoder: FrameDecoder | null = null;
	#connected = false;
	#nextRequest = 1;
	#nextChannel = 1;
	#outbox: Uint8Array[] = [];
	#flushing = false;
	#delayed: Uint8Array[] = [];
	readonly #carrier: Carrier = {
		send: (frame) => this.#send(frame),
		later: (frame) => this.#delayed.push(frame),
		forget: (channel) => this.#channels.delete(channel),
	};

	constructor(options: SessionOptions) {
		this.#options = options;
		options.port.onOpen(() => this.#open());
		options.port.onWrite((bytes) => this.#receive(bytes));
	}

	/** Whether the agent has answered HELLO and has not been lost since. */
	get connected(): boolean {
		return this.#connected;
	}

	/** Begins a session with an agent that has its end open already: one from a saved machine. */
	resume(): void {
		this.#open();
	}

	/** The machine is gone: whatever is under way fails. */
	drop(): void {
		this.#lose();
	}

	/** Resolves once there is a session; at once when there is one. */
	ready(signal?: AbortSignal): Promise<void> {
		if (this.#connected) return Promise.resolve();
		return new Promise((resolve, reject) => {
			const stop = this.listen({
				connected: () => {
					stop();
					resolve();
				},
			});
			signal?.addEventListener('abort', () => {
				stop();
				reject(unavailable("the machine's agent did not answer"));
			});
		});
	}

	/** Returns the function that stops listening. */
	listen(listener: SessionListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Asks the agent; rejects with the error it answered, or `unavailable` when it is lost meanwhile. */
	request<N extends RequestName>(name: N, body: RequestBody<N>): Promise<ReplyBody<N>> {
		if (!this.#connected) return Promise.reject(unavailable('the machine is not connected'));
		return this.#ask(name, body);
	}

	/** A new channel, to be named in a request that follows. A durable one waits for `rebind` when the agent is lost. */
	openChannel(direction: Direction, durable = false): Channel {
		return this.#addChannel(this.#newNumber(), direction, { durable });
	}

	/** Gives a durable channel that has lost its session a number in this one. */
	rebind(channel: Channel): void {
		const id = this.#newNumber();
		this.#channels.set(id, channel);
		channel.rebind(id);
	}

	/** A channel that an event has announced; undefined when it is gone already. */
	channel(id: number): Channel | undefined {
		return this.#channels.get(id);
	}

	/** Tells the guest what time it is. */
	async setClock(): Promise<void> {
		await this.request('CLOCK', { unixNs: this.#unixNs() });
	}

	#newNumber(): number {
		const id = this.#nextChannel;
		this.#nextChannel += 2;
		return id;
	}

	#ask<N extends RequestName>(name: N, body: RequestBody<N>): Promise<ReplyBody<N>> {
		const id = this.#nextRequest;
		this.#nextRequest = (id % 0xffffffff) + 1;
		return new Promise((resolve, reject) => {
			this.#send(encodeRequest(id, name, body));
			this.#pending.set(id, { name, resolve, reject });
		});
	}

	#unixNs(): bigint {
		return BigInt(Math.round(this.#options.clock.now() * 1000)) * 1000n;
	}

	#open(): void {
		this.#lose();
		this.#decoder = new FrameDecoder((channel, type, payload) => this.#frame(channel, type, payload));
		const opened = this.#decoder;
		this.#ask('HELLO', { version: PROTOCOL_VERSION, unixNs: this.#unixNs() }).then(
			(hello) => {
				if (this.#decoder !== opened) return;
				this.#connected = true;
				this.#tell((listener) => listener.connected?.(hello));
			},
			(error: unknown) => {
				if (this.#decoder === opened)
					this.#options.log('error', `the agent refused HELLO: ${messageOf(error)}`);
			},
		);
	}

	/** Ends whatever session there was. */
	#lose(): void {
		const was = this.#connected;
		this.#connected = false;
		this.#decoder = null;
		this.#outbox = [];
		this.#delayed = [];
		const pending = [...this.#pending.values()];
		this.#pending.clear();
		for (const { reject } of pending) reject(unavailable('the connection to the machine was lost'));
		const channels = [...this.#channels.values()];
		this.#channels.clear();
		for (const channel of channels) channel.lose();
		if (was) this.#tell((listener) => listener.lost?.());
	}

	#receive(bytes: Uint8Array): void {
		try {
			this.#decoder?.push(bytes);
		} catch (error) {
			this.#options.log('error', `the agent broke the protocol: ${messageOf(error)}`);
			this.#lose();
		}
	}

	#frame(id: number, type: number, payload: Uint8Array): void {
		if (id === 0) {
			if (type === FrameType.REPLY) this.#reply(payload);
			else if (type === FrameType.EVENT) this.#event(payload);
			return;
		}
		const channel = this.#channels.get(id);
		if (!channel) return;
		const numbered = type === FrameType.CREDIT || type === FrameType.CLOSE;
		channel.receive(type, payload, numbered ? numberOf(payload) : 0);
	}

	#reply(payload: Uint8Array): void {
		const reply = decodeReply(payload);
		const asked = this.#pending.get(reply.id);
		if (!asked) return;
		this.#pending.delete(reply.id);
		if (reply.errno !== 0) asked.reject(agentError(reply.errno, reply.message, asked.name));
		else asked.resolve(decodeReplyBody(asked.name, reply.body) as never);
	}

	#event(payload: Uint8Array): void {
		const event = decodeEvent(payload);
		if (!event) return;
		if (event.name === 'COMMAND') this.#addCommandChannels(event.body);
		else if (event.name === 'CONNECTION') this.#addChannel(event.body.channel, 'both');
		this.#tell((listener) => listener.event?.(event));
	}

	#addCommandChannels(command: EventBody<'COMMAND'>): void {
		this.#addChannel(command.stdin, 'read', { asleep: true });
		this.#addChannel(command.stdout, 'write');
		this.#addChannel(command.stderr, 'write');
	}

	#addChannel(id: number, direction: Direction, options: ChannelOptions = {}): Channel {
		if (this.#channels.has(id)) throw internal(`channel ${id} is opened twice`);
		const channel = new Channel(id, direction, this.#carrier, options);
		this.#channels.set(id, channel);
		return channel;
	}

	#tell(call: (listener: SessionListener) => void): void {
		for (const listener of [...this.#listeners]) {
			try {
				call(listener);
			} catch (error) {
				this.#options.log('error', `a listener of the session failed: ${messageOf(error)}`);
			}
		}
	}

	/** Frames of one turn leave together, in one message to the guest. */
	#send(frame: Uint8Array): void {
		if (this.#decoder === null) return;
		this.#outbox.push(frame);
		if (this.#flushing) return;
		this.#flushing = true;
		queueMicrotask(() => {
			this.#flushing = false;
			if (this.#outbox.length === 0) return;
			const frames = [...this.#delayed, ...this.#outbox];
			this.#delayed = [];
			this.#outbox = [];
			this.#options.port.send(concat(frames));
		});
	}
}
