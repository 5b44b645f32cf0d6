import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectHttp, serveHttp, type HttpHandler, type HttpRequest } from '#api';
import { duplexPair, readAll, streamOf } from '#base';
import { bytes, openUnix } from './served.ts';

function request(method: string, target: string, rest: Partial<HttpRequest> = {}): HttpRequest {
	const [path = '', query = ''] = target.split('?');
	return {
		method,
		path,
		query: new URLSearchParams(query),
		headers: new Map([['host', 'api.moby.localhost']]),
		body: null,
		signal: new AbortController().signal,
		...rest,
	};
}

async function text(body: Uint8Array | ReadableStream<Uint8Array> | null): Promise<string> {
	if (body === null) return '';
	return new TextDecoder().decode(body instanceof Uint8Array ? body : await readAll(body));
}

describe('against a server of Node', () => {
	let folder: string;
	let server: Server;
	let http: HttpHandler;
	let listener: (request: IncomingMessage, response: ServerResponse) => void;

	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'drydock-http-'));
		const socket = path.join(folder, 's.sock');
		server = createServer((incoming, response) => listener(incoming, response));
		await new Promise<void>((resolve) => server.listen(socket, resolve));
		http = connectHttp(() => openUnix(socket));
	});
	afterEach(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		await rm(folder, { recursive: true, force: true });
	});

	it('sends head and body, and gives status, headers and body', async () => {
		listener = (incoming, response) => {
			incoming.setEncoding('utf8').on('data', (chunk: string) => {
				const { method, url, rawHeaders } = incoming;
				response.writeHead(201, { 'X-Case': 'Kept' }).end(JSON.stringify({ method, url, rawHeaders, chunk }));
			});
		};
		const headers = new Map([
			['host', 'api.moby.localhost'],
			['content-type', 'application/json'],
			['content-length', '2'],
		]);
		const response = await http(
			request('POST', '/v1.51/a/b?x=%2F&x=2', { headers, body: streamOf(bytes('{}')) }),
		);
		expect(response.status).toBe(201);
		expect(response.headers).toContainEqual(['X-Case', 'Kept']);
		expect(JSON.parse(await text(response.body))).toEqual({
			method: 'POST',
			url: '/v1.51/a/b?x=%2F&x=2',
			rawHeaders: [
				...['Host', 'api.moby.localhost', 'Content-Type', 'application/json'],
				...['Content-Length', '2', 'Connection', 'close'],
			],
			chunk: '{}',
		});
	});

	it('sends a body of unknown length in chunks', async () => {
		listener = (incoming, response) => {
			void incoming.toArray().then((chunks: Buffer[]) => {
				const sent = Buffer.concat(chunks).toString();
				response.end(`${incoming.headers['transfer-encoding']} ${sent}`);
			});
		};
		const body = streamOf(bytes('one '), new Uint8Array(), bytes('two'));
		const response = await http(request('POST', '/', { body }));
		expect(await text(response.body)).toBe('chunked one two');
	});

	it('gives a long answer as it comes', async () => {
		let next: () => void = () => undefined;
		listener = (_incoming, response) => {
			response.write('one\n');
			next = () => response.end('two\n');
		};
		const { body } = await http(request('GET', '/events'));
		const reader = (body as ReadableStream<Uint8Array>).getReader();
		expect(new TextDecoder().decode((await reader.read()).value)).toBe('one\n');
		next();
		expect(new TextDecoder().decode((await reader.read()).value)).toBe('two\n');
		expect((await reader.read()).done).toBe(true);
	});

	it.each(['HEAD 200', 'GET 204', 'GET 304'])('%s has no body', async (what) => {
		const [method = '', status] = what.split(' ');
		listener = (_incoming, response) => response.writeHead(Number(status)).end();
		const response = await http(request(method, '/'));
		expect([response.status, response.body]).toEqual([Number(status), null]);
	});

	it('lets the connection go when the caller stops reading or gives up', async () => {
		const gone: Promise<void>[] = [];
		listener = (incoming, response) => {
			gone.push(new Promise((resolve) => incoming.socket.on('close', () => resolve())));
			response.write('endless');
		};
		const first = await http(request('GET', '/'));
		await (first.body as ReadableStream).cancel();
		const stop = new AbortController();
		const second = await http(request('GET', '/', { signal: stop.signal }));
		const rest = text(second.body);
		stop.abort();
		await expect(rest).rejects.toMatchObject({ kind: 'cancelled' });
		await Promise.all(gone);
	});

	it('rejects a body that is cut short', async () => {
		listener = (incoming, response) => {
			response.writeHead(200, { 'Content-Length': '10' });
			response.write('half', () => incoming.socket.destroy());
		};
		const response = await http(request('GET', '/'));
		await expect(text(response.body)).rejects.toMatchObject({
			kind: 'unavailable',
			message: 'unexpected EOF',
		});
	});
});

