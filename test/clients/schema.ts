import { readFileSync } from 'node:fs';

/** A schema as Swagger 2 writes it, as far as the published API uses it. */
interface Schema {
	type?: string;
	properties?: Record<string, Schema>;
	items?: Schema;
	additionalProperties?: Schema | boolean;
	allOf?: Schema[];
	$ref?: string;
	enum?: unknown[];
	required?: string[];
}

// engine-api.json says in itself where it is from.
const api = JSON.parse(readFileSync(new URL('./engine-api.json', import.meta.url), 'utf8')) as {
	responses: Record<string, Record<string, Schema | null>>;
	definitions: Record<string, Schema>;
};

/** The operation of the published API that a request is, e.g. `GET /containers/{id}/json`; null when there is none. */
export function operationOf(method: string, path: string): string | null {
	const plain = path.replace(/^\/v[\d.]+/, '');
	const matches = Object.keys(api.responses).filter((operation) => {
		const [verb, template = ''] = operation.split(' ');
		const pattern = template.replace(/\{name\}/g, '.+').replace(/\{\w+\}/g, '[^/]+');
		return verb === method && new RegExp(`^${pattern}$`).test(plain);
	});
	return matches.sort((a, b) => a.split('{').length - b.split('{').length)[0] ?? null;
}

/** What is wrong with an answer, by the published API: a status that it has not, or a value of another type. Null is always right. */
export function complaints(operation: string, status: number, body: unknown): string[] {
	const responses = api.responses[operation] ?? {};
	if (!(status in responses)) return [`${operation} has no status ${status}`];
	const schema = responses[status];
	return schema ? check(schema, body, `${operation} ${status}`) : [];
}

function check(schema: Schema, value: unknown, where: string): string[] {
	if (value === null || value === undefined) return [];
	if (schema.$ref !== undefined)
		return check(api.definitions[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, where);
	const wrong = schema.allOf?.flatMap((part) => check(part, value, where)) ?? [];
	if (schema.enum && !schema.enum.includes(value))
		wrong.push(`${where}: ${JSON.stringify(value)} is none of its values`);
	switch (schema.type) {
		case 'array':
			if (!Array.isArray(value)) return [...wrong, `${where}: no array`];
			return [...wrong, ...value.flatMap((item, at) => check(schema.items ?? {}, item, `${where}[${at}]`))];
		case 'integer':
			return Number.isInteger(value) ? wrong : [...wrong, `${where}: no integer`];
		case 'string':
		case 'number':
		case 'boolean':
			return typeof value === schema.type ? wrong : [...wrong, `${where}: no ${schema.type}`];
		default:
			break;
	}
	if (schema.type !== 'object' && !schema.properties) return wrong;
	if (typeof value !== 'object' || Array.isArray(value)) return [...wrong, `${where}: no object`];
	const object = value as Record<string, unknown>;
	for (const name of schema.required ?? []) if (!(name in object)) wrong.push(`${where}: no ${name}`);
	for (const [name, item] of Object.entries(object)) {
		const known = schema.properties?.[name];
		const other = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
		wrong.push(...check(known ?? other, item, `${where}.${name}`));
	}
	return wrong;
}
