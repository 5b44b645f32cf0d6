import { quote } from '#base';
import type { Interface } from './value.ts';
import {
	Dict,
	JsonNumber,
	Missing,
	Pointer,
	Slice,
	Struct,
	bare,
	indirect,
	typeName,
	type Value,
} from './value.ts';

/** Go's `fmt.Sprint` of one value: what `%v` prints. */
export function printValue(wrapped: Value, depth = 0): string {
	const value = bare(wrapped);
	if (value === null) return '<nil>';
	if (value instanceof Missing) return '<no value>';
	if (value instanceof JsonNumber) return value.text;
	if (value instanceof Slice)
		return `[${(value.items ?? []).map((item) => printValue(item, depth + 1)).join(' ')}]`;
	if (value instanceof Dict)
		return `map[${value
			.keys()
			.map((key) => `${key}:${printValue(value.entries?.get(key) ?? null, depth + 1)}`)
			.join(' ')}]`;
	if (value instanceof Struct)
		return value.text ?? `{${value.printed.map((field) => printValue(field, depth + 1)).join(' ')}}`;
	if (value instanceof Pointer) return printPointer(value, depth);
	if (typeof value === 'number') return printFloat(value);
	return String(value);
}

/** A pointer at the top prints what it points to, with `&`; inside something else Go prints an address. */
function printPointer(pointer: Pointer, depth: number): string {
	if (pointer.to === null) return '<nil>';
	if (pointer.to instanceof Struct && pointer.to.text !== undefined) return pointer.to.text;
	return depth === 0 ? `&${printValue(pointer.to, 1)}` : '0xc000000000';
}

/** What a template prints for a value: pointers are followed first. */
export function printResult(value: Value): string {
	const inner = bare(value);
	if (inner instanceof Pointer) {
		const { value: target, isNil } = indirect(inner);
		return isNil ? '<nil>' : printValue(target);
	}
	return printValue(inner);
}

/** `%v` of a float64: the shortest that reads back, exponent from 1e21. */
function printFloat(value: number): string {
	if (!Number.isFinite(value)) return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
	const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
	if (exponent >= -4 && exponent < 21) return String(value);
	return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `fmt.Sprint`: a space between operands when neither is a string. */
export function sprint(values: Value[]): string {
	return values
		.map((value, index) => {
			const before = index > 0 ? bare(values[index - 1] ?? null) : '';
			const spaced = index > 0 && typeof before !== 'string' && typeof bare(value) !== 'string';
			return (spaced ? ' ' : '') + printValue(value);
		})
		.join('');
}

/** `fmt.Sprintln`. */
export function sprintln(values: Value[]): string {
	return `${values.map((value) => printValue(value)).join(' ')}\n`;
}

interface Verb {
	flags: string;
	width: number | null;
	precision: number | null;
	verb: string;
}

/** `fmt.Sprintf` for the kinds of value that templates hold. */
export function sprintf(format: string, args: Value[]): string {
	let next = 0;
	let out = '';
	const pattern = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?(.|$)/gsu;
	let last = 0;
	for (const match of format.matchAll(pattern)) {
		out += format.slice(last, match.index);
		last = match.index + match[0].length;
		const [, flags = '', widthText, precisionText, verb = ''] = match;
		if (verb === '%') {
			out += '%';
			continue;
		}
		if (verb === '') {
			out += '%!(NOVERB)';
			continue;
		}
		const number = (text: string | undefined) =>
			text === '*' ? Number(bare(args[next++] ?? null)) : text === undefined ? null : Number(text);
		const width = number(widthText);
		const precision = number(precisionText);
		if (next >= args.length) {
			out += `%!${verb}(MISSING)`;
			continue;
		}
		out += pad(formatOne({ flags, width, precision, verb }, bare(args[next++] ?? null)), flags, width, verb);
	}
	out += format.slice(last);
	if (next >= args.length) return out;
	const extra = args
		.slice(next)
		.map((value) => (bare(value) === null ? '<nil>' : `${typeName(bare(value))}=${printValue(value)}`));
	return `${out}%!(EXTRA ${extra.join(', ')})`;
}

function pad(text: string, flags: string, width: number | null, verb: string): string {
	const missing = (width ?? 0) - [...text].length;
	if (missing <= 0) return text;
	if (flags.includes('-')) return text + ' '.repeat(missing);
	if (!flags.includes('0') || 'sqvT'.includes(verb)) return ' '.repeat(missing) + text;
	const sign = /^[+-]/.exec(text)?.[0] ?? '';
	return sign + '0'.repeat(missing) + text.slice(sign.length);
}

function formatOne(spec: Verb, value: Exclude<Value, Interface>): string {
	const { verb } = spec;
	if (verb === 'T') return typeName(value);
	if (verb === 'v')
		return typeof value === 'string' && spec.flags.includes('#') ? quote(value) : printValue(value);
	if (value instanceof Slice)
		return `[${(value.items ?? []).map((item) => formatOne(spec, bare(item))).join(' ')}]`;
	if (value instanceof Dict && verb !== 'T')
		return `map[${value
			.keys()
			.map((key) => `${formatOne(spec, key)}:${formatOne(spec, bare(value.entries?.get(key) ?? null))}`)
			.join(' ')}]`;
	const text = value instanceof JsonNumber ? value.text : value;
	const formatted =
		typeof text === 'string'
			? formatString(spec, text)
			: typeof text === 'bigint'
				? formatInt(spec, text)
				: typeof text === 'number'
					? formatFloat(spec, text)
					: typeof text === 'boolean' && verb === 't'
						? String(text)
						: null;
	return (
		formatted ?? (value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${printValue(value)})`)
	);
}

function formatString({ verb, precision, flags }: Verb, text: string): string | null {
	const cut = precision === null ? text : [...text].slice(0, precision).join('');
	if (verb === 's') return cut;
	if (verb === 'q') return flags.includes('#') && !cut.includes('`') ? `\`${cut}\`` : quote(cut);
	if (verb !== 'x' && verb !== 'X') return null;
	const hex = Array.from(new TextEncoder().encode(cut), (byte) => byte.toString(16).padStart(2, '0')).join(
		flags.includes(' ') ? ' ' : '',
	);
	return verb === 'X' ? hex.toUpperCase() : hex;
}

function formatInt({ verb, flags }: Verb, value: bigint): string | null {
	const radix: Record<string, number> = { d: 10, x: 16, X: 16, o: 8, b: 2 };
	if (verb === 'c') return String.fromCodePoint(Number(value));
	if (verb === 'q') return `'${String.fromCodePoint(Number(value))}'`;
	if (verb === 'U') return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
	const base = radix[verb];
	if (base === undefined) return null;
	const sign = value < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
	const prefix = flags.includes('#')
		? verb === 'x'
			? '0x'
			: verb === 'X'
				? '0X'
				: verb === 'o'
					? '0'
					: ''
		: '';
	const digits = (value < 0n ? -value : value).toString(base);
	return sign + prefix + (verb === 'X' ? digits.toUpperCase() : digits);
}

function formatFloat({ verb, precision, flags }: Verb, value: number): string | null {
	const sign = value >= 0 && flags.includes('+') ? '+' : '';
	if (verb === 'f' || verb === 'F') return sign + value.toFixed(precision ?? 6);
	const exponent = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2');
	if (verb === 'e' || verb === 'E') {
		const text = exponent(value.toExponential(precision ?? 6));
		return sign + (verb === 'E' ? text.toUpperCase() : text);
	}
	if (verb === 'g' || verb === 'G')
		return (
			sign + (precision === null ? printFloat(value) : String(Number(value.toPrecision(precision || 1))))
		);
	return null;
}
