import type { Words } from '../lesson/locale.ts';

/**
 * What an author may write at one place, as data: from it come the TypeScript type (`ValueOf`), the validation
 * with file and line, the JSON Schema for editors and the reference page.
 */
export type Schema =
	| TextSchema
	| { readonly is: 'regexp' }
	| NumberSchema
	| { readonly is: 'flag' }
	| { readonly is: 'scalar' }
	| ChoiceSchema
	| ListSchema
	| MapSchema
	| RecordSchema
	| VariantSchema;

export interface TextSchema {
	readonly is: 'text';
	/** A regular expression that the whole text must match, and how to say so. */
	readonly form?: { readonly source: string; readonly means: Words };
}

export interface NumberSchema {
	readonly is: 'number';
	readonly min?: number;
	readonly integer?: true;
}

export interface ChoiceSchema {
	readonly is: 'choice';
	readonly of: readonly string[];
}

export interface ListSchema {
	readonly is: 'list';
	readonly of: Schema;
	/** A single item may stand without its list. */
	readonly orOne?: true;
}

/** Any keys, each with a value of the same kind. */
export interface MapSchema {
	readonly is: 'map';
	readonly of: Schema;
	readonly keys: Words;
}

export type Fields = Readonly<Record<string, Field>>;

export interface RecordSchema {
	readonly is: 'record';
	readonly fields: Fields;
}

/** Records told apart by the text of one field. */
export interface VariantSchema {
	readonly is: 'variants';
	readonly by: string;
	readonly common: Fields;
	readonly cases: Readonly<Record<string, { readonly about: Words; readonly fields: Fields }>>;
}

export interface Field {
	readonly type: Schema;
	/** One sentence without a full stop, for the reference page and for editors. */
	readonly about: Words;
	readonly optional?: true;
}

/** The value that a schema lets through. */
export type ValueOf<S> = S extends { is: 'text' | 'regexp' }
	? string
	: S extends { is: 'number' }
		? number
		: S extends { is: 'flag' }
			? boolean
			: S extends { is: 'scalar' }
				? string | number | boolean
				: S extends { is: 'choice'; of: readonly (infer V)[] }
					? V
					: S extends { is: 'list'; of: infer I }
						? ValueOf<I>[]
						: S extends { is: 'map'; of: infer I }
							? Record<string, ValueOf<I>>
							: S extends { is: 'record'; fields: infer F }
								? RecordOf<F>
								: never;

/** The record that these fields make. */
export type RecordOf<F> = {
	-readonly [K in keyof F as F[K] extends { optional: true } ? never : K]: F[K] extends { type: infer S }
		? ValueOf<S>
		: never;
} & {
	-readonly [K in keyof F as F[K] extends { optional: true } ? K : never]?: F[K] extends { type: infer S }
		? ValueOf<S>
		: never;
};

export const text = { is: 'text' } as const;
export const regexp = { is: 'regexp' } as const;
export const flag = { is: 'flag' } as const;
export const scalar = { is: 'scalar' } as const;
export const count = { is: 'number', min: 0, integer: true } as const;
export const number = { is: 'number' } as const;

/** Text of a certain form. */
export function textLike(source: string, en: string, zh: string): TextSchema & { is: 'text' } {
	return { is: 'text', form: { source, means: { en, 'zh-CN': zh } } };
}

export function choice<const V extends string>(...of: V[]): { is: 'choice'; of: readonly V[] } {
	return { is: 'choice', of };
}

export function list<const S extends Schema>(of: S): { is: 'list'; of: S } {
	return { is: 'list', of };
}

/** One item, or a list of them; reads as a list either way. */
export function oneOrMany<const S extends Schema>(of: S): { is: 'list'; of: S; orOne: true } {
	return { is: 'list', of, orOne: true };
}

export function mapOf<const S extends Schema>(
	of: S,
	en: string,
	zh: string,
): { is: 'map'; of: S; keys: Words } {
	return { is: 'map', of, keys: { en, 'zh-CN': zh } };
}

export function record<const F extends Fields>(fields: F): { is: 'record'; fields: F } {
	return { is: 'record', fields };
}

/** A field that must be there. */
export function needed<const S extends Schema>(type: S, en: string, zh: string): { type: S; about: Words } {
	return { type, about: { en, 'zh-CN': zh } };
}

/** A field that may be left out. */
export function optional<const S extends Schema>(
	type: S,
	en: string,
	zh: string,
): { type: S; about: Words; optional: true } {
	return { type, about: { en, 'zh-CN': zh }, optional: true };
}
