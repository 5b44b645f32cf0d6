import { invalid } from '#base';
import { isObject } from '#oci';

/** `filters` of a query: key → values. Docker's client sends `{"k":{"v":true}}`, others `{"k":["v"]}`. */
export class Filters {
	readonly #values: Map<string, string[]>;

	private constructor(values: Map<string, string[]>) {
		this.#values = values;
	}

	/** Parses the query's parameter and refuses keys that are not in `accepted`; `null` takes all. Throws `invalid` in Docker's words. */
	static parse(text: string | null, accepted: readonly string[] | null): Filters {
		const filters = new Filters(parseValues(text ?? ''));
		for (const key of filters.#values.keys()) {
			if (accepted && !accepted.includes(key))
				throw invalid(key === '' ? 'invalid filter' : `invalid filter '${key}'`);
		}
		return filters;
	}

	get(key: string): string[] {
		return this.#values.get(key) ?? [];
	}

	has(key: string): boolean {
		return this.get(key).length > 0;
	}

	/** True when nothing was asked of `key`, or `test` holds for one of its values. */
	some(key: string, test: (value: string) => boolean): boolean {
		const values = this.get(key);
		return values.length === 0 || values.some(test);
	}

	/** One of the values equals `source`, or matches it as a pattern. */
	match(key: string, source: string): boolean {
		return this.some(key, (value) => value === source || matches(value, source));
	}

	/** Every `key` or `key=value` is among the labels. */
	matchLabels(key: string, labels: Readonly<Record<string, string>> | null): boolean {
		return this.get(key).every((wanted) => hasLabel(labels, wanted));
	}

	/** A yes-or-no filter. Throws `invalid` for any other value. */
	flag(key: string, fallback: boolean): boolean {
		const values = this.get(key);
		if (values.length === 0) return fallback;
		const on = values.some((value) => value === '1' || value === 'true');
		const off = values.some((value) => value === '0' || value === 'false');
		if (on === off) throw invalid(`invalid filter '${key}=[${values.join(' ')}]'`);
		return on;
	}
}

function parseValues(text: string): Map<string, string[]> {
	if (text === '') return new Map();
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw invalid('invalid filter', { cause });
	}
	if (!isObject(value)) throw invalid('invalid filter');
	return new Map(Object.entries(value).map(([key, values]) => [key, valuesOf(values)]));
}

function valuesOf(values: unknown): string[] {
	if (Array.isArray(values) && values.every((item) => typeof item === 'string')) return values;
	if (isObject(values)) return Object.keys(values).filter((key) => values[key] === true);
	throw invalid('invalid filter');
}

/** `key=value` or `key` is among the labels. */
export function hasLabel(labels: Readonly<Record<string, string>> | null, wanted: string): boolean {
	const equals = wanted.indexOf('=');
	if (equals < 0) return Object.hasOwn(labels ?? {}, wanted);
	return labels?.[wanted.slice(0, equals)] === wanted.slice(equals + 1);
}

function matches(pattern: string, source: string): boolean {
	try {
		return new RegExp(pattern).test(source);
	} catch {
		// A pattern that is none matches nothing, as in Docker.
		return false;
	}
}
