import { concat, kindOf, messageOf, type Duplex, type Log } from '#base';
import type { HttpHandler, HttpResponse } from '../http.ts';
import { readBody, type Body } from './body.ts';
import { encodeHead, parseRequestHead, statusLine, type RequestHead } from './head.ts';
import { ConnectionReader, HeadTooLong } from './reader.ts';
import { ConnectionWriter } from './writer.ts';

export interface ServeOptions {
	/** Unix ms, for the Date header. */
	now: () => number;
	log: Log;
}

/** What Go's server still reads of a body that its handler left alone, before it gives the connection up. */
const MAX_SKIPPED = 256 << 10;
/** A longer answer is sent chunked, as Go's server does when no handler has said its length. */
const MAX_COUNTED = 2048;

/**
 * Serves HTTP/1.1 on one connection until either side ends it (RFC 9112). Heads and body pieces are sent as soon as they are there.
 * Never rejects: a broken connection is logged and closed.
 */
export async function serveHttp(
	connection: Duplex,
	handler: HttpHandler,
	options: ServeOptions,
): Promise<void> {
	const reader = new ConnectionReader(connection.readable);
	const writer = new ConnectionWriter(connection.writable);
	try {
		while (await serveOne(reader, writer, handler, options));
		await writer.close();
	} catch (error) {
		options.log('debug', `an API connection ended: ${messageOf(error)}`);
		await writer.abort();
	} finally {
		await reader.cancel();
	}
}

/** One request and its answer; false when the connection is done. */
async function serveOne(
	reader: ConnectionReader,
	writer: ConnectionWriter,
	handler: HttpHandler,
	options: ServeOptions,
): Promise<boolean> {
	let head: RequestHead;
	let body: Body | null;
	try {
		const lines = await reader.head();
		if (!lines) return false;
		head = parseRequestHead(lines);
		body = readBody(reader, head.headers);
	} catch (error) {
		await refuse(writer, error);
		return false;
	}
	if (head.headers.get('expect')?.toLowerCase() === '100-continue')
		await writer.write(encodeHead(statusLine(100), []));
	const gone = new AbortController();
	if (!head.headers.has('upgrade')) watchForEnd(reader, body, gone);
	const response = await handler({
		method: head.method,
		path: head.path,
		query: new URLSearchParams(head.query),
		headers: head.headers,
		body: body?.stream ?? null,
		signal: gone.signal,
	});
	if (response.hijacked) {
		if (body && !(await body.skip(MAX_SKIPPED))) return false;
		await takeOver(reader, writer, response, response.hijacked);
		return false;
	}
	const goesOn = await writeResponse(writer, head, response, gone.signal, options);
	// What the handler did not read of the request still stands between here and the next one.
	return goesOn && (!body || (await body.skip(MAX_SKIPPED)));
}

/** Go's answer to what is not HTTP. */
async function refuse(writer: ConnectionWriter, error: unknown): Promise<void> {
	const status = error instanceof HeadTooLong ? 431 : kindOf(error) === 'unsupported' ? 501 : 400;
	const line = statusLine(status);
	const reason = line.slice('HTTP/1.1 '.length);
	const text = status === 501 ? messageOf(error) : reason;
	const head = encodeHead(line, [
		['Content-Type', 'text/plain; charset=utf-8'],
		['Connection', 'close'],
	]);
	await writer.write(concat([head, new TextEncoder().encode(text)]));
}

/** A client that closes its side while it waits has gone away. */
function watchForEnd(reader: ConnectionReader, body: Body | null, gone: AbortController): void {
	const bodyEnded = body?.ended ?? Promise.resolve();
	bodyEnded
		.then(() => reader.moreOrEnd())
		.then(
			(what) => what === 'end' && gone.abort(),
			() => gone.abort(),
		);
}

async function takeOver(
	reader: ConnectionReader,
	writer: ConnectionWriter,
	response: HttpResponse,
	stream: Duplex,
): Promise<void> {
	await writer.write(encodeHead(statusLine(response.status), response.headers));
	const input = reader
		.rest()
		.pipeTo(stream.writable)
		// The process no longer reads: its output decides when the connection ends.
		.catch(() => undefined);
	const output = stream.readable.getReader();
	try {
		for (;;) {
			const { done, value } = await output.read();
			if (done) break;
			await writer.write(value);
		}
	} finally {
		await output.cancel().catch(() => undefined);
		await reader.cancel();
		await input;
	}
}

/** How an answer's body travels. */
type Framing = 'none' | 'counted' | 'chunked' | 'to the end';

function framingOf(head: RequestHead, { status, headers, body }: HttpResponse): Framing {
	if (status === 204 || status === 304 || status < 200) return 'none';
	if (body === null || headers.some(([name]) => name.toLowerCase() === 'content-length')) return 'counted';
	if (body instanceof Uint8Array && body.length <= MAX_COUNTED) return 'counted';
	return head.minor === 1 ? 'chunked' : 'to the end';
}

/** Sends an answer; false when the connection cannot be used again. */
async function writeResponse(
	writer: ConnectionWriter,
	head: RequestHead,
	response: HttpResponse,
	signal: AbortSignal,
	options: ServeOptions,
): Promise<boolean> {
	const { status, body } = response;
	const framing = framingOf(head, response);
	const keepAlive = head.keepAlive && framing !== 'to the end';
	const headers: [string, string][] = [...response.headers];
	const has = (name: string) => headers.some(([given]) => given.toLowerCase() === name);
	if (!has('date')) headers.push(['Date', new Date(options.now()).toUTCString()]);
	const isEmptyHead = head.method === 'HEAD' && body === null;
	if (framing === 'counted' && !has('content-length') && !isEmptyHead)
		headers.push(['Content-Length', String((body as Uint8Array | null)?.length ?? 0)]);
	if (!keepAlive && head.minor === 1) headers.push(['Connection', 'close']);
	if (framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked']);
	const bytes = encodeHead(statusLine(status), headers);
	if (framing === 'none' || head.method === 'HEAD' || body === null) {
		await writer.write(bytes);
		if (body instanceof ReadableStream) await body.cancel();
		return keepAlive;
	}
	if (body instanceof Uint8Array && framing !== 'chunked') {
		await writer.write(concat([bytes, body]));
		return keepAlive;
	}
	await writer.write(bytes);
	await (body instanceof Uint8Array
		? writer.chunk(body)
		: writeStream(body, signal, (piece) =>
				framing === 'chunked' ? writer.chunk(piece) : writer.write(piece),
			));
	if (framing === 'chunked') await writer.lastChunk();
	return keepAlive;
}

/** Sends each piece as it comes, until the stream ends or the client has gone. */
async function writeStream(
	body: ReadableStream<Uint8Array>,
	signal: AbortSignal,
	write: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
	const reader = body.getReader();
	const stop = () => void reader.cancel().catch(() => undefined);
	signal.addEventListener('abort', stop);
	if (signal.aborted) stop();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			await write(value);
		}
	} finally {
		signal.removeEventListener('abort', stop);
		await reader.cancel().catch(() => undefined);
	}
}
