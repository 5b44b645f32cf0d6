import type { ContainerConfig, HealthConfig } from '#api';
import { invalid } from '#base';
import { parseSignal } from '../../containers/signals.ts';
import { sortedMap } from '../../json.ts';
import { parseChanges, type Instruction } from './instruction.ts';
import { expandWord, splitWords, type Lookup } from './words.ts';

/** The configuration with the instructions of `--change` applied. Throws `invalid` in Docker's words. */
export function applyChanges(config: ContainerConfig, changes: readonly string[]): ContainerConfig {
	const changed = structuredClone(config);
	let hasCommand = false;
	for (const instruction of parseChanges(changes)) {
		const { name } = instruction;
		if (name === 'CMD') hasCommand = true;
		if (name === 'ENTRYPOINT' && !hasCommand) changed.Cmd = null;
		APPLY[name]?.(changed, instruction);
	}
	return changed;
}

type Apply = (config: ContainerConfig, instruction: Instruction) => void;

const APPLY: Record<string, Apply> = {
	CMD: (config, instruction) => {
		config.Cmd = commandLine(config, instruction);
		delete config.ArgsEscaped;
	},
	ENTRYPOINT: (config, instruction) => {
		config.Entrypoint = commandLine(config, instruction);
	},
	ENV: (config, instruction) => {
		for (const [key, value] of pairs(config, instruction)) {
			const name = `${key}=`;
			const others = (config.Env ?? []).map((entry) => (entry.startsWith(name) ? `${name}${value}` : entry));
			const isNew = !others.some((entry) => entry.startsWith(name));
			config.Env = isNew ? [...others, `${name}${value}`] : others;
		}
	},
	LABEL: (config, instruction) => {
		config.Labels = sortedMap({ ...config.Labels, ...Object.fromEntries(pairs(config, instruction)) });
	},
	EXPOSE: (config, instruction) => {
		const ports = words(config, instruction).flatMap(exposedPorts);
		config.ExposedPorts = sortedMap({ ...config.ExposedPorts, ...keys(ports) });
	},
	VOLUME: (config, instruction) => {
		const paths = instruction.list ?? splitWords(instruction.rest);
		if (paths.length === 0) throw atLeastOne(instruction);
		const volumes = paths.map((path) => expandWord(path, environment(config)).trim());
		if (volumes.includes('')) throw invalid('VOLUME specified can not be an empty string');
		config.Volumes = sortedMap({ ...config.Volumes, ...keys(volumes) });
	},
	USER: (config, instruction) => {
		config.User = only(config, instruction);
	},
	WORKDIR: (config, instruction) => {
		config.WorkingDir = absolute(config.WorkingDir, only(config, instruction));
	},
	STOPSIGNAL: (config, instruction) => {
		const signal = only(config, instruction);
		parseSignal(signal);
		config.StopSignal = signal;
	},
	ONBUILD: (config, instruction) => {
		const { rest } = instruction;
		const trigger = /^\S+/.exec(rest)?.[0].toUpperCase() ?? '';
		if (trigger === '') throw atLeastOne(instruction);
		if (trigger === 'ONBUILD') throw invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
		if (trigger === 'FROM' || trigger === 'MAINTAINER')
			throw invalid(`${trigger} isn't allowed as an ONBUILD trigger`);
		config.OnBuild = [...(config.OnBuild ?? []), rest];
	},
	HEALTHCHECK: (config, instruction) => {
		config.Healthcheck = healthCheck(config, instruction);
	},
};

/** A JSON list as it is; anything else is a line for the shell. */
function commandLine(config: ContainerConfig, { list, rest }: Instruction): string[] {
	if (list) return list;
	return rest === '' ? [] : [...(config.Shell ?? ['/bin/sh', '-c']), rest];
}

/** `KEY=value …`, or the old `KEY the rest`. */
function pairs(config: ContainerConfig, instruction: Instruction): [key: string, value: string][] {
	const lookup = environment(config);
	const { name, rest } = instruction;
	const parts = splitWords(rest);
	const [first] = parts;
	if (first === undefined) throw atLeastOne(instruction);
	if (!first.includes('=')) {
		const value = rest.slice(first.length).trim();
		if (value === '') throw invalid(`${name} must have two arguments`);
		return [[expandWord(first, lookup), expandWord(value, lookup)]];
	}
	return parts.map((part) => {
		const equals = part.indexOf('=');
		if (equals < 0)
			throw invalid(
				`Syntax error - can't find = in ${JSON.stringify(part)}. Must be of the form: name=value`,
			);
		const key = expandWord(part.slice(0, equals), lookup);
		if (key === '') throw invalid(`${name} names can not be blank`);
		return [key, expandWord(part.slice(equals + 1), lookup)];
	});
}

