import { invalid, unsupported } from '#base';
import { isDigest, isObject, parseNormalized, withDefaultTag } from '#oci';
import { Filters } from '../filters.ts';
import { imageHistory } from '../images/history.ts';
import { inspectImage } from '../images/inspect.ts';
import { IMAGE_FILTERS, listImages } from '../images/list.ts';
import { IMAGE_PRUNE_FILTERS, pruneImages } from '../images/prune.ts';
import { pullImage } from '../images/pull.ts';
import type { RegistryAuth } from '../images/registry.ts';
import { removeImage } from '../images/remove.ts';
import { SEARCH_FILTERS, searchImages } from '../images/search.ts';
import { tagImage } from '../images/tag.ts';
import type { Handler } from './handler.ts';
import { flag, integer, param } from './request.ts';

export const list: Handler = async ({ daemon, respond }, { query }) => {
	const filters = Filters.parse(query.get('filters'), IMAGE_FILTERS);
	return respond.json(listImages(daemon, filters, flag(query, 'all')));
};

/** Pull; import from a tar is the same path with `fromSrc`. */
export const create: Handler = async ({ daemon, respond }, { request, query }) => {
	const from = query.get('fromImage');
	if (!from) throw unsupported('importing an image from a tar archive is not supported by this engine yet');
	const tag = query.get('tag') ?? '';
	const named = parseNormalized(from);
	const reference = isDigest(tag)
		? { ...named, tag: '', digest: tag }
		: withDefaultTag(tag ? { ...named, tag, digest: '' } : named);
	const options = {
		auth: authOf(request.headers.get('x-registry-auth')),
		platform: query.get('platform') ?? '',
		signal: request.signal,
	};
	return respond.progress((emit) => pullImage(daemon, reference, options, emit));
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

export const inspect: Handler = async ({ daemon, respond }, call) =>
	respond.json(inspectImage(daemon, param(call, 'name')));

export const history: Handler = async ({ daemon, respond }, call) =>
	respond.json(imageHistory(daemon, param(call, 'name')));

export const tag: Handler = async ({ daemon, respond }, call) => {
	tagImage(daemon, param(call, 'name'), call.query.get('repo') ?? '', call.query.get('tag') ?? '');
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
