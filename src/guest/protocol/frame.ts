import { Reader, Writer, malformed } from './scalars.ts';

export const HEADER_LENGTH = 12;
/** Longest payload of a frame. */
export const MAX_PAYLOAD = 262144;
/** Credit every channel starts with, in each direction. */
export const INITIAL_CREDIT = 262144;

export const FrameType = { DATA: 1, EOF: 2, CLOSE: 3, CREDIT: 4, REQUEST: 16, REPLY: 17, EVENT: 18 } as const;

/** `payload` is only valid until the callback it was given to returns. */
export type FrameSink = (channel: number, type: number, payload: Uint8Array) => void;

/** Writes a frame's header into the first twelve bytes of `frame`, whose payload is the rest. */
export function seal(frame: Uint8Array, channel: number, type: number): Uint8Array {
	const length = frame.length - HEADER_LENGTH;
	if (length > MAX_PAYLOAD) throw malformed(`is ${length} bytes long, more than a frame may carry`);
	const view = new DataView(frame.buffer, frame.byteOffset, HEADER_LENGTH);
	view.setUint32(0, length, true);
	view.setUint32(4, channel, true);
	view.setUint32(8, type, true);
	return frame;
}

/** A whole frame around a payload. */
export function encodeFrame(channel: number, type: number, payload?: Uint8Array): Uint8Array {
	const frame = new Uint8Array(HEADER_LENGTH + (payload?.length ?? 0));
	if (payload) frame.set(payload, HEADER_LENGTH);
	return seal(frame, channel, type);
}

/** A frame whose payload is one u32 (CREDIT, CLOSE). */
export function encodeNumberFrame(channel: number, type: number, value: number): Uint8Array {
	const out = new Writer(HEADER_LENGTH, HEADER_LENGTH + 4);
	out.u32(value);
	return seal(out.finish(), channel, type);
}

/** The one u32 of a CREDIT or CLOSE frame. */
export function numberOf(payload: Uint8Array): number {
	const reader = new Reader(payload);
	const value = reader.u32();
	reader.end();
	return value;
}

/** Cuts a byte stream, split or joined anywhere, into frames. After it has thrown it must not be used again. */
export class FrameDecoder {
	readonly #sink: FrameSink;
	/** The unfinished frame: its header and as much payload as has come. */
	#partial = new Uint8Array(4096);
	#have = 0;

	constructor(sink: FrameSink) {
		this.#sink = sink;
	}

	/** Takes the next bytes of the stream; calls the sink for each frame they complete. */
	push(bytes: Uint8Array): void {
		let at = 0;
		if (this.#have > 0) at = this.#complete(bytes);
		while (bytes.length - at >= HEADER_LENGTH) {
			const end = at + HEADER_LENGTH + payloadLength(bytes, at);
			if (end > bytes.length) break;
			this.#deliver(bytes, at, end);
			at = end;
		}
		if (at < bytes.length) this.#keep(bytes.subarray(at));
	}

	/** Fills up the unfinished frame; returns how many bytes that took. */
	#complete(bytes: Uint8Array): number {
		let at = 0;
		if (this.#have < HEADER_LENGTH) {
			at = Math.min(HEADER_LENGTH - this.#have, bytes.length);
			this.#keep(bytes.subarray(0, at));
			if (this.#have < HEADER_LENGTH) return at;
		}
		const total = HEADER_LENGTH + payloadLength(this.#partial, 0);
		const take = Math.min(total - this.#have, bytes.length - at);
		this.#keep(bytes.subarray(at, at + take));
		if (this.#have === total) {
			this.#have = 0;
			this.#deliver(this.#partial, 0, total);
		}
		return at + take;
	}

	#keep(bytes: Uint8Array): void {
		const need = this.#have + bytes.length;
		if (need > this.#partial.length) {
			const bigger = new Uint8Array(Math.max(need, this.#partial.length * 2));
			bigger.set(this.#partial.subarray(0, this.#have));
			this.#partial = bigger;
		}
		this.#partial.set(bytes, this.#have);
		this.#have = need;
	}

	#deliver(bytes: Uint8Array, at: number, end: number): void {
		const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_LENGTH);
		const type = view.getUint32(8, true);
		if (type > 255) throw malformed('has reserved header bytes that are not zero');
		this.#sink(view.getUint32(4, true), type, bytes.subarray(at + HEADER_LENGTH, end));
	}
}

function payloadLength(bytes: Uint8Array, at: number): number {
	const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
	if (length > MAX_PAYLOAD) throw malformed(`announces a payload of ${length} bytes`);
	return length;
}
