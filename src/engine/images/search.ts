import type { SearchResult } from '#api';
import { internal, invalid, readAll } from '#base';
import { isObject, parseObject } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { reach } from '../registry/endpoint.ts';

export const SEARCH_FILTERS = ['is-automated', 'is-official', 'stars'];
const DEFAULT_LIMIT = 25;
const LARGEST_ANSWER = 8 * 1024 * 1024;

/** GET /images/search: what a registry finds, the public one unless the term begins with another one's domain. */
export async function searchImages(
	daemon: Daemon,
	term: string,
	limit: number,
	filters: Filters,
	signal: AbortSignal,
): Promise<SearchResult[]> {
	if (limit < 0 || limit > 100) throw invalid(`limit ${limit} is outside the range of [1, 100]`);
	const stars = Math.max(0, ...filters.get('stars').map(starsOf));
	const official = filters.has('is-official') ? filters.flag('is-official', false) : null;
	if (filters.has('is-automated') && filters.flag('is-automated', false)) return [];
	if (term.includes('://'))
		throw invalid(`invalid repository name: repository name (${term}) should not have a scheme`);
	const { domain, rest } = splitTerm(term);
	const query = new URLSearchParams({ q: rest, n: String(limit || DEFAULT_LIMIT) });
	const { endpoint, ping } = await reach(daemon, domain, { signal });
	await ping.body.cancel();
	const response = await endpoint.send(`/v1/search?${query}`, { signal });
	const body = await readAll(response.body, LARGEST_ANSWER);
	if (response.status !== 200) throw internal(`Unexpected status code ${response.status}`);
	const { results } = parseObject(body, 'answer to the search');
	const rows = Array.isArray(results) ? results.filter(isObject).map(searchResult) : [];
	return rows.filter((row) => row.star_count >= stars && (official === null || row.is_official === official));
}

function starsOf(text: string): number {
	if (!/^\d+$/.test(text)) throw invalid(`invalid filter 'stars=${text}'`);
	return Number(text);
}

/** `localhost:5000/web` is asked of localhost:5000. */
function splitTerm(term: string): { domain: string; rest: string } {
	const slash = term.indexOf('/');
	const first = term.slice(0, Math.max(0, slash));
	const isDomain = /[.:]/.test(first) || first === 'localhost';
	if (!isDomain || first === 'docker.io' || first === 'index.docker.io') {
		return { domain: 'docker.io', rest: isDomain ? term.slice(slash + 1) : term };
	}
	return { domain: first, rest: term.slice(slash + 1) };
}

function searchResult(entry: Record<string, unknown>): SearchResult {
	return {
		star_count: Number(entry['star_count'] ?? 0),
		is_official: entry['is_official'] === true,
		name: String(entry['name'] ?? ''),
		is_automated: false,
		description: String(entry['description'] ?? ''),
	};
}
