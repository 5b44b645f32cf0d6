import { cancelled, messageOf, unavailable, type Duplex } from '#base';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http.ts';
import { bodyToTheEnd, readBody, type Body } from './body.ts';
import { encodeHead, parseResponseHead, type ResponseHead } from './head.ts';
import { ConnectionReader } from './reader.ts';
import { ConnectionWriter } from './writer.ts';

/**
 * HTTP/1.1 to a server that is reached by opening a byte stream, one for each request (RFC 9112).
 * Rejects with `unavailable` when the server cannot be reached or does not speak HTTP, with `cancelled` when the caller gave up.
 */
export function connectHttp(open: () => Promise<Duplex>): HttpHandler {
	return async (request) => {
		if (request.signal.aborted) throw cancelled('the request was cancelled');
		let connection: Duplex;
		try {
			connection = await open();
		} catch (error) {
			throw unavailable(messageOf(error), { cause: error });
		}
		return exchange(connection, request);
	};
}

async function exchange(connection: Duplex, request: HttpRequest): Promise<HttpResponse> {
	const reader = new ConnectionReader(connection.readable);
	const writer = new ConnectionWriter(connection.writable);
	const drop = () => {
		request.signal.removeEventListener('abort', drop);
		void writer.abort();
		void reader.cancel();
	};
	request.signal.addEventListener('abort', drop);
	try {
		await writer.write(requestHead(request));
		// A server may answer before it has read everything, so the body is sent beside.
		const sent = sendBody(writer, request);
		sent.catch(() => undefined);
		const head = await finalHead(reader);
		if (head.status === 101) return hijacked(head, reader, writer, sent);
		const response = await withBody(head, request, reader, drop);
		if (response.body === null) drop();
		return response;
	} catch (error) {
		drop();
		if (request.signal.aborted) throw cancelled('the request was cancelled', { cause: error });
		throw unavailable(messageOf(error), { cause: error });
	}
}

/** Header names as Go spells them: `content-type` → `Content-Type`. */
function spelt(name: string): string {
	return name.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
}

function requestHead({ method, path, query, headers, body }: HttpRequest): Uint8Array {
	const text = query.toString();
	const lines = [...headers].map(([name, value]): [string, string] => [spelt(name), value]);
	if (!headers.has('host')) lines.unshift(['Host', 'localhost']);
	if (body && !headers.has('content-length') && !headers.has('transfer-encoding'))
		lines.push(['Transfer-Encoding', 'chunked']);
	if (!headers.has('connection')) lines.push(['Connection', 'close']);
	return encodeHead(`${method} ${path}${text === '' ? '' : `?${text}`} HTTP/1.1`, lines);
}

async function sendBody(writer: ConnectionWriter, { body, headers }: HttpRequest): Promise<void> {
	if (!body) return;
	const counted = headers.has('content-length');
	const reader = body.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			await (counted ? writer.write(value) : writer.chunk(value));
		}
		if (!counted) await writer.lastChunk();
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/** The head of the answer, after those that only say that it is coming. */
async function finalHead(reader: ConnectionReader): Promise<ResponseHead> {
	for (;;) {
		const lines = await reader.head();
		if (!lines) throw unavailable('EOF');
		const head = parseResponseHead(lines);
		if (head.status >= 200 || head.status === 101) return head;
	}
}

/** The connection has left HTTP. Nothing is sent on it before the request's own body. */
function hijacked(
	{ status, headers }: ResponseHead,
	reader: ConnectionReader,
	writer: ConnectionWriter,
	sent: Promise<void>,
): HttpResponse {
	const writable = new WritableStream<Uint8Array>({
		write: async (bytes) => {
			await sent;
			await writer.write(bytes);
		},
		close: async () => {
			await sent;
			await writer.close();
		},
		abort: () => writer.abort(),
	});
	return { status, headers, body: null, hijacked: { readable: reader.rest(), writable } };
}

async function withBody(
	{ status, headers }: ResponseHead,
	request: HttpRequest,
	reader: ConnectionReader,
	drop: () => void,
): Promise<HttpResponse> {
	const names = new Map(headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]));
	const isBare = request.method === 'HEAD' || status === 204 || status === 304;
	let body: Body | null = isBare ? null : readBody(reader, names);
	const isDeclared = names.has('content-length') || names.has('transfer-encoding');
	if (!isBare && !isDeclared) body = bodyToTheEnd(reader);
	if (!body) return { status, headers, body: null };
	return { status, headers, body: streamOfBody(body, request.signal, drop) };
}

/** The body as the caller reads it; the connection is let go with its last byte, or when nobody reads on. */
function streamOfBody(body: Body, signal: AbortSignal, drop: () => void): ReadableStream<Uint8Array> {
	const reader = body.stream.getReader();
	return new ReadableStream<Uint8Array>(
		{
			pull: async (controller) => {
				try {
					const { done, value } = await reader.read();
					if (signal.aborted) throw cancelled('the request was cancelled');
					if (!done) {
						controller.enqueue(value);
						return;
					}
					drop();
					controller.close();
				} catch (error) {
					drop();
					controller.error(signal.aborted ? error : unavailable(messageOf(error), { cause: error }));
				}
			},
			cancel: drop,
		},
		{ highWaterMark: 0 },
	);
}
