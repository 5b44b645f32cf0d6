import { readFileSync } from 'node:fs';
import type { HttpHandler, HttpRequest, HttpResponse } from '#api';
import { duplexPair, readAll } from '#base';

// fixtures.json: what the engine answered when wire.json and tty.json were recorded with the real client 28.2.2.
const fixtures = JSON.parse(readFileSync(new URL('./fixtures.json', import.meta.url), 'utf8')) as Record<
	string,
	unknown
> & {
	inspect: Record<string, unknown>;
	imageInspect: Record<string, unknown>;
	networks: { Name: string }[];
	volumes: { Name: string }[];
	cid: string;
};

/** One request as it was sent. */
export interface Sent {
	method: string;
	url: string;
	headers: Map<string, string>;
	/** JSON as a value, other texts as they are, `null` for none. */
	body: unknown;
	stdin?: string;
}

const EXEC = 'e'.repeat(64);

/** An engine that answers from recorded fixtures and remembers what it was asked. */
export class CannedEngine {
	readonly sent: Sent[] = [];
	readonly hijacked: Promise<void>[] = [];
	readonly #tty: boolean;
	/** The archive that every download is. */
	readonly #archive: Uint8Array;

	constructor(options: { tty?: boolean; archive?: Uint8Array } = {}) {
		this.#tty = options.tty ?? false;
		this.#archive = options.archive ?? new Uint8Array();
	}

	readonly handler: HttpHandler = async (request) => {
		const query = request.query.toString();
		const sent: Sent = {
			method: request.method,
			url: request.path + (query === '' ? '' : `?${query}`),
			headers: request.headers,
			body: null,
		};
		this.sent.push(sent);
		if (request.body) {
			const bytes = await readAll(request.body);
			const type = request.headers.get('content-type') ?? '';
			sent.body =
				type === 'application/json'
					? (JSON.parse(new TextDecoder().decode(bytes)) as unknown)
					: `<${bytes.length} bytes ${type}>`;
		}
		if (request.path === '/_ping') return { status: 200, headers: [['Api-Version', '1.50']], body: null };
		return this.#answer(request, request.path.replace(/^\/v1\.50/, ''), sent);
	};

	#answer(request: HttpRequest, path: string, sent: Sent): HttpResponse {
		const key = `${request.method} ${path}`;
		if (request.query.has('fromSrc')) return lines([{ status: `sha256:${'a'.repeat(64)}` }]);
		const fixed = FIXED[key];
		if (fixed !== undefined) return typeof fixed === 'function' ? fixed() : json(fixed);
		const match = /^\/(containers|images|networks|volumes|exec)\/(.+?)(?:\/(\w+))?$/.exec(path);
		const [, kind = '', name = '', verb = ''] = match ?? [];
		if (kind === 'containers') return this.#container(request.method, name, verb, sent);
		if (kind === 'exec')
			return verb === 'start'
				? this.#execStart(sent)
				: verb === 'json'
					? json({ ID: EXEC, Running: false, ExitCode: 0 })
					: empty(201);
		if (kind === 'images') return image(request.method, name, verb);
		if (kind === 'networks' && request.method !== 'DELETE') {
			if (verb !== '') return empty(200);
			if (name === 'nope') return missing('network nope not found');
			const found = fixtures.networks.find((network) => network.Name === name);
			return json(found ?? { Name: name, Id: '1'.repeat(64) });
		}
		if (kind === 'volumes' && request.method === 'GET') {
			const found = fixtures.volumes.find((volume) => volume.Name === name);
			return found ? json(found) : missing(`get ${name}: no such volume`);
		}
		if (request.method === 'DELETE') return empty(204);
		return missing('page not found');
	}

	#container(method: string, name: string, verb: string, sent: Sent): HttpResponse {
		if (name === 'nope') return missing('No such container: nope');
		if (method === 'DELETE') return empty(204);
		if (verb === 'attach') return this.#hijack(sent, this.#tty);
		if (verb === 'wait') return json({ StatusCode: 0 });
		if (verb === 'json') return json(fixtures.inspect[name] ?? fixtures.inspect['*']);
		if (verb === 'exec') return json({ Id: EXEC }, 201);
		if (verb === 'stats') return lines([fixtures['stats']]);
		if (verb === 'top' || verb === 'changes') return json(fixtures[verb]);
		if (verb === 'logs')
			return bytes(concatFrames([1, '2025-05-30T12:00:00.000000000Z out line\n'], [2, 'err line\n']));
		if (verb === 'export') return bytes(this.#archive);
		if (verb === 'archive') return this.#archiveAnswer(method, sent.url);
		return empty(204);
	}

	#archiveAnswer(method: string, url: string): HttpResponse {
		const path = new URLSearchParams(url.split('?')[1]).get('path') ?? '';
		if (method === 'PUT') return empty(200);
		if (path === '/nope') return missing('Could not find the file /nope in container web');
		const isFolder = path === '/tmp';
		const stat = {
			name: path.split('/').at(-1),
			size: 3,
			mode: isFolder ? 2 ** 31 + 0o755 : 0o644,
			mtime: '2025-05-30T12:00:00Z',
			linkTarget: '',
		};
		const headers: [string, string][] = [['X-Docker-Container-Path-Stat', btoa(JSON.stringify(stat))]];
		return { status: 200, headers, body: method === 'HEAD' ? null : this.#archive };
	}

	#execStart(sent: Sent): HttpResponse {
		return sent.headers.has('upgrade') ? this.#hijack(sent, false) : empty(200);
	}

	/** Echoes what is typed to its end, then says one line on each stream. */
	#hijack(sent: Sent, tty: boolean): HttpResponse {
		const [mine, theirs] = duplexPair();
		const talk = async () => {
			const typed = new TextDecoder().decode(await readAll(mine.readable));
			sent.stdin = typed;
			const writer = mine.writable.getWriter();
			if (tty) await writer.write(new TextEncoder().encode('hello stdout\r\n'));
			else {
				if (typed !== '') await writer.write(concatFrames([1, `in:${typed}`]));
				await writer.write(concatFrames([1, 'hello stdout\n'], [2, 'hello stderr\n']));
			}
			await writer.close();
		};
		this.hijacked.push(talk());
		const type = tty ? 'raw' : 'multiplexed';
		return {
			status: 101,
			headers: [['Content-Type', `application/vnd.docker.${type}-stream`]],
			body: null,
			hijacked: theirs,
		};
	}
}

