import { FrameType, HEADER_LENGTH, seal } from './frame.ts';
import { events, fileChange, requests, type EventName, type GuestEvent } from './messages.ts';
import type { ReplyBody, RequestBody, RequestName } from './messages.ts';
import { Reader, Writer, str, type Carried, type Wire } from './scalars.ts';

/** A reply's envelope: the body is decoded by who knows what was asked. */
export interface Reply {
	id: number;
	errno: number;
	/** Empty unless `errno` is set. */
	message: string;
	body: Uint8Array;
}

/** A whole REQUEST frame. */
export function encodeRequest<N extends RequestName>(id: number, name: N, body: RequestBody<N>): Uint8Array {
	const out = new Writer(HEADER_LENGTH);
	out.u32(id);
	out.u16(requests[name].op);
	(requests[name].body as Wire<RequestBody<N>>).put(out, body);
	return seal(out.finish(), 0, FrameType.REQUEST);
}

/** The payload of a REQUEST frame: the agent's side, for tests and fakes. */
export function decodeRequest(payload: Uint8Array): {
	id: number;
	op: number;
	name: RequestName | null;
	body: unknown;
} {
	const from = new Reader(payload);
	const id = from.u32();
	const op = from.u16();
	const name = (Object.keys(requests) as RequestName[]).find((one) => requests[one].op === op) ?? null;
	if (name === null) return { id, op, name, body: null };
	const body: unknown = requests[name].body.take(from);
	from.end();
	return { id, op, name, body };
}

/** A whole REPLY frame of success. */
export function encodeReply<N extends RequestName>(id: number, name: N, body: ReplyBody<N>): Uint8Array {
	const out = new Writer(HEADER_LENGTH);
	out.u32(id);
	out.u32(0);
	(requests[name].reply as Wire<ReplyBody<N>>).put(out, body);
	return seal(out.finish(), 0, FrameType.REPLY);
}

/** A whole REPLY frame of failure. */
export function encodeFailure(id: number, errno: number, message: string): Uint8Array {
	const out = new Writer(HEADER_LENGTH);
	out.u32(id);
	out.u32(errno);
	str.put(out, message);
	return seal(out.finish(), 0, FrameType.REPLY);
}

/** The payload of a REPLY frame. */
export function decodeReply(payload: Uint8Array): Reply {
	const from = new Reader(payload);
	const id = from.u32();
	const errno = from.u32();
	if (errno === 0) return { id, errno, message: '', body: from.rest() };
	const message = str.take(from);
	from.end();
	return { id, errno, message, body: new Uint8Array(0) };
}

/** The body of a successful reply to request `name`. */
export function decodeReplyBody<N extends RequestName>(name: N, body: Uint8Array): ReplyBody<N> {
	const from = new Reader(body);
	const value = (requests[name].reply as Wire<ReplyBody<N>>).take(from);
	from.end();
	return value;
}

/** All that CHANGES sent on its channel. */
export function decodeChanges(bytes: Uint8Array): Carried<typeof fileChange>[] {
	const from = new Reader(bytes);
	const all: Carried<typeof fileChange>[] = [];
	while (!from.done) all.push(fileChange.take(from));
	return all;
}

const eventNames = new Map(
	(Object.keys(events) as EventName[]).map((name) => [events[name].kind as number, name]),
);

/** The payload of an EVENT frame; `null` for a kind this version does not know. */
export function decodeEvent(payload: Uint8Array): GuestEvent | null {
	const from = new Reader(payload);
	const name = eventNames.get(from.u16());
	if (name === undefined) return null;
	const body: unknown = events[name].body.take(from);
	from.end();
	return { name, body } as GuestEvent;
}

/** A whole EVENT frame. */
export function encodeEvent(event: GuestEvent): Uint8Array {
	const out = new Writer(HEADER_LENGTH);
	out.u16(events[event.name].kind);
	(events[event.name].body as Wire<unknown>).put(out, event.body);
	return seal(out.finish(), 0, FrameType.EVENT);
}