describe('against our own server', () => {
	/** A client whose connections end in `handler`. */
	function client(handler: HttpHandler): HttpHandler {
		return connectHttp(async () => {
			const [near, far] = duplexPair();
			void serveHttp(far, handler, { now: () => 0, log: () => undefined });
			return near;
		});
	}

	it('takes a connection over, each direction closed by itself', async () => {
		const [engine, theirs] = duplexPair();
		const http = client(async (incoming) => {
			expect(await text(incoming.body)).toBe('{}');
			return { status: 101, headers: [['Upgrade', 'tcp']], body: null, hijacked: theirs };
		});
		const headers = new Map([
			['upgrade', 'tcp'],
			['connection', 'Upgrade'],
			['content-length', '2'],
		]);
		const response = await http(request('POST', '/exec/x/start', { headers, body: streamOf(bytes('{}')) }));
		expect([response.status, response.headers]).toEqual([101, [['Upgrade', 'tcp']]]);
		const stream = response.hijacked;
		if (!stream) throw new Error('not taken over');
		const typing = stream.writable.getWriter();
		await typing.write(bytes('typed'));
		await typing.close();
		expect(await text(engine.readable)).toBe('typed');
		const output = engine.writable.getWriter();
		await output.write(bytes('printed'));
		await output.close();
		expect(await text(stream.readable)).toBe('printed');
	});

	it('tells the server that the caller has gone', async () => {
		const aborted = new Promise<void>((resolve) => {
			const http = client(async (incoming) => {
				incoming.signal.addEventListener('abort', () => resolve());
				return { status: 200, headers: [], body: new ReadableStream() };
			});
			const stop = new AbortController();
			void http(request('GET', '/events', { signal: stop.signal })).then(() => stop.abort());
		});
		await aborted;
	});
});

describe('a server that cannot be spoken to', () => {
	const answering = (answer: string) =>
		connectHttp(async () => ({ readable: streamOf(bytes(answer)), writable: new WritableStream() }));

	it.each([
		['does not answer', answering(''), 'EOF'],
		['does not speak HTTP', answering('SSH-2.0\r\n\r\n'), 'malformed HTTP response "SSH-2.0"'],
		['is not there', connectHttp(() => Promise.reject(new Error('no such file'))), 'no such file'],
	])('%s', async (_what, http, message) => {
		await expect(http(request('GET', '/'))).rejects.toMatchObject({ kind: 'unavailable', message });
	});

	it('passes over answers that only say that one is coming', async () => {
		const http = answering('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end');
		expect(await text((await http(request('GET', '/'))).body)).toBe('to the end');
	});

	it('is not asked by a caller who has given up', async () => {
		const http = connectHttp(() => Promise.reject(new Error('asked')));
		await expect(http(request('GET', '/', { signal: AbortSignal.abort() }))).rejects.toMatchObject({
			kind: 'cancelled',
		});
	});
});
