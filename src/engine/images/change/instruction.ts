import { invalid } from '#base';

/** One instruction of `--change`, taken apart as far as its kind needs no meaning. */
export interface Instruction {
	/** In capitals. */
	name: string;
	/** `--interval=5s` and the like, before the arguments. */
	flags: Map<string, string>;
	/** What follows, as it stands. */
	rest: string;
	/** The rest as a JSON list of strings; null when it is none. */
	list: string[] | null;
}

/** What `--change` takes. */
const ACCEPTED = new Set([
	'CMD',
	'ENTRYPOINT',
	'ENV',
	'EXPOSE',
	'HEALTHCHECK',
	'LABEL',
	'ONBUILD',
	'STOPSIGNAL',
	'USER',
	'VOLUME',
	'WORKDIR',
]);

/** Reads the lines of `--change`; comments and blank lines are nothing. Throws `invalid` in Docker's words. */
export function parseChanges(changes: readonly string[]): Instruction[] {
	const joined = changes.join('\n').replace(/\\[ \t]*\n/g, '');
	return joined
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '' && !line.startsWith('#'))
		.map(parseLine);
}

function parseLine(line: string): Instruction {
	const [, word = '', after = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
	const name = word.toUpperCase();
	if (!ACCEPTED.has(name)) throw invalid(`${name} is not a valid change command`);
	const { flags, rest } = takeFlags(name, after);
	return { name, flags, rest, list: jsonList(rest) };
}

function takeFlags(name: string, text: string): { flags: Map<string, string>; rest: string } {
	const flags = new Map<string, string>();
	let rest = text;
	while (name === 'HEALTHCHECK') {
		const match = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(rest);
		if (!match?.[1]) break;
		flags.set(match[1], match[2] ?? '');
		rest = rest.slice(match[0].length);
	}
	return { flags, rest };
}

function jsonList(text: string): string[] | null {
	if (!text.startsWith('[')) return null;
	try {
		const value: unknown = JSON.parse(text);
		return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
	} catch {
		// No JSON after all: the shell's own bracket, as Docker takes it.
		return null;
	}
}
