import type { Fields, Schema } from './type.ts';

type Json = Record<string, unknown>;

/** A schema as JSON Schema (draft 7), for editors to complete and explain what an author writes. */
export function jsonSchema(schema: Schema, title: string): Json {
	return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...convert(schema) };
}

function convert(schema: Schema): Json {
	switch (schema.is) {
		case 'text':
			return schema.form
				? { type: 'string', pattern: `^(?:${schema.form.source})$` }
				: { type: 'string', minLength: 1 };
		case 'regexp':
			return { type: 'string', format: 'regex' };
		case 'number':
			return {
				type: schema.integer ? 'integer' : 'number',
				...(schema.min !== undefined && { minimum: schema.min }),
			};
		case 'flag':
			return { type: 'boolean' };
		case 'scalar':
			return { type: ['string', 'number', 'boolean'] };
		case 'choice':
			return { enum: [...schema.of] };
		case 'list': {
			const items = convert(schema.of);
			const list = { type: 'array', items };
			return schema.orOne ? { anyOf: [items, list] } : list;
		}
		case 'map':
			return { type: 'object', additionalProperties: convert(schema.of) };
		case 'record':
			return fields(schema.fields);
		case 'variants':
			return {
				type: 'object',
				required: [schema.by],
				oneOf: Object.entries(schema.cases).map(([name, { about, fields: own }]) => {
					const all = fields({ ...schema.common, ...own });
					const properties = {
						...(all['properties'] as Json),
						[schema.by]: { const: name, description: about.en },
					};
					return { title: name, description: about.en, ...all, properties };
				}),
			};
	}
}

function fields(all: Fields): Json {
	const properties = Object.fromEntries(
		Object.entries(all).map(([name, { type, about }]) => [name, { description: about.en, ...convert(type) }]),
	);
	const required = Object.entries(all).flatMap(([name, { optional }]) => (optional ? [] : [name]));
	return { type: 'object', additionalProperties: false, required, properties };
}
