import type { Ulimit } from '#api';
import { invalid } from '#base';
import { isObject } from '#oci';
import { buildImage } from '../build/build.ts';
import type { BuildOptions } from '../build/options.ts';
import type { RegistryAuth } from '../registry/authorizer.ts';
import type { Handler } from './handler.ts';
import { flag, integer } from './request.ts';

/** An image from a Dockerfile; the body is the context. */
export const build: Handler = async ({ daemon, respond }, { request, query }) => {
	const options = optionsOf(query, request.headers.get('x-registry-config') ?? '', request.signal);
	return respond.progress((emit) => buildImage(daemon, request.body, options, emit));
};

function optionsOf(query: URLSearchParams, auths: string, signal: AbortSignal): BuildOptions {
	refuse(query);
	const text = (name: string) => query.get(name) ?? '';
	const number = (name: string) => integer(query, name) ?? 0;
	const forceRemove = flag(query, 'forcerm');
	return {
		dockerfile: text('dockerfile'),
		remote: text('remote'),
		tags: query.getAll('t'),
		buildArgs: mapOf<string | null>(text('buildargs'), 'error reading build args'),
		labels: mapOf<string>(text('labels'), 'error reading labels'),
		target: text('target'),
		isQuiet: flag(query, 'q'),
		noCache: flag(query, 'nocache'),
		pull: flag(query, 'pull'),
		remove: forceRemove || text('rm') === '' || flag(query, 'rm'),
		forceRemove,
		cacheFrom: listOf<string>(text('cachefrom'), 'error reading cache-from'),
		platform: text('platform'),
		networkMode: text('networkmode'),
		extraHosts: query.getAll('extrahosts'),
		memory: number('memory'),
		memorySwap: number('memswap'),
		cpuShares: number('cpushares'),
		cpuPeriod: number('cpuperiod'),
		cpuQuota: number('cpuquota'),
		cpusetCpus: text('cpusetcpus'),
		cpusetMems: text('cpusetmems'),
		cgroupParent: text('cgroupparent'),
		shmSize: number('shmsize'),
		ulimits: listOf<Ulimit>(text('ulimits'), 'error reading ulimit settings'),
		auths: authsOf(auths),
		signal,
	};
}

/** What no classic builder of Docker on Linux does, in its words; and what only BuildKit does. */
function refuse(query: URLSearchParams): void {
	if (query.has('securityopt')) throw invalid('security options are not supported on linux');
	if (flag(query, 'squash')) throw invalid('squash is only supported with experimental mode');
	const isolation = query.get('isolation') ?? '';
	if (!['', 'default'].includes(isolation.toLowerCase()))
		throw invalid(`unsupported isolation: ${JSON.stringify(isolation)}`);
	const version = query.get('version') ?? '';
	if (version === '2') throw invalid('this engine has no BuildKit: build with DOCKER_BUILDKIT=0');
	if (!['', '1'].includes(version)) throw invalid(`invalid version ${JSON.stringify(version)}`);
}

function mapOf<T>(text: string, failure: string): Record<string, T> {
	const value = parsed(text, failure) ?? {};
	if (!isObject(value))
		throw invalid(`${failure}: json: cannot unmarshal into Go value of type map[string]string`);
	return value as Record<string, T>;
}

function listOf<T>(text: string, failure: string): T[] {
	const value = parsed(text, failure) ?? [];
	if (!Array.isArray(value))
		throw invalid(`${failure}: json: cannot unmarshal into Go value of type []string`);
	return value as T[];
}

function parsed(text: string, failure: string): unknown {
	if (text === '') return null;
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw invalid(`${failure}: ${cause instanceof Error ? cause.message : ''}`, { cause });
	}
}

/** Base64url of JSON by domain; what is damaged counts as none, as in Docker. */
function authsOf(header: string): Record<string, RegistryAuth> {
	try {
		const value: unknown =
			header === '' ? {} : JSON.parse(atob(header.replace(/-/g, '+').replace(/_/g, '/')));
		if (!isObject(value)) return {};
		const known = Object.entries(value).flatMap(([domain, auth]) => {
			if (!isObject(auth) || typeof auth['username'] !== 'string') return [];
			const { username, password } = auth;
			return [[domain, { username, password: typeof password === 'string' ? password : '' }] as const];
		});
		return Object.fromEntries(known);
	} catch {
		return {};
	}
}
