import { RegistryError, json } from './errors.ts';
import type { Call, Handler } from './registry.ts';

const MOST_RESULTS = 100;

/** The tags of a repository, pushed ones among those of the files. */
export const tags: Handler = async ({ repositories, hub }, call) => {
	const { name } = call;
	const repository = await repositories.get(name);
	const files = await hub.tags(name);
	if (!repository && !files) throw new RegistryError('NAME_UNKNOWN', { name });
	const all = [...new Set([...(files ?? []), ...(repository?.tags.keys() ?? [])])].sort();
	const { page, headers } = paged(call, all, `/v2/${name}/tags/list`);
	return json(200, { name, tags: page }, headers);
};

/** The names of all repositories. */
export const catalog: Handler = async ({ repositories, hub }, call) => {
	const files = (await hub.catalog()).filter(({ tags: own }) => own.length > 0).map(({ name }) => name);
	const all = [...new Set([...files, ...(await repositories.names())])].sort();
	const { page, headers } = paged(call, all, '/v2/_catalog');
	return json(200, { repositories: page }, headers);
};

/** What people find by a word, the best known first. */
export const search: Handler = async ({ repositories, hub }, { request: { query } }) => {
	const term = (query.get('q') ?? '').toLowerCase();
	const asked = Number(query.get('n') ?? 25);
	const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MOST_RESULTS) : 25;
	const files = (await hub.catalog()).map(({ name, description, stars, isOfficial }) => ({
		name: name.replace(/^library\//, ''),
		description,
		star_count: stars,
		is_official: isOfficial,
		is_automated: false,
	}));
	const pushed = (await repositories.names()).map((name) => ({
		name,
		description: '',
		star_count: 0,
		is_official: false,
		is_automated: false,
	}));
	const all = [...files, ...pushed];
	const named = all.filter(({ name }) => name.toLowerCase().includes(term));
	// Whoever knows a name wants what is called that; another word may be in what is said of an image.
	const described = () => all.filter(({ description }) => description.toLowerCase().includes(term));
	const results = (named.length > 0 ? named : described())
		.sort((a, b) => b.star_count - a.star_count)
		.slice(0, limit);
	return json(200, {
		num_pages: 1,
		num_results: results.length,
		page_size: limit,
		page: 1,
		query: term,
		results,
	});
};

function paged({ request: { query } }: Call, all: string[], path: string) {
	const asked = query.get('n');
	const last = query.get('last');
	const rest = last === null ? all : all.filter((item) => item > last);
	if (asked === null) return { page: rest, headers: [] };
	const limit = Number(asked);
	if (!Number.isInteger(limit) || limit < 0)
		throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: asked });
	const page = rest.slice(0, limit);
	const end = page.at(-1);
	const more = new URLSearchParams({ last: end ?? '', n: asked });
	const headers: [string, string][] =
		end !== undefined && rest.length > page.length ? [['Link', `<${path}?${more}>; rel="next"`]] : [];
	return { page, headers };
}
