import { equalsAny, lessThan } from './compare.ts';
import { marshal } from './json.ts';
import { printValue, sprint, sprintf, sprintln } from './print.ts';
import {
	Dict,
	Interface,
	JsonNumber,
	Missing,
	Pointer,
	Slice,
	Struct,
	bare,
	indirect,
	isTrue,
	typeName,
	type Value,
} from './value.ts';

/** What a function takes: Go types checked before the call. */
export type Parameter = 'any' | 'string' | 'int' | 'strings';

export interface TemplateFunction {
	parameters: Parameter[];
	/** The last parameter may come any number of times, none included. */
	variadic: boolean;
	call(args: Value[]): Value;
}

function fixed(parameters: Parameter[], call: (args: Value[]) => Value): TemplateFunction {
	return { parameters, variadic: false, call };
}
function open(parameters: Parameter[], call: (args: Value[]) => Value): TemplateFunction {
	return { parameters, variadic: true, call };
}

const text = (value: Value | undefined): string => {
	const inner = bare(value ?? null);
	return typeof inner === 'string' ? inner : inner instanceof JsonNumber ? inner.text : '';
};
const integer = (value: Value | undefined): number => Number(bare(value ?? null));
const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);
const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** `fmt.Sprint` unless it is a single string: what html, js and urlquery work on. */
function joined(args: Value[]): string {
	const only = args.length === 1 ? bare(args[0] ?? null) : null;
	return typeof only === 'string' ? only : sprint(args.map((arg) => (indirect(arg).isNil ? arg : arg)));
}

const HTML: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&#34;',
	"'": '&#39;',
	'\0': '\uFFFD',
};
const JS: Record<string, string> = {
	'\\': '\\\\',
	"'": "\\'",
	'"': '\\"',
	'<': '\\u003C',
	'>': '\\u003E',
	'&': '\\u0026',
	'=': '\\u003D',
};

