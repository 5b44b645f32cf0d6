import type { Duplex } from '#base';

/** One HTTP request as every implementation of the Engine API sees it, free of any platform's classes. */
export interface HttpRequest {
	/** Upper case. */
	method: string;
	/** The request target's path, still percent-encoded, with its `/v1.NN` prefix if the client sent one. */
	path: string;
	/** Decoded query, repeated keys kept in order. */
	query: URLSearchParams;
	/** Names in lower case. */
	headers: Map<string, string>;
	body: ReadableStream<Uint8Array> | null;
	/** Aborted when the client goes away. */
	signal: AbortSignal;
}

/** One HTTP response. Header names are spelt as they go on the wire, in wire order. */
export interface HttpResponse {
	status: number;
	headers: [name: string, value: string][];
	/** A stream is sent chunked, each chunk flushed at once; `null` is no body. */
	body: Uint8Array | ReadableStream<Uint8Array> | null;
	/**
	 * Set when the connection leaves HTTP (attach, exec): status is 101, or 200 for clients that sent no `Upgrade`.
	 * This is the engine's end as the client sees it: read what the engine sends, write what the client sends.
	 * Closing `writable` half-closes the client's side.
	 */
	hijacked?: Duplex;
}

/** The narrow waist: whatever answers HTTP is one function. Never rejects for an HTTP error; rejects when the peer died. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;
