import {
	isAlias,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	parseDocument,
	type Document,
	type Node,
	type YAMLMap,
} from 'yaml';
import { nearest } from '../slips/near.ts';
import type { Problem } from './problem.ts';
import type { Field, Fields, ListSchema, RecordSchema, Schema, VariantSchema } from './type.ts';

/** YAML that stands somewhere in a file. */
export interface YamlSource {
	file: string;
	/** The line of the file on which the YAML begins, from 1. */
	firstLine: number;
	text: string;
}

/** What was read: the value as far as it is sound, where each of its parts stands, and what is wrong. */
export interface Reading {
	/** Absent when nothing sensible could be read. */
	value: unknown;
	problems: Problem[];
	/** The line of the value at a path like `['checks', 0, 'id']`, or of what is nearest to it. */
	lineAt(path: readonly (string | number)[]): number;
}

/** Reads YAML against a schema. A value is given even beside problems, so that all of them can be told at once. */
export function readYaml(source: YamlSource, schema: Schema): Reading {
	const lines = new LineCounter();
	const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
	const lineOf = (offset: number): number => source.firstLine + Math.max(lines.linePos(offset).line, 1) - 1;
	const reader = new Reader(source.file, document, lineOf);
	// One error of grammar brings others after it that are none.
	const grammar = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
	for (const error of grammar ? [grammar] : document.errors) {
		const first = error.message.split('\n')[0] ?? '';
		reader.report(
			error.pos[0],
			error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml',
			error.code === 'DUPLICATE_KEY'
				? 'The same key stands here twice.'
				: `This is not YAML: ${first.replace(/\.?$/, '.')}`,
			error.code === 'DUPLICATE_KEY'
				? 'Keep one of the two.'
				: 'Check the indentation and the brackets, and put text with `: `, `#`, `{` or a leading backtick in quotes.',
		);
	}
	const lineAt = (path: readonly (string | number)[]): number => {
		for (let length = path.length; length >= 0; length--) {
			const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
			const range = (node as Node | null | undefined)?.range;
			if (range) return lineOf(range[0]);
		}
		return source.firstLine;
	};
	if (grammar) return { value: undefined, problems: reader.problems, lineAt };
	const value = reader.read(document.contents, schema, 'this');
	return { value, problems: reader.problems, lineAt };
}

class Reader {
	readonly problems: Problem[] = [];
	readonly #file: string;
	readonly #document: Document;
	readonly #lineOf: (offset: number) => number;

	constructor(file: string, document: Document, lineOf: (offset: number) => number) {
		this.#file = file;
		this.#document = document;
		this.#lineOf = lineOf;
	}

	report(at: number, code: string, message: string, advice: string): undefined {
		this.problems.push({ file: this.#file, line: this.#lineOf(at), code, message, advice });
	}

	/** The value of a node, undefined when it is not what the schema wants. `name` is what sentences call it. */
	read(given: unknown, schema: Schema, name: string): unknown {
		const node = this.#resolve(given);
		switch (schema.is) {
			case 'list':
				return this.#list(node, schema, name);
			case 'map':
			case 'record':
			case 'variants':
				return this.#mapping(node, schema, name);
			default:
				return this.#scalar(node, schema, name);
		}
	}

	#resolve(given: unknown): Node | null {
		const node = given as Node | null;
		return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
	}

	#scalar(
		node: Node | null,
		schema: Exclude<Schema, { is: 'list' | 'map' | 'record' | 'variants' }>,
		name: string,
	): unknown {
		const at = node?.range?.[0] ?? 0;
		const value = isScalar(node) ? node.value : undefined;
		const wrong = wrongScalar(value, schema, name);
		if (!wrong) return value;
		return this.report(at, wrong.code, wrong.message, wrong.advice);
	}

