import { invalid } from '#base';
import { suggest } from './suggest.ts';

type FlagType = 'bool' | 'string' | 'strings';

/** The flags of one instruction, as `read` has understood them. */
export class Flags {
	readonly #values = new Map<string, string[]>();

	/** Reads `--name=value` …; an instruction has the flags of `known`. Throws `invalid` in Docker's words. */
	constructor(given: readonly string[], known: Record<string, FlagType> = {}) {
		for (const flag of given) {
			if (flag === '--') return;
			this.#read(flag, known);
		}
	}

	/** The names of the flags that were given. */
	get used(): string[] {
		return [...this.#values.keys()];
	}

	string(name: string): string {
		return this.#values.get(name)?.[0] ?? '';
	}

	strings(name: string): string[] {
		return this.#values.get(name) ?? [];
	}

	/** Null when the flag was not given. */
	optionalBool(name: string): boolean | null {
		const value = this.#values.get(name)?.[0];
		return value === undefined ? null : value === 'true';
	}

	bool(name: string): boolean {
		return this.optionalBool(name) ?? false;
	}

	#read(given: string, known: Record<string, FlagType>): void {
		if (!given.startsWith('--')) throw invalid(`arg should start with -- : ${given}`);
		const equals = given.indexOf('=');
		const flag = equals < 0 ? given : given.slice(0, equals);
		const value = equals < 0 ? null : given.slice(equals + 1);
		const name = flag.slice(2);
		const type = Object.hasOwn(known, name) ? known[name] : undefined;
		if (!type) throw invalid(suggest(`unknown flag: ${flag}`, name, Object.keys(known)));
		const before = this.#values.get(name) ?? [];
		if (type !== 'strings' && before.length > 0) throw invalid(`duplicate flag specified: ${flag}`);
		this.#values.set(name, [...before, type === 'bool' ? bool(flag, value) : text(flag, value)]);
	}
}

function text(flag: string, value: string | null): string {
	if (value === null) throw invalid(`missing a value on flag: ${flag}`);
	return value;
}

function bool(flag: string, value: string | null): string {
	if (value === '') throw invalid(`missing a value on flag: ${flag}`);
	const lower = (value ?? 'true').toLowerCase();
	if (lower !== 'true' && lower !== 'false')
		throw invalid(`expecting boolean value for flag ${flag}, not: ${value}`);
	return lower;
}
