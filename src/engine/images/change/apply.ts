import type { ContainerConfig } from '#api';
import { invalid } from '#base';
import {
	expandInstruction,
	parseDockerfile,
	readInstruction,
	ShellLexer,
	type CmdInstruction,
	type EntrypointInstruction,
	type ExposeInstruction,
	type Instruction,
	type Lookup,
	type Pair,
} from '#dockerfile';
import { parseSignal } from '../../containers/signals.ts';
import { sortedMap } from '../../json.ts';

/** What `--change` takes. */
const ACCEPTED = new Set([
	'CMD',
	'ENTRYPOINT',
	'ENV',
	'EXPOSE',
	'HEALTHCHECK',
	'LABEL',
	'ONBUILD',
	'STOPSIGNAL',
	'USER',
	'VOLUME',
	'WORKDIR',
]);

/** The configuration with the instructions of `--change` applied. Throws `invalid` in Docker's words. */
export function applyChanges(config: ContainerConfig, changes: readonly string[]): ContainerConfig {
	const changed = structuredClone(config);
	if (changes.length === 0) return changed;
	const { nodes, escapeToken } = parseDockerfile(changes.join('\n'));
	for (const { value } of nodes)
		if (!ACCEPTED.has(value.toUpperCase())) throw invalid(`${value} is not a valid change command`);
	const lexer = new ShellLexer(escapeToken);
	let isCommandSet = false;
	for (const instruction of nodes.map(readInstruction)) {
		const lookup = environmentOf(changed);
		const expanded = expandInstruction(instruction, (word) => lexer.processWord(word, lookup));
		if (expanded.name === 'ENTRYPOINT' && !isCommandSet) changed.Cmd = null;
		if (expanded.name === 'CMD' && expanded.commandLine?.length) isCommandSet = true;
		applyInstruction(changed, expanded, exposedWords(expanded, lexer, lookup));
	}
	return changed;
}

/** What the variables of a configuration stand for. */
export function environmentOf({ Env }: ContainerConfig): Lookup {
	return (name) => Env?.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The ports of an EXPOSE, whose variables may hold several; nothing for other instructions. */
export function exposedWords(instruction: Instruction, lexer: ShellLexer, lookup: Lookup): string[] {
	return instruction.name === 'EXPOSE'
		? instruction.ports.flatMap((port) => lexer.processWords(port, lookup))
		: [];
}

/** Changes a configuration as an expanded instruction says; `ports` are an EXPOSE's words. Those that are about files or arguments change nothing. Throws `invalid`. */
export function applyInstruction(config: ContainerConfig, instruction: Instruction, ports: string[]): void {
	switch (instruction.name) {
		case 'CMD':
			config.Cmd = commandLine(config, instruction);
			delete config.ArgsEscaped;
			return;
		case 'ENTRYPOINT':
			config.Entrypoint = commandLine(config, instruction);
			return;
		case 'ENV':
			config.Env = instruction.pairs.reduce(withVariable, config.Env ?? []);
			return;
		case 'LABEL':
			config.Labels = sortedMap({ ...config.Labels, ...labelsOf(instruction.pairs) });
			return;
		case 'EXPOSE':
			config.ExposedPorts = sortedMap({ ...config.ExposedPorts, ...keys(ports.flatMap(exposedPorts)) });
			return;
		case 'VOLUME':
			if (instruction.volumes.includes('')) throw invalid('VOLUME specified can not be an empty string');
			config.Volumes = sortedMap({ ...config.Volumes, ...keys(instruction.volumes) });
			return;
		case 'USER':
			config.User = instruction.user;
			return;
		case 'WORKDIR':
			config.WorkingDir = workingDirectory(config, instruction.path);
			return;
		case 'STOPSIGNAL':
			parseSignal(instruction.signal);
			config.StopSignal = instruction.signal;
			return;
		case 'ONBUILD':
			config.OnBuild = [...(config.OnBuild ?? []), instruction.expression];
			return;
		case 'HEALTHCHECK':
			config.Healthcheck = nonZero(instruction.health);
			return;
		case 'SHELL':
			config.Shell = instruction.shell;
			return;
		default:
			return;
	}
}

/** A JSON list as it is; anything else is a line for the shell. */
export function commandLine(
	{ Shell }: ContainerConfig,
	{
		commandLine: words,
		prependShell,
	}: Pick<CmdInstruction | EntrypointInstruction, 'commandLine' | 'prependShell'>,
): string[] | null {
	return words && prependShell ? [...shellOf(Shell), ...words] : words;
}

/** The shell of a configuration. */
export function shellOf(shell: string[] | undefined): string[] {
	return shell && shell.length > 0 ? shell : ['/bin/sh', '-c'];
}

/** An absolute path, from the configuration's directory when it is relative. Throws `invalid` for none. */
export function workingDirectory({ WorkingDir }: ContainerConfig, path: string): string {
	if (path === '') throw invalid('cannot normalize nothing');
	const names: string[] = [];
	for (const name of (path.startsWith('/') ? path : `${WorkingDir}/${path}`).split('/')) {
		if (name === '..') names.pop();
		else if (name !== '' && name !== '.') names.push(name);
	}
	return `/${names.join('/')}`;
}

/** The variables with one more; one of that name stays where it is. */
function withVariable(env: string[], { key, value }: Pair): string[] {
	const entry = `${key}=${value}`;
	const at = env.findIndex((other) => other.startsWith(`${key}=`));
	return at < 0 ? [...env, entry] : env.with(at, entry);
}

function labelsOf(pairs: readonly Pair[]): Record<string, string> {
	return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

function keys(names: readonly string[]): Record<string, object> {
	return Object.fromEntries(names.map((name) => [name, {}]));
}

/** `80`, `80-82`, `53/udp` → `80/tcp` … */
function exposedPorts(text: ExposeInstruction['ports'][number]): string[] {
	const [range = '', proto = 'tcp'] = text.split('/');
	if (!['tcp', 'udp', 'sctp'].includes(proto.toLowerCase())) throw invalid(`Invalid proto: ${proto}`);
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
	const from = Number(match?.[1] ?? -1);
	const to = Number(match?.[2] ?? from);
	if (!match || from > to || to > 65_535) throw invalid(`Invalid containerPort: ${range}`);
	return Array.from({ length: to - from + 1 }, (_none, index) => `${from + index}/${proto.toLowerCase()}`);
}

/** Without the numbers that nothing was said of, as Docker writes it. */
function nonZero<T extends object>(value: T): Partial<T> {
	return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== 0)) as Partial<T>;
}