function jsEscape(value: string): string {
	return value.replace(
		/[\\'"<>&=\x00-\x1f]/g,
		(char) => JS[char] ?? `\\u00${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
	);
}

/** Go's text/template builtins. `and` and `or` are done by the executor, which stops early. */
export const BUILTINS: Record<string, TemplateFunction> = {
	and: open(['any', 'any'], (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1) ?? null),
	or: open(['any', 'any'], (args) => args.find((arg) => isTrue(arg)) ?? args.at(-1) ?? null),
	not: fixed(['any'], ([value]) => !isTrue(value ?? null)),
	len: fixed(['any'], ([value]) => BigInt(lengthOf(value ?? null))),
	index: open(['any', 'any'], ([item, ...keys]) => keys.reduce<Value>(indexInto, item ?? null)),
	slice: open(['any', 'int'], sliceOf),
	print: open(['any'], (args) => sprint(args)),
	printf: open(['string', 'any'], ([format, ...args]) => sprintf(text(format), args)),
	println: open(['any'], (args) => sprintln(args)),
	html: open(['any'], (args) => joined(args).replace(/[&<>"'\0]/g, (char) => HTML[char] ?? char)),
	js: open(['any'], (args) => jsEscape(joined(args))),
	urlquery: open(['any'], (args) =>
		encodeURIComponent(joined(args))
			.replace(/%20/g, '+')
			.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
	),
	call: open(['any'], ([value]) => {
		throw new Error(`non-function ${printValue(value ?? null)} of type ${typeName(bare(value ?? null))}`);
	}),
	eq: open(['any', 'any'], ([first, ...others]) => equalsAny(first ?? null, others)),
	ne: fixed(['any', 'any'], ([a, b]) => !equalsAny(a ?? null, [b ?? null])),
	lt: fixed(['any', 'any'], ([a, b]) => lessThan(a ?? null, b ?? null)),
	le: fixed(['any', 'any'], ([a, b]) => lessThan(a ?? null, b ?? null) || equalsAny(a ?? null, [b ?? null])),
	gt: fixed(
		['any', 'any'],
		([a, b]) => !(lessThan(a ?? null, b ?? null) || equalsAny(a ?? null, [b ?? null])),
	),
	ge: fixed(['any', 'any'], ([a, b]) => !lessThan(a ?? null, b ?? null)),
};

/** What docker's templates have besides. */
export const DOCKER_FUNCTIONS: Record<string, TemplateFunction> = {
	json: fixed(['any'], ([value]) => marshal(value ?? null)),
	split: fixed(
		['string', 'string'],
		([value, separator]) => new Slice(splitGo(text(value), text(separator)), 'string'),
	),
	join: fixed(['strings', 'string'], ([items, separator]) => {
		const list = bare(items ?? null);
		return list instanceof Slice ? (list.items ?? []).map(text).join(text(separator)) : '';
	}),
	title: fixed(['string'], ([value]) =>
		text(value).replace(
			/(^|[^\p{L}\p{N}_'])(\p{L})/gu,
			(_all, before: string, letter: string) => before + letter.toUpperCase(),
		),
	),
	lower: fixed(['string'], ([value]) => text(value).toLowerCase()),
	upper: fixed(['string'], ([value]) => text(value).toUpperCase()),
	pad: fixed(['string', 'int', 'int'], ([value, before, after]) =>
		text(value) === '' ? '' : ' '.repeat(integer(before)) + text(value) + ' '.repeat(integer(after)),
	),
	truncate: fixed(['string', 'int'], ([value, length]) => {
		const bytes = utf8(text(value));
		return bytes.length < integer(length) ? text(value) : fromUtf8(bytes.subarray(0, integer(length)));
	}),
};

/** The same functions while a table's header is made: most leave the header as it is. */
export const HEADER_FUNCTIONS: Record<string, TemplateFunction> = {
	...DOCKER_FUNCTIONS,
	...Object.fromEntries(
		['json', 'split', 'join', 'title', 'lower', 'upper', 'truncate'].map((name) => [
			name,
			open(['any'], ([value]) => value ?? null),
		]),
	),
};

function splitGo(value: string, separator: string): Value[] {
	return separator === '' ? [...value] : value.split(separator);
}

function lengthOf(wrapped: Value): number {
	const { value, isNil } = indirect(wrapped);
	if (isNil || value === null) throw new Error('len of nil pointer');
	if (value instanceof Slice) return value.items?.length ?? 0;
	if (value instanceof Dict) return value.entries?.size ?? 0;
	if (typeof value === 'string') return utf8(value).length;
	if (value instanceof JsonNumber) return value.text.length;
	throw new Error(`len of type ${typeName(value)}`);
}

function indexInto(item: Value, key: Value): Value {
	const { value, isNil } = indirect(item);
	if (isNil || value === null || value instanceof Missing) throw new Error('index of untyped nil');
	const at = bare(key);
	if (value instanceof Dict) return entryOf(value, at);
	if (value instanceof Slice || typeof value === 'string' || value instanceof JsonNumber)
		return elementOf(value, at);
	throw new Error(`can't index item of type ${typeName(value)}`);
}

function entryOf(dict: Dict, key: Value): Value {
	if (typeof key !== 'string' || dict.key !== 'string')
		throw new Error(`value has type ${typeName(key)}; should be ${dict.key}`);
	return dict.entries?.get(key) ?? (dict.elem === 'interface {}' ? new Interface(null) : dict.zero);
}

function elementOf(value: Slice | string | JsonNumber, at: Value): Value {
	if (typeof at !== 'bigint')
		throw new Error(`cannot index slice/array with ${at === null ? 'nil' : `type ${typeName(at)}`}`);
	if (at < 0n || at >= BigInt(lengthOf(value))) throw new Error(`index out of range: ${at}`);
	if (value instanceof Slice) return value.items?.[Number(at)] ?? null;
	return BigInt(utf8(text(value))[Number(at)] ?? 0);
}

function sliceOf([item, ...bounds]: Value[]): Value {
	const { value } = indirect(item ?? null);
	if (value === null) throw new Error('slice of untyped nil');
	if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
	if (!(value instanceof Slice) && typeof value !== 'string')
		throw new Error(`can't slice item of type ${typeName(value)}`);
	const length = lengthOf(value);
	const [from = 0, to = length] = bounds.map((bound) => integer(bound));
	for (const bound of [from, to])
		if (bound < 0 || bound > length) throw new Error(`index out of range: ${bound}`);
	if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
	if (value instanceof Slice) return new Slice((value.items ?? []).slice(from, to), value.elem);
	return fromUtf8(utf8(value).subarray(from, to));
}

/** Checks an argument against what the function takes. Throws Go's words. */
export function checkArgument(value: Value, parameter: Parameter): void {
	if (parameter === 'any') return;
	const wanted = parameter === 'strings' ? '[]string' : parameter;
	const inner = bare(value);
	if (inner instanceof Missing) throw new Error(`invalid value; expected ${wanted}`);
	const fits =
		parameter === 'string'
			? typeof inner === 'string'
			: parameter === 'int'
				? typeof inner === 'bigint'
				: inner instanceof Slice && inner.elem === 'string';
	if (!fits) throw new Error(`wrong type for value; expected ${wanted}; got ${typeName(inner)}`);
}

/** Whether a value is a struct reached directly or through a pointer. */
export function structOf(value: Value): Struct | null {
	const inner = bare(value);
	if (inner instanceof Struct) return inner;
	return inner instanceof Pointer && inner.to instanceof Struct ? inner.to : null;
}
