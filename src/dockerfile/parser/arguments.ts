import { invalid, quote } from '#base';
import { cutWord, splitBlanks, trimStart } from '../text.ts';
import { splitWords } from './words.ts';

/** The arguments of an instruction as its kind takes them apart. */
export interface Arguments {
	args: string[];
	isJson: boolean;
}

type Read = (rest: string, escapeToken: string) => Arguments;

/** How each instruction's arguments are read; ONBUILD, which holds an instruction, is not among them. */
export const ARGUMENTS: Record<string, Read> = {
	add: jsonOrWords,
	arg: (rest, escapeToken) => plain(splitWords(rest, escapeToken)),
	cmd: jsonOrLine,
	copy: jsonOrWords,
	entrypoint: jsonOrLine,
	env: (rest, escapeToken) => plain(pairs('ENV', rest, escapeToken)),
	expose: words,
	from: words,
	healthcheck: typeAndCommand,
	label: (rest, escapeToken) => plain(pairs('LABEL', rest, escapeToken)),
	maintainer: line,
	run: jsonOrLine,
	shell: jsonOrLine,
	stopsignal: line,
	user: line,
	volume: jsonOrWords,
	workdir: line,
};

function plain(args: string[]): Arguments {
	return { args, isJson: false };
}

function line(rest: string): Arguments {
	return plain(rest === '' ? [] : [rest]);
}

function words(rest: string): Arguments {
	return plain(rest === '' ? [] : splitBlanks(rest));
}

function jsonOrLine(rest: string): Arguments {
	return json(rest) ?? line(rest);
}

function jsonOrWords(rest: string): Arguments {
	return json(rest) ?? words(rest);
}

/** A list of strings; null when the text is no JSON list at all. Throws `invalid` when it lists something else. */
function json(rest: string): Arguments | null {
	if (!trimStart(rest).startsWith('[')) return null;
	const list = parseList(trimStart(rest));
	if (!list) return null;
	if (!list.every((item) => typeof item === 'string'))
		throw invalid('when using JSON array syntax, arrays must be comprised of strings only');
	// Go has no strings with halves of characters.
	return { args: list.map((item) => item.replace(/\p{Surrogate}/gu, '\ufffd')), isJson: true };
}

function parseList(text: string): unknown[] | null {
	try {
		const value: unknown = JSON.parse(text);
		return Array.isArray(value) ? (value as unknown[]) : null;
	} catch {
		// No JSON after all: a bracket of the shell's, as Docker takes it.
		return null;
	}
}

/** `CMD command` of HEALTHCHECK: the type is a word, the command a list or a line. */
function typeAndCommand(rest: string): Arguments {
	const [, type = '', command = ''] =
		/^([^\t\n\v\f\r \u0085\u00a0]*)[\t\n\v\f\r \u0085\u00a0]*([^]*)$/.exec(rest) ?? [];
	if (type === '') return plain([]);
	const { args, isJson } = jsonOrLine(command);
	return { args: [type, ...args], isJson };
}

/** `key=value …`, or `key the rest` of old: key, value and the sign between them. */
function pairs(name: string, rest: string, escapeToken: string): string[] {
	const parts = splitWords(rest, escapeToken);
	const [first] = parts;
	if (first === undefined) return [];
	if (first.includes('=')) return parts.flatMap(pair);
	const cut = cutWord(rest);
	if (!cut) throw invalid(`${name} must have two arguments`);
	return [...cut, ''];
}

function pair(word: string): string[] {
	const equals = word.indexOf('=');
	if (equals < 0)
		throw invalid(`Syntax error - can't find = in ${quote(word)}. Must be of the form: name=value`);
	return [word.slice(0, equals), word.slice(equals + 1), '='];
}