	#list(node: Node | null, schema: ListSchema, name: string): unknown[] | undefined {
		if (isSeq(node)) return node.items.map((item, index) => this.read(item, schema.of, `${name}[${index}]`));
		if (schema.orOne && node && !(isScalar(node) && node.value === null))
			return [this.read(node, schema.of, name)];
		return this.report(
			node?.range?.[0] ?? 0,
			'wrong-type',
			`${name} must be a list.`,
			'Write it as `[one, two]`, or one item a line after `- `.',
		);
	}

	#mapping(
		node: Node | null,
		schema: RecordSchema | VariantSchema | Extract<Schema, { is: 'map' }>,
		name: string,
	): Record<string, unknown> | undefined {
		if (!isMap(node))
			return this.report(
				node?.range?.[0] ?? 0,
				'wrong-type',
				`${name} must be a mapping of names to values.`,
				'Write one `name: value` a line, indented alike.',
			);
		if (schema.is === 'map') {
			const entries = node.items.map(({ key, value }) => {
				const text = String(isScalar(key) ? key.value : key);
				return [text, this.read(value, schema.of, `${name}.${text}`)] as const;
			});
			return Object.fromEntries(entries);
		}
		if (schema.is === 'record') return this.#fields(node, schema.fields, name);
		return this.#variant(node, schema, name);
	}

	#variant(node: YAMLMap, schema: VariantSchema, name: string): Record<string, unknown> | undefined {
		const tag = node.get(schema.by);
		const kinds = Object.keys(schema.cases);
		const chosen =
			typeof tag === 'string' && Object.hasOwn(schema.cases, tag) ? schema.cases[tag] : undefined;
		if (chosen)
			return this.#fields(
				node,
				{ ...schema.common, ...chosen.fields },
				`${name} (${String(tag)})`,
				schema.by,
			);
		const at = (node.get(schema.by, true) as Node | undefined)?.range?.[0] ?? node.range?.[0] ?? 0;
		const near = typeof tag === 'string' ? nearest(tag, kinds) : null;
		return this.report(
			at,
			tag === undefined ? 'missing-kind' : 'unknown-kind',
			tag === undefined
				? `${name} has no \`${schema.by}\`.`
				: `There is no ${schema.by} called \`${String(tag)}\`.`,
			near ? `Did you mean \`${near}\`?` : `Use one of ${kinds.join(', ')}.`,
		);
	}

	#fields(node: YAMLMap, fields: Fields, name: string, tag?: string): Record<string, unknown> {
		const value: Record<string, unknown> = {};
		for (const { key, value: item } of node.items) {
			const field = String(isScalar(key) ? key.value : key);
			const known: Field | undefined = Object.hasOwn(fields, field) ? fields[field] : undefined;
			if (known) {
				const found = this.read(
					item ?? key,
					item ? known.type : NOTHING,
					name === 'this' ? field : `${name}: ${field}`,
				);
				if (found !== undefined) value[field] = found;
			} else if (field === tag) value[field] = isScalar(item) ? item.value : undefined;
			else {
				const near = nearest(field, Object.keys(fields));
				this.report(
					(key as Node).range?.[0] ?? 0,
					'unknown-field',
					`${name === 'this' ? 'The front matter' : name} has no field \`${field}\`.`,
					near ? `Did you mean \`${near}\`?` : `Fields here are ${Object.keys(fields).join(', ')}.`,
				);
			}
		}
		for (const [field, { optional, about }] of Object.entries(fields))
			if (!optional && !node.has(field))
				this.report(
					node.range?.[0] ?? 0,
					'missing-field',
					`${name === 'this' ? 'The front matter' : name} has no \`${field}\`.`,
					`Add \`${field}:\` (${about.en}).`,
				);
		return value;
	}
}

/** What a field without a value is held against: nothing fits. */
const NOTHING: Schema = { is: 'text', form: { source: '(?!)', means: { en: 'given', 'zh-CN': '给出' } } };

interface Wrong {
	code: string;
	message: string;
	advice: string;
}

function wrongScalar(
	value: unknown,
	schema: Exclude<Schema, { is: 'list' | 'map' | 'record' | 'variants' }>,
	name: string,
): Wrong | null {
	const wrong = (message: string, advice: string, code = 'wrong-type'): Wrong => ({ code, message, advice });
	switch (schema.is) {
		case 'text':
			return wrongText(value, schema.form, name);
		case 'regexp': {
			const problem = wrongText(value, undefined, name);
			if (problem) return problem;
			try {
				new RegExp(value as string, 'm');
				return null;
			} catch (error) {
				return wrong(
					`${name} is not a regular expression: ${(error as Error).message}.`,
					'Put a backslash before each of `[ ] ( ) { } . * + ? ^ $ |` that stands for itself.',
					'bad-regexp',
				);
			}
		}
		case 'number':
			if (typeof value !== 'number')
				return wrong(`${name} must be a number.`, 'Write digits only, without quotes or a unit.');
			if (schema.integer && !Number.isInteger(value))
				return wrong(`${name} must be a whole number.`, 'Write it without a point.');
			if (schema.min !== undefined && value < schema.min)
				return wrong(`${name} must not be below ${schema.min}.`, `Write ${schema.min} or more.`);
			return null;
		case 'flag':
			return typeof value === 'boolean'
				? null
				: wrong(`${name} must be true or false.`, 'Write `true` or `false`, without quotes.');
		case 'scalar':
			return ['string', 'number', 'boolean'].includes(typeof value)
				? null
				: wrong(`${name} must be text, a number, true or false.`, 'Write a single value.');
		case 'choice': {
			if (typeof value === 'string' && schema.of.includes(value)) return null;
			const near = typeof value === 'string' ? nearest(value, schema.of) : null;
			return wrong(
				`${name} cannot be \`${String(value)}\`.`,
				near ? `Did you mean \`${near}\`?` : `Use one of ${schema.of.join(', ')}.`,
			);
		}
	}
}

function wrongText(
	value: unknown,
	form: { source: string; means: { en: string } } | undefined,
	name: string,
): Wrong | null {
	if (value === null || value === undefined || value === '')
		return {
			code: 'wrong-type',
			message: `${name} must be text.`,
			advice: 'Write something after the colon.',
		};
	if (typeof value !== 'string')
		return {
			code: 'wrong-type',
			message: `${name} must be text.`,
			advice: `Put it in quotes: \`'${String(value)}'\`.`,
		};
	if (form && !new RegExp(`^(?:${form.source})$`).test(value))
		return {
			code: 'wrong-form',
			message: `${name} cannot be \`${value}\`.`,
			advice: `It must be ${form.means.en}.`,
		};
	return null;
}
