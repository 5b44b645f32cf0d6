import path from 'node:path';
import { invalid } from '#base';

/** The folder of built files, beside the sources. */
export const PUBLIC_FOLDER = path.resolve(import.meta.dirname, '../../public');

export interface Parsed {
	/** Options that stand alone. */
	flags: Set<string>;
	/** Options with a value. */
	values: Map<string, string>;
	/** What is left, and everything after `--`. */
	rest: string[];
}

/** Splits a command line. `valued` are the options that take a value. Throws `invalid` for unknown options. */
export function parseOptions(args: string[], known: { flags?: string[]; valued?: string[] }): Parsed {
	const parsed: Parsed = { flags: new Set(), values: new Map(), rest: [] };
	for (let at = 0; at < args.length; at++) {
		const arg = args[at] ?? '';
		if (arg === '--') {
			parsed.rest.push(...args.slice(at + 1));
			break;
		}
		const [name = '', inline] = arg.split(/=(.*)/s);
		if (known.flags?.includes(name)) parsed.flags.add(name);
		else if (known.valued?.includes(name)) {
			const value = inline ?? args[++at];
			if (value === undefined) throw invalid(`${name} needs a value`);
			parsed.values.set(name, value);
		} else if (arg.startsWith('--')) throw invalid(`unknown option ${arg}`);
		else parsed.rest.push(arg);
	}
	return parsed;
}

/** A positive number from an option's value. Throws `invalid`. */
export function positive(name: string, text: string): number {
	const number = Number(text);
	if (!(number > 0)) throw invalid(`${name} must be a positive number, not ${JSON.stringify(text)}`);
	return number;
}
