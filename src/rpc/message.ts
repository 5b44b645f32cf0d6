import { kindOf, messageOf, SandboxError, type ErrorKind } from '#base';

/** A stream as it stands in a call's arguments or result: the bytes follow in messages of their own. */
export interface StreamRef {
	stream: number;
}

/** Both directions of a `Duplex`, named from the side that offers it. */
export interface DuplexRef {
	readable: StreamRef;
	writable: StreamRef;
}

export interface WireError {
	kind: ErrorKind;
	message: string;
	detail: unknown;
}

/** Everything that travels between two peers. Stream numbers are even for one side's streams and odd for the other's. */
export type Message =
	| { type: 'call'; id: number; method: string; args: unknown; streams: number[] }
	| { type: 'event'; id: number; value: unknown }
	| { type: 'result'; id: number; value: unknown; streams: number[] }
	| { type: 'error'; id: number; error: WireError }
	| { type: 'cancel'; id: number }
	| { type: 'data'; stream: number; bytes: Uint8Array }
	| { type: 'end'; stream: number; error: WireError | null }
	| { type: 'credit'; stream: number; bytes: number }
	| { type: 'stop'; stream: number };

/** An error as plain data; whatever was thrown, its kind, message and detail survive. */
export function toWire(error: unknown): WireError {
	const detail = error instanceof SandboxError ? error.detail : undefined;
	return { kind: kindOf(error), message: messageOf(error), detail: asPlainData(detail) };
}

export function fromWire(error: WireError): SandboxError {
	return new SandboxError(error.kind, error.message, { detail: error.detail });
}

/** A detail that cannot be copied between threads would take the error itself down with it. */
function asPlainData(detail: unknown): unknown {
	return detail === undefined ? undefined : (JSON.parse(JSON.stringify(detail) ?? 'null') as unknown);
}