function words(config: ContainerConfig, instruction: Instruction): string[] {
	const parts = splitWords(instruction.rest);
	if (parts.length === 0) throw atLeastOne(instruction);
	return parts
		.flatMap((part) => expandWord(part, environment(config)).split(/\s+/))
		.filter((part) => part !== '');
}

function only(config: ContainerConfig, { name, rest }: Instruction): string {
	if (rest === '') throw invalid(`${name} requires exactly one argument`);
	return expandWord(rest, environment(config));
}

function environment(config: ContainerConfig): Lookup {
	return (name) => {
		const entry = config.Env?.find((item) => item.startsWith(`${name}=`));
		return entry?.slice(name.length + 1);
	};
}

/** `80`, `80-82`, `53/udp` → `80/tcp` … */
function exposedPorts(text: string): string[] {
	const [range = '', proto = 'tcp'] = text.split('/');
	if (!['tcp', 'udp', 'sctp'].includes(proto.toLowerCase())) throw invalid(`Invalid proto: ${proto}`);
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
	const from = Number(match?.[1] ?? -1);
	const to = Number(match?.[2] ?? from);
	if (!match || from > to || to > 65_535) throw invalid(`Invalid containerPort: ${range}`);
	return Array.from({ length: to - from + 1 }, (_none, index) => `${from + index}/${proto.toLowerCase()}`);
}

function keys(names: readonly string[]): Record<string, object> {
	return Object.fromEntries(names.map((name) => [name, {}]));
}

function absolute(current: string, path: string): string {
	const parts: string[] = [];
	for (const part of (path.startsWith('/') ? path : `${current}/${path}`).split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
}

const UNITS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

function healthCheck(config: ContainerConfig, instruction: Instruction): HealthConfig {
	const { flags, rest } = instruction;
	const type = /^\S*/.exec(rest)?.[0].toUpperCase() ?? '';
	const command = rest.slice(type.length).trim();
	if (type === '') throw atLeastOne(instruction);
	if (type === 'NONE') {
		if (command !== '') throw invalid('HEALTHCHECK NONE takes no arguments');
		return { Test: ['NONE'] };
	}
	if (type !== 'CMD') throw invalid(`Unknown type ${JSON.stringify(type)} in HEALTHCHECK (try CMD)`);
	if (command === '') throw invalid('Missing command after HEALTHCHECK CMD');
	const list = parseChanges([`CMD ${command}`])[0]?.list;
	const health: HealthConfig = { Test: list ? ['CMD', ...list] : ['CMD-SHELL', command] };
	for (const [flag, value] of flags) setHealth(health, flag, value);
	return sortHealth(health);
}

function setHealth(health: HealthConfig, flag: string, value: string): void {
	if (flag === 'retries') {
		if (!/^\d+$/.test(value) || Number(value) < 1)
			throw invalid(`--retries must be at least 1 (not ${value})`);
		health.Retries = Number(value);
		return;
	}
	const key = {
		interval: 'Interval',
		timeout: 'Timeout',
		'start-period': 'StartPeriod',
		'start-interval': 'StartInterval',
	}[flag];
	if (!key) throw invalid(`unknown flag: --${flag}`);
	health[key as 'Interval'] = nanoseconds(value);
}

function nanoseconds(text: string): number {
	const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
	if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
		throw invalid(`time: invalid duration ${JSON.stringify(text)}`);
	return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0);
}

/** In the order in which Docker writes them. */
function sortHealth({
	Test,
	Interval,
	Timeout,
	StartPeriod,
	StartInterval,
	Retries,
}: HealthConfig): HealthConfig {
	return {
		...(Test && { Test }),
		...(Interval && { Interval }),
		...(Timeout && { Timeout }),
		...(StartPeriod && { StartPeriod }),
		...(StartInterval && { StartInterval }),
		...(Retries && { Retries }),
	};
}

function atLeastOne({ name }: Instruction): Error {
	return invalid(`${name} requires at least one argument`);
}
