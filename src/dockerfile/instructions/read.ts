import { invalid, quote } from '#base';
import type { Node } from '../parser/node.ts';
import { trimSpace } from '../text.ts';
import { Flags } from './flags.ts';
import { readHealth } from './health.ts';
import { checkMount } from './mounts.ts';
import { readAdd, readCopy } from './sources.ts';
import { suggest } from './suggest.ts';
import type { CommandFile, Instruction, Pair } from './types.ts';

type Read = (node: Node, source: string) => Instruction;

/** Understands one instruction: of a file, of an ONBUILD or of `--change`. Throws `invalid` in Docker's words. */
export function readInstruction(node: Node): Instruction {
	const kind = node.value.toLowerCase();
	// What Docker says, in words of its own program.
	if (kind === 'from') throw invalid('*instructions.Stage is not a command type');
	const read = Object.hasOwn(READ, kind) ? READ[kind] : undefined;
	if (!read) throw unknown(node.value);
	return read(node, trimSpace(node.original));
}

const READ: Record<string, Read> = {
	add: readAdd,
	arg: (node, source) => ({ name: 'ARG', source, args: atLeastOne('ARG', node).map(argument) }),
	cmd: (node, source) => {
		new Flags(node.flags);
		return { name: 'CMD', source, ...command(node) };
	},
	copy: readCopy,
	entrypoint: (node, source) => {
		new Flags(node.flags);
		const read = command(node);
		return {
			name: 'ENTRYPOINT',
			source,
			...read,
			commandLine: read.commandLine.length ? read.commandLine : null,
		};
	},
	env: (node, source) => ({ name: 'ENV', source, pairs: pairs('ENV', node) }),
	expose: (node, source) => ({ name: 'EXPOSE', source, ports: several('EXPOSE', node).sort() }),
	healthcheck: (node, source) => ({ name: 'HEALTHCHECK', source, health: readHealth(node) }),
	label: (node, source) => ({ name: 'LABEL', source, pairs: pairs('LABEL', node) }),
	maintainer: (node, source) => ({ name: 'MAINTAINER', source, maintainer: only('MAINTAINER', node) }),
	onbuild: (node, source) => ({ name: 'ONBUILD', source, expression: expression(node) }),
	run: readRun,
	shell: (node, source) => ({ name: 'SHELL', source, shell: shell(node) }),
	stopsignal: (node, source) => ({ name: 'STOPSIGNAL', source, signal: one('STOPSIGNAL', node) }),
	user: (node, source) => ({ name: 'USER', source, user: only('USER', node) }),
	volume: (node, source) => ({ name: 'VOLUME', source, volumes: several('VOLUME', node).map(volume) }),
	workdir: (node, source) => ({ name: 'WORKDIR', source, path: only('WORKDIR', node) }),
};

const NAMES = [...Object.keys(READ), 'from'].map((name) => name.toUpperCase());

function unknown(value: string): Error {
	const upper = value.toUpperCase();
	const sentence = `unknown instruction: ${value}`;
	const names = value === upper ? NAMES : NAMES.map((name) => name.toLowerCase());
	return invalid(suggest(sentence, value === upper ? upper : value.toLowerCase(), names));
}

function atLeastOne(name: string, { args }: Node): string[] {
	if (args.length === 0) throw invalid(`${name} requires at least one argument`);
	return [...args];
}

/** Arguments of an instruction that has no flags. */
function several(name: string, node: Node): string[] {
	const args = atLeastOne(name, node);
	new Flags(node.flags);
	return args;
}

function one(name: string, { args }: Node): string {
	const [arg] = args;
	if (arg === undefined || args.length > 1) throw invalid(`${name} requires exactly one argument`);
	return arg;
}

/** The argument of an instruction that has no flags. */
function only(name: string, node: Node): string {
	const arg = one(name, node);
	new Flags(node.flags);
	return arg;
}

function pairs(name: string, { args, flags }: Node): Pair[] {
	new Flags(flags);
	if (args.length === 0) throw invalid(`${name} requires at least one argument`);
	const read: Pair[] = [];
	for (let at = 0; at < args.length; at += 3) {
		const [key = '', value = '', delimiter = ''] = args.slice(at, at + 3);
		if (key === '') throw invalid(`${name} names can not be blank`);
		read.push({ key, value, noDelimiter: delimiter === '' });
	}
	return read;
}

function argument(arg: string): { key: string; value: string | null } {
	const equals = arg.indexOf('=');
	if (equals === 0) throw invalid('ARG names can not be blank');
	return equals < 0 ? { key: arg, value: null } : { key: arg.slice(0, equals), value: arg.slice(equals + 1) };
}

function command({ args, isJson, heredocs }: Node): {
	commandLine: string[];
	prependShell: boolean;
	files: CommandFile[];
} {
	const files = heredocs.map(({ name, content, chomp }) => ({ name, data: content, chomp }));
	return { commandLine: isJson ? [...args] : args.slice(0, 1), prependShell: !isJson, files };
}

function readRun(node: Node, source: string): Instruction {
	const flags = new Flags(node.flags, { mount: 'strings', network: 'string', device: 'strings' });
	const mountFlags = flags.strings('mount');
	mountFlags.forEach(checkMount);
	const network = flags.used.includes('network') ? flags.string('network') : 'default';
	if (!['default', 'none', 'host'].includes(network)) throw invalid(`invalid network mode ${quote(network)}`);
	return { name: 'RUN', source, ...command(node), flagsUsed: flags.used, mountFlags, mounts: [], network };
}

function expression({ trigger, flags, original, heredocs }: Node): string {
	if (!trigger) throw invalid('ONBUILD requires at least one argument');
	new Flags(flags);
	const name = trigger.value.toUpperCase();
	if (name === 'ONBUILD') throw invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
	if (name === 'MAINTAINER' || name === 'FROM') throw invalid(`${name} isn't allowed as an ONBUILD trigger`);
	const documents = heredocs.map((heredoc) => `\n${heredoc.content}${heredoc.name}`);
	return original.replace(/^[\t\n\f\r ]*ONBUILD[\t\n\f\r ]*/i, '') + documents.join('');
}

function volume(path: string): string {
	const trimmed = trimSpace(path);
	if (trimmed === '') throw invalid('VOLUME specified can not be an empty string');
	return trimmed;
}

function shell({ args, flags, isJson }: Node): string[] {
	new Flags(flags);
	if (args.length === 0) throw invalid('SHELL requires at least one argument');
	if (!isJson) throw invalid('SHELL requires the arguments to be in JSON form');
	return [...args];
}
