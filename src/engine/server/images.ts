import type { ContainerConfig } from '#api';
import { internal, invalid } from '#base';
import {
	checkImagePlatform,
	isDigest,
	isObject,
	parseNormalized,
	platformName,
	withDefaultTag,
	type Platform,
	type Reference,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import { Filters } from '../filters.ts';
import { commitContainer } from '../images/commit.ts';
import { inspectDistribution } from '../images/distribution.ts';
import { imageHistory } from '../images/history.ts';
import { importImage } from '../images/import.ts';
import { inspectImage } from '../images/inspect.ts';
import { IMAGE_FILTERS, listImages } from '../images/list.ts';
import { loadImages } from '../images/load.ts';
import { IMAGE_PRUNE_FILTERS, pruneImages } from '../images/prune.ts';
import { pullImage } from '../images/pull.ts';
import { pushImage } from '../images/push.ts';
import { jsonFault } from '../json-fault.ts';
import type { RegistryAuth } from '../registry/authorizer.ts';
import { removeImage } from '../images/remove.ts';
import { saveImages } from '../images/save.ts';
import { SEARCH_FILTERS, searchImages } from '../images/search.ts';
import { tagImage, withTag } from '../images/tag.ts';
import type { Handler, Server } from './handler.ts';
import { flag, integer, jsonBody, param, type Call } from './request.ts';

export const list: Handler = async ({ daemon, respond }, { query }) => {
	const filters = Filters.parse(query.get('filters'), IMAGE_FILTERS);
	return respond.json(listImages(daemon, filters, flag(query, 'all')));
};

/** Pull; import from a tar is the same path with `fromSrc`. */
export const create: Handler = async (server, call) => {
	const { daemon, respond } = server;
	const { request, query } = call;
	const from = query.get('fromImage');
	if (!from) return importFrom(server, call);
	const tag = query.get('tag') ?? '';
	const named = parseNormalized(from);
	const reference = isDigest(tag) ? { ...named, tag: '', digest: tag } : tag ? withTag(named, tag) : named;
	const options = {
		auth: authOf(request.headers.get('x-registry-auth')),
		platform: query.get('platform') ?? '',
		signal: request.signal,
	};
	return respond.progress((emit) => kept(daemon, pullImage(daemon, reference, options, emit)));
};

/** Resolves when what has come of some work will be found again after a crash: nobody is told of an image before that. */
async function kept<T>(daemon: Daemon, work: Promise<T>): Promise<T> {
	const result = await work;
	await daemon.imagesKept();
	return result;
}

async function importFrom({ daemon, respond }: Server, { request, query }: Call) {
	const options = {
		source: query.get('fromSrc') ?? '',
		body: request.body,
		reference: referenceOf(query.get('repo') ?? '', query.get('tag') ?? ''),
		changes: query.getAll('changes'),
		message: query.get('message') ?? '',
		platform: query.get('platform') ?? '',
		signal: request.signal,
	};
	return respond.progress((emit) => kept(daemon, importImage(daemon, options, emit)));
}

/** What a new image is to be called; null for nothing. Throws `invalid` in Docker's words. */
function referenceOf(repository: string, tag: string): Reference | null {
	if (repository === '') return null;
	const parsed = parseNormalized(repository);
	return tag && !parsed.digest ? withTag(parsed, tag) : withDefaultTag(parsed);
}

/** A container's changes as an image. */
export const commit: Handler = async ({ daemon, respond }, { request, query }) => {
	const reference = referenceOf(query.get('repo') ?? '', query.get('tag') ?? '');
	const config = await jsonBody<Partial<ContainerConfig>>(request, true);
	const container = daemon.containers.resolve(query.get('container') ?? '');
	const committed = commitContainer(daemon, container, {
		reference,
		author: query.get('author') ?? '',
		comment: query.get('comment') ?? '',
		changes: query.getAll('changes'),
		config: Object.keys(config).length > 0 ? config : null,
		pause: flag(query, 'pause', true),
	});
	const id = await kept(daemon, committed);
	return respond.json({ Id: id }, 201);
};

/** Several images in one archive; with a name in the path, that one. */
export const save: Handler = async ({ daemon, respond }, call) => {
	const name = param(call, 'name');
	const names = name ? [name] : call.query.getAll('names');
	const platforms = call.query.getAll('platform').map(platformOf);
	if (platforms.length > 1) throw invalid('multiple platform parameters not supported');
	for (const platform of platforms) checkSavedPlatform(daemon, names, platform);
	return respond.stream('application/x-tar', await saveImages(daemon, names));
};

/** A platform as `--platform` of save, inspect and history travels. Throws `invalid` in Docker's words. */
function platformOf(text: string): Platform {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw invalid(`failed to parse platform: ${jsonFault(text) ?? 'invalid character'}`, { cause });
	}
	const part = (name: string) => {
		const given = isObject(value) ? value[name] : '';
		return typeof given === 'string' ? given : '';
	};
	return { os: part('os'), architecture: part('architecture'), variant: part('variant') };
}

