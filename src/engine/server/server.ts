import type { HttpHandler, HttpRequest, HttpResponse } from '#api';
import { invalid, messageOf, notFound, SandboxError } from '#base';
import type { Daemon } from '../daemon.ts';
import { API_VERSION, MIN_API_VERSION } from '../system/version.ts';
import { isBefore } from './api-version.ts';
import type { Handler, Server } from './handler.ts';
import { Responder } from './respond.ts';
import { ROUTES } from './routes.ts';

const FIRST_WITH_JSON_ERRORS = '1.24';

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
			const isOld = isBefore(VERSIONED.exec(request.path)?.[1] ?? API_VERSION, FIRST_WITH_JSON_ERRORS);
			return withoutBody(request, isOld ? respond.plainError(error) : respond.error(error));
		}
	};
}

async function dispatch(
	server: Server,
	routes: Map<string, Route[]>,
	request: HttpRequest,
): Promise<HttpResponse> {
	const [version, path] = versioned(request.path);
	if (request.method === 'OPTIONS') return server.respond.empty(200);
	for (const { regexp, names, handler } of routes.get(`${request.method} ${firstSegment(path)}`) ?? []) {
		const match = regexp.exec(path);
		if (!match) continue;
		const params = Object.fromEntries(names.map((name, index) => [name, decode(match[index + 1] ?? '')]));
		return handler(server, { request, version, query: request.query, params });
	}
	throw notFound('page not found');
}

const VERSIONED = /^\/v([0-9][0-9.]*)(\/.*)$/;

/** Takes `/v1.NN` off. Throws `invalid` in Docker's words for a version that is not spoken. */
function versioned(path: string): [version: string, path: string] {
	const match = VERSIONED.exec(path);
	if (!match?.[1] || !match[2]) return [API_VERSION, path];
	if (isBefore(match[1], MIN_API_VERSION)) {
		throw invalid(
			`client version ${match[1]} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version`,
		);
	}
	if (isBefore(API_VERSION, match[1])) {
		throw invalid(`client version ${match[1]} is too new. Maximum supported API version is ${API_VERSION}`);
	}
	return [match[1], match[2]];
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
