import type { HttpHandler, HttpRequest, HttpResponse } from '#api';
import { invalid, messageOf, notFound, SandboxError } from '#base';
import type { Daemon } from '../daemon.ts';
import { API_VERSION, MIN_API_VERSION } from '../system/version.ts';
import type { Handler, Server } from './handler.ts';
import { Responder } from './respond.ts';
import { ROUTES } from './routes.ts';

interface Route {
	regexp: RegExp;
	names: string[];
	handler: Handler;
}

/** The Engine API over a daemon: versions, routes, errors. */
export function createServer(daemon: Daemon): HttpHandler {
	const respond = new Responder(daemon.ports.clock);
	const server: Server = { daemon, respond };
	const routes = compile();
	return async (request) => {
		try {
			await daemon.restored;
			return await dispatch(server, routes, request);
		} catch (error) {
			if (!(error instanceof SandboxError) || error.kind === 'internal') {
				daemon.ports.log('error', `${request.method} ${request.path}: ${describe(error)}`);
			}
			return withoutBody(request, respond.error(error));
		}
	};
}

async function dispatch(
	server: Server,
	routes: Map<string, Route[]>,
	request: HttpRequest,
): Promise<HttpResponse> {
	const path = unversioned(request.path);
	if (request.method === 'OPTIONS') return server.respond.empty(200);
	for (const { regexp, names, handler } of routes.get(`${request.method} ${firstSegment(path)}`) ?? []) {
		const match = regexp.exec(path);
		if (!match) continue;
		const params = Object.fromEntries(names.map((name, index) => [name, decode(match[index + 1] ?? '')]));
		return handler(server, { request, query: request.query, params });
	}
	throw notFound('page not found');
}

/** Takes `/v1.NN` off. Throws `invalid` in Docker's words for a version that is not spoken. */
function unversioned(path: string): string {
	const match = /^\/v([0-9][0-9.]*)(\/.*)$/.exec(path);
	if (!match?.[1] || !match[2]) return path;
	if (compareVersions(match[1], MIN_API_VERSION) < 0) {
		throw invalid(
			`client version ${match[1]} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version`,
		);
	}
	if (compareVersions(match[1], API_VERSION) > 0) {
		throw invalid(`client version ${match[1]} is too new. Maximum supported API version is ${API_VERSION}`);
	}
	return match[2];
}

function compareVersions(a: string, b: string): number {
	const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
	for (let i = 0; i < Math.max(left.length, right.length); i++) {
		const difference = (left[i] ?? 0) - (right[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

/** Routes by method and first segment: a request is held against a handful of patterns. */
function compile(): Map<string, Route[]> {
	const routes = new Map<string, Route[]>();
	for (const [method, pattern, handler] of ROUTES) {
		const names: string[] = [];
		const source = pattern.replace(/\{(\w+)(\*?)\}/g, (_whole, name: string, star: string) => {
			names.push(name);
			return star ? '(.*)' : '([^/]+)';
		});
		const key = `${method} ${firstSegment(pattern)}`;
		routes.set(key, [...(routes.get(key) ?? []), { regexp: new RegExp(`^${source}$`), names, handler }]);
	}
	return routes;
}

function firstSegment(path: string): string {
	return path.split('/', 2)[1] ?? '';
}

function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch (cause) {
		throw invalid(`invalid URL escape "${segment}"`, { cause });
	}
}

/** A HEAD's answer tells the length of the body it does not have. */
function withoutBody(request: HttpRequest, response: HttpResponse): HttpResponse {
	return request.method === 'HEAD' ? { ...response, body: null } : response;
}

function describe(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}
