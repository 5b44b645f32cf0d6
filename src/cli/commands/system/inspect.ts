import { invalid, kindOf, messageOf } from '#base';
import { isFromEngine, segment } from '#client';
import {
	DOCKER_FUNCTIONS,
	compileTemplate,
	fromJson,
	type CompiledTemplate,
} from '../../formatter/template/index.ts';
import { typedJson } from '../../formatter/typed.ts';
import { errorText, exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { platformQuery } from '../image/platform.ts';
import { indent } from './indent.ts';

/** Where one kind of object is asked for, in the order that an inspect without `--type` tries. */
const KINDS: { kind: string; path: (name: string) => string }[] = [
	{ kind: 'container', path: (name) => `/containers/${name}/json` },
	{ kind: 'image', path: (name) => `/images/${name}/json` },
	{ kind: 'network', path: (name) => `/networks/${name}` },
	{ kind: 'volume', path: (name) => `/volumes/${name}` },
	{ kind: 'plugin', path: (name) => `/plugins/${name}/json` },
];

/** The types that the real command knows, those of a swarm included. */
const TYPES = [
	'config',
	'container',
	'image',
	'network',
	'node',
	'plugin',
	'secret',
	'service',
	'task',
	'volume',
]
	.map((type) => JSON.stringify(type))
	.join(', ');

interface Found {
	kind: string;
	json: string;
}

/** `docker inspect`: any kind of object. */
export const inspect: CommandModule = {
	arity: atLeast(1),
	run: (invocation) => {
		const type = invocation.flags.string('type');
		if (invocation.flags.has('type') && type === '') throw invalid(`type is empty: must be one of ${TYPES}`);
		return inspectAll(invocation, type);
	},
};
export const inspectContainers: CommandModule = {
	arity: atLeast(1),
	run: (invocation) => inspectAll(invocation, 'container'),
};
export const inspectImages: CommandModule = {
	arity: atLeast(1),
	run: (invocation) => inspectAll(invocation, 'image'),
};
export const inspectNetworks: CommandModule = {
	arity: atLeast(1),
	run: (invocation) => inspectAll(invocation, 'network'),
};
export const inspectPlugins: CommandModule = {
	arity: atLeast(1),
	run: (invocation) => inspectAll(invocation, 'plugin'),
};
export const inspectVolumes: CommandModule = {
	arity: atLeast(1),
	run: (invocation) => inspectAll(invocation, 'volume'),
};

async function inspectAll(invocation: Invocation, type: string): Promise<number> {
	const { context, args, flags } = invocation;
	if (type !== '' && !KINDS.some(({ kind }) => kind === type))
		throw exitError(1, `unknown type: ${JSON.stringify(type)}: must be one of ${TYPES}`);
	const format = flags.string('format');
	const template = format === '' || format === 'json' ? null : parse(format);
	const errors: string[] = [];
	const found: Found[] = [];
	let out = '';
	for (const arg of args) {
		try {
			const one = await find(invocation, arg, type);
			if (template) out += `${execute(template, one)}\n`;
			else found.push(one);
		} catch (error) {
			errors.push(errorText(error));
		}
	}
	if (!template) out = draw(found, format);
	// As the real command, which ends the line that it could not fill.
	else if (out === '') out = '\n';
	await context.stdout.write(out);
	if (errors.length === 0) return 0;
	throw exitError(1, errors.join('\n'));
}

function draw(found: Found[], format: string): string {
	if (format === 'json') return `[${found.map(({ json }) => json.trim()).join(',')}]\n`;
	if (found.length === 0) return '[]\n';
	return `[\n${found.map(({ json }) => `    ${indent(json, 1)}`).join(',\n')}\n]\n`;
}

async function find({ client, flags, context }: Invocation, name: string, type: string): Promise<Found> {
	const queries: Record<string, Record<string, string>> = {
		container: flags.bool('size') ? { size: '1' } : {},
		image: platformQuery(flags),
	};
	for (const { kind, path } of KINDS) {
		if (type !== '' && type !== kind) continue;
		// Between volumes and plugins come a swarm's objects: the real client asks first whether there is a swarm.
		if (type === '' && kind === 'plugin') await client.send('GET', '/info');
		try {
			const json = await client.text('GET', path(segment(name)), { query: queries[kind] ?? {} });
			if (flags.bool('size') && kind !== 'container')
				await context.stderr.write(`WARNING: --size ignored for ${kind}\n`);
			return { kind, json };
		} catch (error) {
			if (type !== '' || !isFromEngine(error) || !isElsewhere(kind, error)) throw error;
		}
	}
	throw exitError(1, `Error: No such object: ${name}`);
}

/** Whether what was asked for may be something else: no such thing, or no name that one of this kind could have. */
function isElsewhere(kind: string, error: unknown): boolean {
	if (kindOf(error) === 'not-found' || messageOf(error).includes('invalid reference format')) return true;
	return kind === 'plugin' && kindOf(error) !== 'unavailable';
}

function parse(format: string): CompiledTemplate {
	try {
		return compileTemplate(format, DOCKER_FUNCTIONS);
	} catch (error) {
		throw exitError(64, `template parsing error: ${messageOf(error)}`);
	}
}

/** First on the object as Go's structs hold it, then, when that fails, on the bare JSON, as the real command does. */
function execute(template: CompiledTemplate, { kind, json }: Found): string {
	const raw = JSON.parse(json) as unknown;
	const typed = typedJson(kind, raw);
	try {
		if (typed !== null) return template.execute(typed);
	} catch {
		// The second attempt's error is the one that is told.
	}
	try {
		return template.execute(fromJson(raw), { missingKeyIsError: true });
	} catch (error) {
		throw exitError(1, `template parsing error: ${messageOf(error)}`);
	}
}