const JSON_TYPE: [string, string][] = [['Content-Type', 'application/json']];

function json(value: unknown, status = 200): HttpResponse {
	return { status, headers: JSON_TYPE, body: new TextEncoder().encode(`${JSON.stringify(value)}\n`) };
}
function lines(values: unknown): HttpResponse {
	const text = (values as unknown[]).map((value) => `${JSON.stringify(value)}\r\n`).join('');
	return { status: 200, headers: JSON_TYPE, body: new TextEncoder().encode(text) };
}
function empty(status: number): HttpResponse {
	return { status, headers: [], body: null };
}
function bytes(body: Uint8Array): HttpResponse {
	return { status: 200, headers: [], body };
}
function missing(message: string): HttpResponse {
	return json({ message }, 404);
}

function image(method: string, name: string, verb: string): HttpResponse {
	if (method === 'DELETE')
		return json([
			{ Untagged: 'busybox:latest' },
			{ Untagged: `busybox@sha256:${'c'.repeat(64)}` },
			{ Deleted: `sha256:${'d'.repeat(64)}` },
		]);
	if (verb === 'history') return json(fixtures['history']);
	if (verb === 'push') return lines(fixtures['push']);
	const found = fixtures.imageInspect[name];
	return found ? json(found) : missing(`No such image: ${name}`);
}

function concatFrames(...frames: [stream: number, text: string][]): Uint8Array {
	return Uint8Array.from(
		frames.flatMap(([stream, text]) => {
			const payload = new TextEncoder().encode(text);
			return [stream, 0, 0, 0, 0, 0, payload.length >> 8, payload.length & 0xff, ...payload];
		}),
	);
}

const FIXED: Record<string, unknown> = {
	'GET /version': fixtures['version'],
	'GET /info': fixtures['info'],
	'GET /containers/json': fixtures['containers'],
	'POST /containers/create': () => json({ Id: fixtures.cid, Warnings: [] }, 201),
	'POST /containers/prune': { ContainersDeleted: [fixtures.cid], SpaceReclaimed: 2048 },
	'GET /images/json': fixtures['images'],
	'GET /images/search': fixtures['search'],
	'GET /images/get': () => bytes(new TextEncoder().encode('tar')),
	'POST /images/load': () => lines([{ stream: 'Loaded image: busybox:latest\n' }]),
	'POST /images/prune': {
		ImagesDeleted: [{ Untagged: 'a:1' }, { Deleted: `sha256:${'b'.repeat(64)}` }],
		SpaceReclaimed: 1_234_567,
	},
	'GET /networks': fixtures.networks,
	'POST /networks/create': () => json({ Id: '1'.repeat(64), Warning: '' }, 201),
	'POST /networks/prune': { NetworksDeleted: ['n1'] },
	'GET /volumes': { Volumes: fixtures.volumes, Warnings: null },
	'POST /volumes/prune': { VolumesDeleted: ['v1'], SpaceReclaimed: 10 },
	'GET /system/df': fixtures['df'],
	'POST /build/prune': { CachesDeleted: ['abc'], SpaceReclaimed: 5 },
	'GET /events': () => lines(fixtures['events']),
	'POST /commit': () => json({ Id: `sha256:${'e'.repeat(64)}` }, 201),
	'POST /auth': { Status: 'Login Succeeded', IdentityToken: '' },
	'POST /build': () => lines(fixtures['build']),
	'POST /images/create': () => lines(fixtures['pull']),
};
