import { concat, messageOf, type Duplex, type Log } from '#base';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http.ts';
import { readBody } from './body.ts';
import { ConnectionReader } from './reader.ts';

export interface ServeOptions {
	/** Unix ms, for the Date header. */
	now: () => number;
	log: Log;
}

const REASONS: Record<number, string> = {
	101: 'UPGRADED',
	200: 'OK',
	201: 'Created',
	204: 'No Content',
	304: 'Not Modified',
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	406: 'Not Acceptable',
	409: 'Conflict',
	500: 'Internal Server Error',
	501: 'Not Implemented',
	503: 'Service Unavailable',
};

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

class ConnectionWriter {
	readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
	constructor(writable: WritableStream<Uint8Array>) {
		this.#writer = writable.getWriter();
	}
	async write(bytes: Uint8Array | string): Promise<void> {
		await this.#writer.write(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
	}
	async close(): Promise<void> {
		await this.#writer.close().catch(() => undefined);
	}
	async abort(): Promise<void> {
		await this.#writer.abort().catch(() => undefined);
	}
}

/** One request and its answer; false when the connection is done. */
async function serveOne(
	reader: ConnectionReader,
	writer: ConnectionWriter,
	handler: HttpHandler,
	options: ServeOptions,
): Promise<boolean> {
	const gone = new AbortController();
	let request: HttpRequest;
	let bodyEnded: Promise<void> = Promise.resolve();
	let keepAlive: boolean;
	try {
		const head = await reader.head();
		if (!head) return false;
		const parsed = parseHead(head);
		const body = readBody(reader, parsed.headers);
		if (body) bodyEnded = body.ended;
		keepAlive = parsed.keepAlive;
		request = { ...parsed.request, headers: parsed.headers, body: body?.stream ?? null, signal: gone.signal };
	} catch (error) {
		await writer.write(
			`HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request: ${messageOf(error)}`,
		);
		return false;
	}
	if (request.headers.get('expect')?.toLowerCase() === '100-continue')
		await writer.write('HTTP/1.1 100 Continue\r\n\r\n');
	if (!request.headers.has('upgrade')) watchForEnd(reader, bodyEnded, gone);
	const response = await handler(request);
	if (response.hijacked) {
		await bodyEnded;
		await takeOver(reader, writer, response, response.hijacked);
		return false;
	}
	await writeResponse(writer, request, response, options);
	// What the handler did not read of the request still stands between here and the next one.
	if (request.body && !request.body.locked) await request.body.cancel();
	await bodyEnded;
	return keepAlive;
}

/** A client that closes its side while it waits has gone away. */
function watchForEnd(reader: ConnectionReader, bodyEnded: Promise<void>, gone: AbortController): void {
	bodyEnded
		.then(() => reader.moreOrEnd())
		.then(
			(what) => what === 'end' && gone.abort(),
			() => gone.abort(),
		);
}

interface ParsedHead {
	request: Pick<HttpRequest, 'method' | 'path' | 'query'>;
	headers: Map<string, string>;
	keepAlive: boolean;
}

function parseHead(lines: string[]): ParsedHead {
	const [first = '', ...rest] = lines;
	const match = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(first);
	if (!match) throw new Error('malformed request line');
	const [, method = '', target = '', minor] = match;
	const headers = new Map<string, string>();
	for (const line of rest) {
		const colon = line.indexOf(':');
		if (colon <= 0 || /[\s]/.test(line.slice(0, colon))) throw new Error('malformed header');
		const name = line.slice(0, colon).toLowerCase();
		const value = line.slice(colon + 1).trim();
		const before = headers.get(name);
		headers.set(name, before === undefined ? value : `${before}, ${value}`);
	}
	const connection = headers.get('connection')?.toLowerCase() ?? '';
	const keepAlive = minor === '1' ? !connection.includes('close') : connection.includes('keep-alive');
	const origin = target.replace(/^https?:\/\/[^/]*/, '');
	const mark = origin.indexOf('?');
	const path = mark < 0 ? origin : origin.slice(0, mark);
	return {
		request: { method, path, query: new URLSearchParams(mark < 0 ? '' : origin.slice(mark + 1)) },
		headers,
		keepAlive,
	};
}

function statusLine(status: number): string {
	return `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown'}\r\n`;
}

function headerLines(headers: [string, string][]): string {
	// A header's value never breaks out of its line, whatever an engine object is called.
	return headers.map(([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`).join('');
}

async function takeOver(
	reader: ConnectionReader,
	writer: ConnectionWriter,
	response: HttpResponse,
	stream: Duplex,
): Promise<void> {
	await writer.write(`${statusLine(response.status)}${headerLines(response.headers)}\r\n`);
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

async function writeResponse(
	writer: ConnectionWriter,
	request: HttpRequest,
	response: HttpResponse,
	options: ServeOptions,
): Promise<void> {
	const { status, body } = response;
	const given = new Set(response.headers.map(([name]) => name.toLowerCase()));
	const headers: [string, string][] = [...response.headers];
	if (!given.has('date')) headers.push(['Date', new Date(options.now()).toUTCString()]);
	const bodiless = status === 204 || status === 304 || status < 200;
	const isStream = body instanceof ReadableStream;
	if (!bodiless && isStream) headers.push(['Transfer-Encoding', 'chunked']);
	else if (!bodiless && !given.has('content-length'))
		headers.push(['Content-Length', String((body as Uint8Array | null)?.length ?? 0)]);
	const head = new TextEncoder().encode(`${statusLine(status)}${headerLines(headers)}\r\n`);
	if (bodiless || request.method === 'HEAD') {
		await writer.write(head);
		if (isStream) await body.cancel();
		return;
	}
	if (!isStream) {
		await writer.write(concat([head, body ?? new Uint8Array()]));
		return;
	}
	await writer.write(head);
	await writeChunks(writer, body, request.signal);
}

async function writeChunks(
	writer: ConnectionWriter,
	body: ReadableStream<Uint8Array>,
	signal: AbortSignal,
): Promise<void> {
	const reader = body.getReader();
	const stop = () => void reader.cancel().catch(() => undefined);
	signal.addEventListener('abort', stop);
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			if (value.length === 0) continue;
			const size = new TextEncoder().encode(`${value.length.toString(16)}\r\n`);
			await writer.write(concat([size, value, new Uint8Array([13, 10])]));
		}
		await writer.write('0\r\n\r\n');
	} finally {
		signal.removeEventListener('abort', stop);
		await reader.cancel().catch(() => undefined);
	}
}
