import type { SearchResult } from '#api';
import { invalid, readAll } from '#base';
import { isObject, parseObject } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';

export const SEARCH_FILTERS = ['is-automated', 'is-official', 'stars'];
const DEFAULT_LIMIT = 25;
const LARGEST_CATALOG = 8 * 1024 * 1024;

/** GET /images/search: the public registry's catalogue, best known first. */
export async function searchImages(
	daemon: Daemon,
	term: string,
	limit: number,
	filters: Filters,
	signal: AbortSignal,
): Promise<SearchResult[]> {
	if (limit < 0 || limit > 100) throw invalid(`limit ${limit} is outside the range of [1, 100]`);
	const stars = Math.max(0, ...filters.get('stars').map(Number));
	const official = filters.has('is-official') ? filters.flag('is-official', false) : null;
	if (filters.has('is-automated') && filters.flag('is-automated', false)) return [];
	const rows = await catalog(daemon, signal);
	return rows
		.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(term.toLowerCase()))
		.filter((row) => row.star_count >= stars && (official === null || row.is_official === official))
		.sort((a, b) => b.star_count - a.star_count)
		.slice(0, limit || DEFAULT_LIMIT);
}

async function catalog(daemon: Daemon, signal: AbortSignal): Promise<SearchResult[]> {
	const response = await daemon.ports.registry('docker.io', '/catalog.json', { signal });
	const body = await readAll(response.body, LARGEST_CATALOG);
	if (response.status !== 200) return [];
	const { repositories } = parseObject(body, 'catalogue');
	return Array.isArray(repositories) ? repositories.filter(isObject).map(searchResult) : [];
}

function searchResult(entry: Record<string, unknown>): SearchResult {
	return {
		star_count: Number(entry['stars'] ?? 0),
		is_official: entry['official'] === true,
		name: String(entry['name'] ?? '').replace(/^library\//, ''),
		is_automated: false,
		description: String(entry['description'] ?? ''),
	};
}
