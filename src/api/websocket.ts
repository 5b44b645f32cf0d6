import { concat, type Duplex } from '#base';

/** RFC 6455: what the server's answer to a key is made with. */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const LONGEST_FRAME = 16 * 1024 * 1024;

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** `Sec-WebSocket-Accept` for a client's key. */
export async function webSocketAccept(key: string): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + MAGIC));
	return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/** The server's end of a WebSocket as plain bytes: what the client's messages hold, and binary messages of what is written. */
export function webSocketStream({ readable, writable }: Duplex): Duplex {
	const writer = writable.getWriter();
	const send = (opcode: number, payload: Uint8Array) => writer.write(encodeFrame(opcode, payload));
	const messages = new FrameReader(readable);
	return {
		readable: new ReadableStream<Uint8Array>(
			{
				async pull(controller) {
					for (;;) {
						const frame = await messages.next();
						if (!frame || frame.opcode === OPCODE.close) return controller.close();
						if (frame.opcode === OPCODE.ping) await send(OPCODE.pong, frame.payload);
						if (frame.opcode > OPCODE.binary || frame.payload.length === 0) continue;
						return controller.enqueue(frame.payload);
					}
				},
				cancel: () => messages.cancel(),
			},
			{ highWaterMark: 0 },
		),
		writable: new WritableStream<Uint8Array>({
			write: (bytes) => send(OPCODE.binary, bytes),
			async close() {
				await send(OPCODE.close, new Uint8Array());
				await writer.close();
			},
			abort: (reason) => writer.abort(reason),
		}),
	};
}

interface Frame {
	opcode: number;
	payload: Uint8Array;
}

function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
	const { length } = payload;
	const head = new Uint8Array(length < 126 ? 2 : length < 65_536 ? 4 : 10);
	const view = new DataView(head.buffer);
	view.setUint8(0, 0x80 | opcode);
	view.setUint8(1, length < 126 ? length : length < 65_536 ? 126 : 127);
	if (head.length === 4) view.setUint16(2, length);
	else if (head.length === 10) view.setBigUint64(2, BigInt(length));
	return concat([head, payload]);
}

/** A client's frames, one after another, unmasked. */
class FrameReader {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	#buffer: Uint8Array = new Uint8Array();

	constructor(readable: ReadableStream<Uint8Array>) {
		this.#reader = readable.getReader();
	}

	/** Null at the end, and where a frame is cut short or too long. */
	async next(): Promise<Frame | null> {
		const head = await this.#take(2);
		if (!head) return null;
		const [first = 0, second = 0] = head;
		const length = await this.#length(second & 0x7f);
		const key = second & 0x80 ? await this.#take(4) : new Uint8Array(4);
		const payload = length === null || !key ? null : await this.#take(length);
		if (!payload || !key) return null;
		return { opcode: first & 0x0f, payload: payload.map((byte, index) => byte ^ (key[index % 4] ?? 0)) };
	}

	cancel(): Promise<void> {
		return this.#reader.cancel();
	}

	async #length(short: number): Promise<number | null> {
		if (short < 126) return short;
		const bytes = await this.#take(short === 126 ? 2 : 8);
		const length = bytes ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : LONGEST_FRAME + 1;
		return length > LONGEST_FRAME ? null : length;
	}

	async #take(length: number): Promise<Uint8Array | null> {
		while (this.#buffer.length < length) {
			const { done, value } = await this.#reader.read();
			if (done) return null;
			this.#buffer = concat([this.#buffer, value]);
		}
		const taken = this.#buffer.slice(0, length);
		this.#buffer = this.#buffer.slice(length);
		return taken;
	}
}
