import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpHandler, HttpRequest, HttpResponse } from '#api';
import { duplexPair, readAll, type Duplex } from '#base';
import { bytes, serve, Wire, type Served } from './served.ts';

const DATE = 'Date: Fri, 30 May 2025 12:00:00 GMT\r\n';

let answer: HttpHandler;
let seen: HttpRequest[];
let served: Served;

beforeEach(async () => {
	seen = [];
	answer = async (request) => ok(request.path);
	served = await serve((request) => {
		seen.push(request);
		return answer(request);
	});
});
afterEach(() => served.close());

function ok(text: string): HttpResponse {
	return { status: 200, headers: [['Content-Type', 'text/plain']], body: bytes(text) };
}

/** Sends text, half-closes, and gives everything that came back. */
async function ask(text: string): Promise<string> {
	const wire = await Wire.open(served.socket);
	wire.send(text);
	wire.halfClose();
	return wire.until();
}

const echo: HttpHandler = async (request) => ({
	status: 200,
	headers: [],
	body: request.body ? await readAll(request.body) : null,
});

describe('an answer', () => {
	it('has its headers as given, then Date and length', async () => {
		expect(await ask('GET /a HTTP/1.1\r\nHost: x\r\n\r\n')).toBe(
			`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${DATE}Content-Length: 2\r\n\r\n/a`,
		);
	});

	it.each([
		['GET', { status: 204, headers: [], body: null }, `HTTP/1.1 204 No Content\r\n${DATE}\r\n`],
		['GET', { status: 304, headers: [], body: null }, `HTTP/1.1 304 Not Modified\r\n${DATE}\r\n`],
		[
			'GET',
			{ status: 201, headers: [], body: null },
			`HTTP/1.1 201 Created\r\n${DATE}Content-Length: 0\r\n\r\n`,
		],
		[
			'HEAD',
			{ status: 200, headers: [['Content-Length', '0']], body: null },
			`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${DATE}\r\n`,
		],
		[
			'HEAD',
			{ status: 404, headers: [], body: bytes('{"message":"x"}\n') },
			`HTTP/1.1 404 Not Found\r\n${DATE}Content-Length: 16\r\n\r\n`,
		],
		[
			'GET',
			{ status: 299, headers: [], body: null },
			`HTTP/1.1 299 status code 299\r\n${DATE}Content-Length: 0\r\n\r\n`,
		],
		[
			'GET',
			{ status: 200, headers: [['X-Name', 'a\r\nSet-Cookie: b']], body: null },
			`HTTP/1.1 200 OK\r\nX-Name: a Set-Cookie: b\r\n${DATE}Content-Length: 0\r\n\r\n`,
		],
	] as [string, HttpResponse, string][])('%s %o', async (method, response, wanted) => {
		answer = async () => response;
		expect(await ask(`${method} / HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe(wanted);
	});

	it('is chunked when it is long, as Go does', async () => {
		answer = async () => ok('x'.repeat(3000));
		const text = await ask('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
		expect(text).toContain('Transfer-Encoding: chunked\r\n\r\nbb8\r\nxxx');
		expect(text).toMatch(/xxx\r\n0\r\n\r\n$/);
	});

	it('ends with its connection for HTTP/1.0', async () => {
		answer = async () => ok('x'.repeat(3000));
		const wire = await Wire.open(served.socket);
		wire.send('GET / HTTP/1.0\r\n\r\n');
		expect(await wire.until()).toMatch(
			/^HTTP\/1.1 200 OK\r\nContent-Type: text\/plain\r\nDate: [^\r]+\r\n\r\nx{3000}$/,
		);
	});
});

describe('a stream', () => {
	it('is sent piece by piece, its head first', async () => {
		const feed: { push?: ReadableStreamDefaultController<Uint8Array> } = {};
		const body = new ReadableStream<Uint8Array>({
			start: (controller) => {
				feed.push = controller;
			},
		});
		answer = async () => ({ status: 200, headers: [], body });
		const wire = await Wire.open(served.socket);
		wire.send('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
		expect(await wire.until('\r\n\r\n')).toBe(`HTTP/1.1 200 OK\r\n${DATE}Transfer-Encoding: chunked\r\n\r\n`);
		feed.push?.enqueue(bytes('one\n'));
		await wire.until('4\r\none\n\r\n');
		feed.push?.enqueue(bytes('two\n'));
		await wire.until('4\r\ntwo\n\r\n');
		feed.push?.close();
		await wire.until('0\r\n\r\n');
		answer = async () => ok('/again');
		wire.send('GET /again HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
		expect(await wire.until()).toMatch(/Content-Length: 6\r\nConnection: close\r\n\r\n\/again$/);
	});

	it('is cancelled, and the request aborted, when the client goes away', async () => {
		let cancelled: () => void = () => undefined;
		const stopped = new Promise<void>((resolve) => {
			cancelled = resolve;
		});
		answer = async () => ({
			status: 200,
			headers: [],
			body: new ReadableStream({ cancel: () => cancelled() }),
		});
		const wire = await Wire.open(served.socket);
		wire.send('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
		await wire.until('\r\n\r\n');
		wire.destroy();
		await stopped;
		expect(seen[0]?.signal.aborted).toBe(true);
	});

	it('that fails ends the connection before the last chunk', async () => {
		answer = async () => ({
			status: 200,
			headers: [],
			body: new ReadableStream({ pull: (controller) => controller.error(new Error('lost')) }),
		});
		const wire = await Wire.open(served.socket);
		wire.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
		await expect(wire.until('0\r\n\r\n')).rejects.toThrow();
	});
});

describe('a request', () => {
	it('is told with its path as sent, its query decoded, its header names in lower case', async () => {
		await ask(
			'GET /v1.51/images/a%2Fb/json?x=1&x=2&y=%7B%7D HTTP/1.1\r\nHost: \r\nX-Two:  a \r\nx-two: b\r\n\r\n',
		);
		const [request] = seen;
		expect(request).toMatchObject({ method: 'GET', path: '/v1.51/images/a%2Fb/json', body: null });
		expect([...(request?.query ?? [])]).toEqual([
			['x', '1'],
			['x', '2'],
			['y', '{}'],
		]);
		expect([...(request?.headers ?? [])]).toEqual([
			['host', ''],
			['x-two', 'a, b'],
		]);
	});

	it.each([
		['counted', 'Content-Length: 5\r\n\r\nhello'],
		['chunked', 'Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n'],
	])('has a %s body', async (_how, rest) => {
		answer = echo;
		const next = 'GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
		expect(await ask(`POST / HTTP/1.1\r\nHost: x\r\n${rest}${next}`)).toMatch(
			/Content-Length: 5\r\n\r\nhelloHTTP\/1.1 200 OK\r\n[^]*Content-Length: 0\r\n/,
		);
		expect(seen.map(({ path }) => path)).toEqual(['/', '/next']);
	});

	it('cut anywhere is the same request', async () => {
		answer = echo;
		const text =
			'POST /x?y=z HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n';
		for (let at = 1; at < text.length; at++) {
			const wire = await Wire.open(served.socket);
			wire.send(text.slice(0, at));
			await new Promise((resolve) => setImmediate(resolve));
			wire.send(text.slice(at));
			await wire.until('\r\n\r\nhello');
			wire.destroy();
		}
	});

	it('may be pipelined: answers come in order', async () => {
		const three = ['a', 'b', 'c'].map((name) => `GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`).join('');
		expect((await ask(three)).match(/\/[abc]/g)).toEqual(['/a', '/b', '/c']);
	});

	it('that waits for 100 Continue gets it', async () => {
		answer = echo;
		const wire = await Wire.open(served.socket);
		wire.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
		expect(await wire.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
		wire.send('hi');
		await wire.until('\r\n\r\nhi');
	});

	it('whose body nobody reads leaves the connection usable', async () => {
		const body = 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n';
		const text = await ask(`${body}${'x'.repeat(100_000)}GET /b HTTP/1.1\r\nHost: x\r\n\r\n`);
		expect(text.match(/\/[ab]$|\/aH/g)).toEqual(['/aH', '/b']);
	});

	it('whose body is too long to be skipped ends the connection', async () => {
		const wire = await Wire.open(served.socket);
		wire.send(`POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(1_000_000)}`);
		expect(await wire.until()).toMatch(/\/a$/);
	});

	it('whose body a handler leaves half read ends no other', async () => {
		answer = async (request) => {
			const reader = request.body?.getReader();
			await reader?.read();
			return ok('enough');
		};
		const body = 'POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n';
		const wire = await Wire.open(served.socket);
		wire.send(body);
		await wire.until('enough');
		answer = async () => ok('again');
		wire.send('3\r\ntwo\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n');
		await wire.until('again');
	});

	it('whose body is cut fails whoever reads it', async () => {
		let failure: unknown;
		answer = async (request) => {
			await readAll(request.body ?? new ReadableStream()).catch((error: unknown) => {
				failure = error;
			});
			return ok('');
		};
		await ask('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
		expect(failure).toMatchObject({ message: 'unexpected EOF' });
	});
});

const BAD = (text: string) =>
	`HTTP/1.1 ${text}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n`;

describe('what is not HTTP is refused in the words of the real engine', () => {
	it.each([
		['nonsense', 'hello\r\n\r\n', `${BAD('400 Bad Request')}400 Bad Request`],
		['a TLS greeting', '\x16\x03\x01\x02\x00\x01\r\n\r\n', `${BAD('400 Bad Request')}400 Bad Request`],
		['another version', 'GET / HTTP/2.0\r\n\r\n', `${BAD('400 Bad Request')}400 Bad Request`],
		['a space in a name', 'GET / HTTP/1.1\r\nA b: c\r\n\r\n', `${BAD('400 Bad Request')}400 Bad Request`],
		[
			'a bad length',
			'GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
			`${BAD('400 Bad Request')}400 Bad Request`,
		],
		[
			'an unknown encoding',
			'GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
			`${BAD('501 Not Implemented')}Unsupported transfer encoding`,
		],
		[
			'an endless head',
			`GET / HTTP/1.1\r\nX: ${'x'.repeat(1 << 20)}\r\n\r\n`,
			`${BAD('431 Request Header Fields Too Large')}431 Request Header Fields Too Large`,
		],
	])('%s', async (_what, sent, wanted) => {
		expect(await ask(sent)).toBe(wanted);
		expect(seen).toEqual([]);
	});

	it('an empty connection is no error', async () => {
		expect(await ask('')).toBe('');
		expect(served.log).toEqual([]);
	});
});

describe('a connection taken over', () => {
	let engine: Duplex;
	beforeEach(() => {
		const [mine, theirs] = duplexPair();
		engine = mine;
		answer = async (request) => {
			if (request.body) await readAll(request.body);
			return {
				status: request.headers.has('upgrade') ? 101 : 200,
				headers: request.headers.has('upgrade')
					? [
							['Content-Type', 'application/vnd.docker.raw-stream'],
							['Connection', 'Upgrade'],
							['Upgrade', 'tcp'],
						]
					: [['Content-Type', 'application/vnd.docker.raw-stream']],
				body: null,
				hijacked: theirs,
			};
		};
	});
	const UPGRADE = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';

	it('answers 101 in exactly these bytes, then carries both directions, each closed by itself', async () => {
		const wire = await Wire.open(served.socket);
		wire.send(`POST /exec/x/start HTTP/1.1\r\nHost: x\r\n${UPGRADE}Content-Length: 2\r\n\r\n{}early`);
		expect(await wire.until('\r\n\r\n')).toBe(
			'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
		);
		const [reader, writer] = [engine.readable.getReader(), engine.writable.getWriter()];
		expect(new TextDecoder().decode((await reader.read()).value)).toBe('early');
		await writer.write(bytes('first '));
		await wire.until('first ');
		wire.halfClose();
		expect((await reader.read()).done).toBe(true);
		// Output goes on after the end of input.
		await writer.write(bytes('second'));
		await wire.until('second');
		await writer.close();
		expect(await wire.until()).toMatch(/first second$/);
	});

	it('answers 200 to a client that asked for no upgrade', async () => {
		const wire = await Wire.open(served.socket);
		wire.send('POST /containers/x/attach HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
		expect(await wire.until('\r\n\r\n')).toBe(
			'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n',
		);
		const writer = engine.writable.getWriter();
		await writer.write(bytes('out'));
		await writer.close();
		expect(await wire.until()).toMatch(/out$/);
	});

	it('keeps its output going when the engine reads no more', async () => {
		const wire = await Wire.open(served.socket);
		wire.send(`POST / HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`);
		await wire.until('\r\n\r\n');
		await engine.readable.cancel();
		wire.send('into the void');
		const writer = engine.writable.getWriter();
		await writer.write(bytes('still here'));
		await writer.close();
		expect(await wire.until()).toMatch(/still here$/);
	});

	it('ends the stream when the client is gone', async () => {
		const wire = await Wire.open(served.socket);
		wire.send(`POST / HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`);
		await wire.until('\r\n\r\n');
		wire.destroy();
		expect(await readAll(engine.readable)).toHaveLength(0);
		const writer = engine.writable.getWriter();
		const untilItFails = async () => {
			for (;;) await writer.write(bytes('x'.repeat(1000)));
		};
		await expect(untilItFails()).rejects.toThrow();
	});
});
