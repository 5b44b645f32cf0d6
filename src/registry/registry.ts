/** An OCI distribution registry: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md. */
import type { HttpHandler, HttpRequest, HttpResponse } from '#api';
import { notFound, type Clock, type Random } from '#base';
import type { Stores } from '#storage';
import { Access, type Action } from './access.ts';
import { Accounts } from './accounts.ts';
import { deleteBlob, getBlob } from './blobs.ts';
import { catalog, search, tags } from './lists.ts';
import { RegistryError, json } from './errors.ts';
import { Hub, type FetchHub } from './hub.ts';
import { deleteManifest, getManifest, putManifest, referrers } from './manifests.ts';
import { Repositories } from './repositories.ts';
import { Uploads } from './uploads.ts';

export interface RegistryOptions {
	/** The part that is files, under whatever is pushed; none by default. */
	hub?: FetchHub;
	/** What is pushed, and who may log in. */
	stores: Stores;
	clock: Clock;
	random: Random;
	/** Users log in and push to names of their own; null lets everybody do everything. */
	login: { realm: string; service: string } | null;
}

/** What handlers work with. */
export interface Registry {
	hub: Hub;
	repositories: Repositories;
	uploads: Uploads;
}

/** One request of the specification, taken apart. */
export interface Call {
	request: HttpRequest;
	/** The repository, '' for requests about the registry. */
	name: string;
	/** Tag, digest or upload. */
	reference: string;
}

export type Handler = (registry: Registry, call: Call) => Promise<HttpResponse>;

const NAME = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const LONGEST_NAME = 255;

const uploads =
	(what: (uploads: Uploads, registry: Registry, call: Call) => Promise<HttpResponse>): Handler =>
	(registry, call) =>
		what(registry.uploads, registry, call);

/** Requests by what follows the name; the first that fits. */
const ROUTES: readonly [methods: string, pattern: RegExp, action: Action, handler: Handler][] = [
	['GET HEAD', /^tags\/list$/, 'pull', tags],
	['GET HEAD', /^manifests\/([^/]+)$/, 'pull', getManifest],
	['PUT', /^manifests\/([^/]+)$/, 'push', putManifest],
	['DELETE', /^manifests\/([^/]+)$/, 'delete', deleteManifest],
	['GET', /^referrers\/([^/]+)$/, 'pull', referrers],
	['POST', /^blobs\/uploads\/?$/, 'push', uploads((own, registry, call) => own.begin(registry, call))],
	['GET', /^blobs\/uploads\/([^/]+)$/, 'push', uploads((own, _registry, call) => own.status(call))],
	['PATCH', /^blobs\/uploads\/([^/]+)$/, 'push', uploads((own, _registry, call) => own.append(call))],
	['PUT', /^blobs\/uploads\/([^/]+)$/, 'push', uploads((own, registry, call) => own.finish(registry, call))],
	['DELETE', /^blobs\/uploads\/([^/]+)$/, 'push', uploads((own, _registry, call) => own.cancel(call))],
	['GET HEAD', /^blobs\/([^/]+)$/, 'pull', getBlob],
	['DELETE', /^blobs\/([^/]+)$/, 'delete', deleteBlob],
];

/** A registry over files and stores. Never rejects for what a client got wrong. */
export function createRegistry(options: RegistryOptions): HttpHandler {
	const hub = new Hub(options.hub ?? noFiles);
	const repositories = new Repositories(options.stores);
	const registry: Registry = { hub, repositories, uploads: new Uploads(options.random, options.clock) };
	const access = options.login && accessTo(registry, options, options.login);
	return async (request) => {
		try {
			const response = await dispatch(registry, access, request);
			return request.method === 'HEAD' ? { ...response, body: null } : response;
		} catch (error) {
			if (!(error instanceof RegistryError)) throw error;
			return request.method === 'HEAD' ? { ...error.response(), body: null } : error.response();
		}
	};
}

async function noFiles(): Promise<never> {
	throw notFound('there are no files');
}

function accessTo(
	{ hub, repositories }: Registry,
	{ stores, clock, random }: RegistryOptions,
	login: { realm: string; service: string },
): Access {
	return new Access({
		...login,
		accounts: new Accounts(stores, random),
		clock,
		random,
		isPublic: async (name) => (await hub.has(name)) || (await repositories.get(name)) !== null,
		isReserved: async (user) =>
			user === 'library' || (await hub.catalog()).some(({ name }) => name.startsWith(`${user}/`)),
	});
}

async function dispatch(
	registry: Registry,
	access: Access | null,
	request: HttpRequest,
): Promise<HttpResponse> {
	const { method, path } = request;
	const call = { request, name: '', reference: '' };
	if (path === '/token' && access) return access.token(request);
	if (path === '/v1/search') return search(registry, call);
	if (path === '/v2' || path === '/v2/') {
		access?.check(request, null, 'pull');
		return json(200, {});
	}
	if (path === '/v2/_catalog') {
		access?.check(request, null, 'pull');
		return catalog(registry, call);
	}
	const match =
		/^\/v2\/(.+)\/((?:tags\/list|manifests\/[^/]*|referrers\/[^/]*|blobs\/uploads(?:\/[^/]*)?|blobs\/[^/]*))$/.exec(
			path,
		);
	if (!match?.[1] || !match[2])
		return json(404, { errors: [{ code: 'UNSUPPORTED', message: '404 page not found' }] });
	const [, name, rest] = match;
	if (!NAME.test(name) || name.length > LONGEST_NAME) throw new RegistryError('NAME_INVALID', name);
	for (const [methods, pattern, action, handler] of ROUTES) {
		const found = pattern.exec(rest);
		if (!found || !methods.split(' ').includes(method)) continue;
		access?.check(request, name, action);
		return handler(registry, { request, name, reference: decodeURIComponent(found[1] ?? '') });
	}
	throw new RegistryError('UNSUPPORTED');
}
