import { badFlagValue } from './parser/flags.ts';

/** `--filter key=value` flags as the API's `filters` parameter; nothing when there are none. Throws in Docker's words. */
export function filterQuery(values: string[]): Record<string, string> {
	if (values.length === 0) return {};
	const filters: Record<string, Record<string, boolean>> = {};
	for (const value of values) {
		if (value === '') continue;
		const equals = value.indexOf('=');
		if (equals < 0) throw badFlagValue('filter', value, 'bad format of filter (expected name=value)');
		const name = value.slice(0, equals).trim().toLowerCase();
		(filters[name] ??= {})[value.slice(equals + 1).trim()] = true;
	}
	const sorted = Object.fromEntries(
		Object.entries(filters)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, set]) => [
				key,
				Object.fromEntries(Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1))),
			]),
	);
	return { filters: JSON.stringify(sorted) };
}
