import { describe, expect, it } from 'vitest';
import { webSocketAccept, webSocketStream } from '#api';
import { concat, duplexPair, readAll } from '#base';

const bytes = (text: string) => new TextEncoder().encode(text);
const MASK = [1, 2, 3, 4];

/** A client's frame, masked as clients must. */
function frame(opcode: number, payload: Uint8Array): Uint8Array {
	const { length } = payload;
	const size = length < 126 ? [length] : [126, length >> 8, length & 255];
	const [first = 0, ...more] = size;
	const masked = payload.map((byte, index) => byte ^ (MASK[index % 4] ?? 0));
	return concat([Uint8Array.from([0x80 | opcode, 0x80 | first, ...more, ...MASK]), masked]);
}

describe('a WebSocket', () => {
	it('answers the key of the standard as the standard says', async () => {
		expect(await webSocketAccept('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
	});

	it('is the bytes of its messages, however they are cut; a ping is answered', async () => {
		const [client, server] = duplexPair();
		const stream = webSocketStream(server);
		const long = new Uint8Array(300).fill(7);
		const sent = concat([
			frame(1, bytes('hel')),
			frame(9, bytes('?')),
			frame(2, bytes('lo')),
			frame(0, long),
		]);
		const writer = client.writable.getWriter();
		void (async () => {
			for (let at = 0; at < sent.length; at += 5) await writer.write(sent.slice(at, at + 5));
			await writer.write(frame(8, new Uint8Array()));
		})();
		const received = await readAll(stream.readable);
		expect(received).toEqual(concat([bytes('hello'), long]));
		const pong = await client.readable.getReader().read();
		expect([...(pong.value ?? [])]).toEqual([0x8a, 1, '?'.charCodeAt(0)]);
	});

	it('sends binary messages with the length that fits, and says goodbye', async () => {
		const [client, server] = duplexPair();
		const writer = webSocketStream(server).writable.getWriter();
		const all = readAll(client.readable);
		await writer.write(bytes('hi'));
		await writer.write(new Uint8Array(200));
		await writer.write(new Uint8Array(70_000));
		await writer.close();
		const out = await all;
		expect([...out.subarray(0, 4)]).toEqual([0x82, 2, 104, 105]);
		expect([...out.subarray(4, 8)]).toEqual([0x82, 126, 0, 200]);
		expect([...out.subarray(208, 218)]).toEqual([0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
		expect([...out.subarray(-2)]).toEqual([0x88, 0]);
	});

	it('ends where a frame is cut short', async () => {
		const [client, server] = duplexPair();
		const writer = client.writable.getWriter();
		void writer.write(frame(2, bytes('hello')).slice(0, 8)).then(() => writer.close());
		expect(await readAll(webSocketStream(server).readable)).toEqual(new Uint8Array());
	});
});