/** An archive holds what there is: an image for another platform is not. */
function checkSavedPlatform(daemon: Daemon, names: string[], wanted: Platform): void {
	for (const name of names) {
		const { os, architecture } = daemon.images.resolve(name).configuration;
		if (os === wanted.os && architecture === wanted.architecture) continue;
		throw internal(`no suitable export target found for platform ${platformName(wanted)}`);
	}
}

export const load: Handler = async ({ daemon, respond }, { request, query }) => {
	const platform = query.get('platform');
	const options = { quiet: flag(query, 'quiet', true), platform: platform ? platformOf(platform) : null };
	return respond.progress((emit) => kept(daemon, loadImages(daemon, request.body, options, emit)), true);
};

export const push: Handler = async ({ daemon, respond }, call) => {
	const { request, query } = call;
	const named = parseNormalized(param(call, 'name'));
	const tag = query.get('tag') ?? '';
	const reference = tag ? withTag(named, tag) : named;
	const options = { auth: authOf(request.headers.get('x-registry-auth')), signal: request.signal };
	return respond.progress((emit) => pushImage(daemon, reference, options, emit));
};

/** What a registry has under a name, without pulling it. */
export const distribution: Handler = async ({ daemon, respond }, call) => {
	const { request } = call;
	const reference = withDefaultTag(parseNormalized(param(call, 'name')));
	const options = { auth: authOf(request.headers.get('x-registry-auth')), signal: request.signal };
	return respond.json(await inspectDistribution(daemon, reference, options));
};

/** Base64url of JSON; clients without credentials send `{}`, and what is damaged counts as none, as in Docker. */
function authOf(header: string | null | undefined): RegistryAuth | null {
	if (!header) return null;
	try {
		const value: unknown = JSON.parse(atob(header.replace(/-/g, '+').replace(/_/g, '/')));
		if (!isObject(value) || typeof value['username'] !== 'string' || value['username'] === '') return null;
		return { username: value['username'], password: String(value['password'] ?? '') };
	} catch {
		return null;
	}
}

export const inspect: Handler = async ({ daemon, respond }, call) => {
	checkAskedPlatform(daemon, call);
	return respond.json(inspectImage(daemon, param(call, 'name')));
};

export const history: Handler = async ({ daemon, respond }, call) => {
	checkAskedPlatform(daemon, call);
	return respond.json(imageHistory(daemon, param(call, 'name')));
};

/** An image that is looked at has to be for the platform that was asked for, if one was. */
function checkAskedPlatform(daemon: Daemon, call: Call): void {
	const name = param(call, 'name');
	const platform = call.query.get('platform');
	if (platform) checkImagePlatform(name, daemon.images.resolve(name).configuration, platformOf(platform));
}

export const tag: Handler = async ({ daemon, respond }, call) => {
	tagImage(daemon, param(call, 'name'), call.query.get('repo') ?? '', call.query.get('tag') ?? '');
	await daemon.imagesKept();
	return respond.empty(201);
};

export const remove: Handler = async ({ daemon, respond }, call) => {
	const name = param(call, 'name');
	if (name.trim() === '') throw invalid('image name cannot be blank');
	const options = { force: flag(call.query, 'force'), prune: !flag(call.query, 'noprune') };
	return respond.json(await removeImage(daemon, name, options));
};

export const prune: Handler = async ({ daemon, respond }, { query }) => {
	const filters = Filters.parse(query.get('filters'), IMAGE_PRUNE_FILTERS);
	return respond.json(await pruneImages(daemon, filters));
};

export const search: Handler = async ({ daemon, respond }, { request, query }) => {
	const filters = Filters.parse(query.get('filters'), SEARCH_FILTERS);
	const limit = integer(query, 'limit') ?? 0;
	return respond.json(await searchImages(daemon, query.get('term') ?? '', limit, filters, request.signal));
};
