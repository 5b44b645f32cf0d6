import {
	FrameDecoder,
	FrameType,
	decodeRequest,
	encodeEvent,
	encodeFailure,
	encodeFrame,
	encodeNumberFrame,
	encodeReply,
	numberOf,
	type GuestEvent,
	type ReplyBody,
	type RequestBody,
	type RequestName,
} from '../../src/guest/protocol/index.ts';
import type { ControlPort } from '../../src/guest/session/port.ts';
import { Session } from '../../src/guest/session/session.ts';

/** One frame as the fake agent received it. */
export interface Seen {
	channel: number;
	type: number;
	payload: Uint8Array;
}
/** One request as the fake agent received it. */
export interface Asked {
	id: number;
	name: RequestName;
	body: unknown;
}

/** An agent that does only what a test tells it to, at the other end of a control port. */
export class FakeAgent {
	readonly port: ControlPort;
	/** Frames on channels, in order. */
	readonly frames: Seen[] = [];
	readonly asked: Asked[] = [];
	/** How many messages the host has sent: frames sent together count once. */
	messages = 0;
	hello: ReplyBody<'HELLO'> = { version: 1, bootId: 'boot', shims: [] };
	/** Answers requests other than HELLO at once when set. */
	answer: ((asked: Asked) => unknown) | null = null;
	#write: (bytes: Uint8Array) => void = () => undefined;
	#open: () => void = () => undefined;
	#decoder = new FrameDecoder((channel, type, payload) => this.#receive(channel, type, payload.slice()));

	constructor() {
		this.port = {
			send: (bytes) => {
				this.messages++;
				this.#decoder.push(bytes);
			},
			onWrite: (listener) => (this.#write = listener),
			onOpen: (listener) => (this.#open = listener),
		};
	}

	/** Starts (again), as the guest's init would do it. */
	open(): void {
		this.#open();
	}

	raw(bytes: Uint8Array): void {
		this.#write(bytes);
	}

	event(event: GuestEvent): void {
		this.#write(encodeEvent(event));
	}
	reply<N extends RequestName>(id: number, name: N, body: ReplyBody<N>): void {
		this.#write(encodeReply(id, name, body));
	}
	fail(id: number, errno: number, message: string): void {
		this.#write(encodeFailure(id, errno, message));
	}
	data(channel: number, bytes: Uint8Array | string): void {
		this.#write(encodeFrame(channel, FrameType.DATA, Buffer.from(bytes as string)));
	}
	eof(channel: number): void {
		this.#write(encodeFrame(channel, FrameType.EOF));
	}
	close(channel: number, errno = 0): void {
		this.#write(encodeNumberFrame(channel, FrameType.CLOSE, errno));
	}
	credit(channel: number, count: number): void {
		this.#write(encodeNumberFrame(channel, FrameType.CREDIT, count));
	}

	/** What a request of this name asked for, the latest. */
	last<N extends RequestName>(name: N): { id: number; body: RequestBody<N> } {
		const found = this.asked.findLast((one) => one.name === name);
		if (!found) throw new Error(`${name} was not asked`);
		return found as { id: number; body: RequestBody<N> };
	}

	/** All bytes of DATA frames on a channel. */
	received(channel: number): Buffer {
		const frames = this.frames.filter((one) => one.channel === channel && one.type === FrameType.DATA);
		return Buffer.concat(frames.map((one) => one.payload));
	}

	/** Types of the frames on a channel, in order. */
	types(channel: number): number[] {
		return this.frames.filter((one) => one.channel === channel).map((one) => one.type);
	}

	/** The credit the host has given back on a channel. */
	credited(channel: number): number {
		const frames = this.frames.filter((one) => one.channel === channel && one.type === FrameType.CREDIT);
		return frames.reduce((sum, one) => sum + numberOf(one.payload), 0);
	}

	#receive(channel: number, type: number, payload: Uint8Array): void {
		if (channel !== 0) {
			this.frames.push({ channel, type, payload });
			return;
		}
		const { id, name, body } = decodeRequest(payload);
		if (name === null) throw new Error('the host sent a request nobody knows');
		this.asked.push({ id, name, body });
		const result = name === 'HELLO' ? this.hello : this.answer?.({ id, name, body });
		if (result !== undefined) this.#write(encodeReply(id, name, result as never));
	}
}

/** Lets everything that waits on microtasks or the next turn happen. */
export function settle(): Promise<void> {
	return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** A session with its agent, connected. */
export async function connected(): Promise<{ agent: FakeAgent; session: Session; logged: string[] }> {
	const agent = new FakeAgent();
	const logged: string[] = [];
	const session = new Session({
		port: agent.port,
		clock: { now: () => 1_764_201_600_123.5, sleep: () => new Promise(() => undefined) },
		log: (_level, message) => logged.push(message),
	});
	agent.open();
	await session.ready();
	return { agent, session, logged };
}
