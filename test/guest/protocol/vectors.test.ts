import { describe, expect, it } from 'vitest';
import {
	FrameDecoder,
	decodeEvent,
	decodeReply,
	decodeReplyBody,
	decodeRequest,
	encodeEvent,
	encodeFailure,
	encodeFrame,
	encodeReply,
	encodeRequest,
	type GuestEvent,
	type RequestName,
} from '../../../src/guest/protocol/index.ts';
import frameVectors from '../../vectors/frames.json' with { type: 'json' };
import messageVectors from '../../vectors/messages.json' with { type: 'json' };

interface MessageVector {
	name: string;
	message: string | null;
	type: number;
	id?: number;
	op?: number;
	errno?: number;
	kind?: number;
	hex: string;
	fields: Record<string, unknown>;
}
interface FrameVector {
	name: string;
	hex: string;
	fields: { channel: number; type: number; payload: string }[];
	error?: boolean;
}

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const U64 = new Set(['unixNs', 'exitedNs', 'caps', 'soft', 'hard', 'size', 'mtimeNs', 'offset']);
const BYTES = new Set(['content', 'seccomp', 'deviceFilter', 'mac']);

/** From the vectors' JSON to what the codec takes. */
function thaw(value: unknown, key = ''): unknown {
	if (Array.isArray(value)) return value.map((one) => thaw(one));
	if (typeof value === 'string' && U64.has(key)) return BigInt(value);
	if (typeof value === 'string' && BYTES.has(key)) return bytesOf(value);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, thaw(field, name)]));
}

function encode(vector: MessageVector, fields: unknown): Uint8Array {
	const id = vector.id ?? 0;
	if (vector.type === 16) return encodeRequest(id, vector.message as RequestName, fields as never);
	if (vector.type === 18) return encodeEvent({ name: vector.message, body: fields } as GuestEvent);
	if (vector.errno === 0) return encodeReply(id, vector.message as RequestName, fields as never);
	return encodeFailure(id, vector.errno ?? 0, String(vector.fields['message']));
}

function decode(vector: MessageVector): unknown {
	const payload = bytesOf(vector.hex);
	if (vector.type === 16) {
		const request = decodeRequest(payload);
		expect(request).toMatchObject({ id: vector.id, op: vector.op, name: vector.message });
		return request.body;
	}
	if (vector.type === 18) return decodeEvent(payload)?.body;
	const reply = decodeReply(payload);
	expect(reply).toMatchObject({ id: vector.id, errno: vector.errno });
	if (reply.errno !== 0) return { message: reply.message };
	return decodeReplyBody(vector.message as RequestName, reply.body);
}

describe('message vectors', () => {
	it.each(messageVectors as unknown as MessageVector[])('$name', (vector) => {
		const fields = thaw(vector.fields);
		expect(hexOf(encode(vector, fields).subarray(12))).toBe(vector.hex);
		expect(decode(vector)).toEqual(fields);
	});

	it.each(messageVectors as unknown as MessageVector[])('$name, cut short anywhere, is refused', (vector) => {
		const header = vector.type === 16 ? 6 : vector.type === 17 ? 8 : 2;
		for (let length = 0; length < vector.hex.length / 2; length++) {
			const cut = { ...vector, hex: vector.hex.slice(0, length * 2) };
			if (length < header || vector.hex.length / 2 > header) expect(() => decode(cut)).toThrow();
		}
	});
});

describe('frame vectors', () => {
	it.each(frameVectors as FrameVector[])('$name, in pieces of any size', (vector) => {
		const bytes = bytesOf(vector.hex);
		for (let piece = 1; piece <= bytes.length; piece++) {
			const seen: FrameVector['fields'] = [];
			const decoder = new FrameDecoder((channel, type, payload) =>
				seen.push({ channel, type, payload: hexOf(payload) }),
			);
			const feed = () => {
				for (let at = 0; at < bytes.length; at += piece) decoder.push(bytes.subarray(at, at + piece));
			};
			if (vector.error) expect(feed).toThrow();
			else feed();
			expect(seen).toEqual(vector.fields);
		}
	});

	it('what is encoded is what is in the vector', () => {
		for (const vector of (frameVectors as FrameVector[]).filter(
			(one) => !one.error && !/unfinished/.test(one.name),
		)) {
			const encoded = vector.fields.map((one) =>
				hexOf(encodeFrame(one.channel, one.type, bytesOf(one.payload))),
			);
			expect(encoded.join('')).toBe(vector.hex);
		}
	});

	it('carries the longest payload through pieces smaller than it', () => {
		const payload = new Uint8Array(262144).map((_, i) => i * 7);
		const frame = encodeFrame(3, 1, payload);
		const seen: Uint8Array[] = [];
		const decoder = new FrameDecoder((_channel, _type, data) => seen.push(data.slice()));
		for (let at = 0; at < frame.length; at += 100_001) decoder.push(frame.subarray(at, at + 100_001));
		expect(seen).toHaveLength(1);
		expect(Buffer.compare(seen[0] as Uint8Array, payload)).toBe(0);
		expect(() => encodeFrame(3, 1, new Uint8Array(262145))).toThrow();
	});
});

describe('bodies from elsewhere', () => {
	const reply = (hex: string) => () => decodeReplyBody('PROCESSES', bytesOf(hex));
	it('refuses counts and lengths beyond the message', () => {
		expect(reply('ffffffff01000000')).toThrow(/too early/);
		expect(() => decodeReplyBody('READ', bytesOf('ffffffff00'))).toThrow(/too early/);
	});
	it('refuses left-over bytes, odd bools and NULs in strings', () => {
		expect(reply('0000000000')).toThrow(/left over/);
		expect(() => decodeReplyBody('READ', bytesOf('0000000002'))).toThrow(/bool/);
		expect(() => decodeReplyBody('HELLO', bytesOf('0100' + '0100000000' + '00000000'))).toThrow(/NUL/);
		expect(() => encodeRequest(1, 'REMOVE', { id: 'a\0b' })).toThrow(/NUL/);
	});
	it('does not know every event', () => {
		expect(decodeEvent(bytesOf('e703' + '00'))).toBeNull();
	});
});
