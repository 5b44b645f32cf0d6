import { SandboxError, invalid, kindOf, messageOf, unavailable } from '#base';
import { Client } from '#client';
import { COMMANDS } from './commands/table.ts';
import { configFolder, loadConfig, type DockerConfig } from './config.ts';
import type { CommandContext } from './context.ts';
import { engineAddress } from './contexts.ts';
import { absolutePath } from './files.ts';
import { errorText, exitError } from './invocation.ts';
import { checkArity } from './parser/arguments.ts';
import { findCommand, isGroup, type CommandSpec } from './parser/command.ts';
import type { Flags } from './parser/flags.ts';
import { namedFlagError, parseFlags } from './parser/flags.ts';
import { versionLine } from './commands/system/version-line.ts';

/** Runs one `docker …` command line to its end. Resolves with the exit code; never rejects. */
export async function runDocker(context: CommandContext): Promise<number> {
	try {
		return await dispatch(context);
	} catch (error) {
		return report(context, error);
	}
}

async function report(context: CommandContext, error: unknown): Promise<number> {
	// Told to end, or its terminal is gone: whatever broke then is nobody's news.
	if (context.signal.aborted) return 1;
	const detail = (error instanceof SandboxError ? error.detail : undefined) as
		{ exitCode?: number; bare?: boolean } | undefined;
	const isUsage = detail?.exitCode !== undefined && !detail.bare;
	const text = isUsage ? `docker: ${messageOf(error)}` : errorText(error);
	if (text !== '') await context.stderr.write(`${text}\n`).catch(() => undefined);
	return detail?.exitCode ?? 1;
}

async function dispatch(context: CommandContext): Promise<number> {
	const top = findCommand('') as CommandSpec;
	const asked = /^__complete(NoDesc)?$/.exec(context.argv[1] ?? '');
	if (asked) {
		const { complete } = await import('./complete/complete.ts');
		return complete(context, context.argv.slice(2), asked[1] === undefined);
	}
	const { flags, args } = parseFlags(top, context.argv.slice(1), false);
	if (flags.bool('version')) {
		await context.stdout.write(`${versionLine()}\n`);
		return 0;
	}
	if (args[0] === 'help') return helpOf(context, args.slice(1));
	for (const note of flags.notes) await context.stderr.write(`${note}\n`);
	if (args.length === 0) return print(context, top.help);
	if (flags.bool('help')) return print(context, resolve(args).command.help);
	if (!LOG_LEVELS.has(flags.string('log-level', 'info')))
		throw invalid(`Unable to parse logging level: ${flags.string('log-level')}`, {
			detail: { exitCode: 1, bare: true },
		});
	const folder = flags.string('config');
	const env = folder === '' ? context.env : { ...context.env, DOCKER_CONFIG: folder };
	return runCommand({ ...context, env }, flags, args);
}

const LOG_LEVELS = new Set(['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace']);

async function runCommand(context: CommandContext, globals: Flags, words: string[]): Promise<number> {
	const { command, rest } = resolve(words);
	const load = COMMANDS[command.canonical];
	const module = load ? await load() : null;
	const group = isGroup(command.name);
	const { flags, args } = parseFlags(command, rest, !(group || module?.stopsAtArgument));
	for (const note of flags.notes) await context.stdout.write(`${note}\n`);
	if (flags.bool('help')) return print(context, command.help);
	if (group && !module) return groupAlone(context, command, args);
	if (!module) throw invalid(`docker ${command.name} is not available in this sandbox.`);
	checkArity(command, module.arity, args.length);
	const config = await loadConfig(context);
	const client = await clientFor(context, globals, config, command);
	try {
		return await module.run({ context, client, command, flags, args, globals, config });
	} catch (error) {
		throw namedFlagError(command, error);
	}
}

/** This machine has one engine; at any other address nobody answers. Commands about contexts work without any. */
async function clientFor(
	context: CommandContext,
	globals: Flags,
	config: DockerConfig,
	command: CommandSpec,
): Promise<Client> {
	if (command.canonical.startsWith('context ')) return new Client(context.engine);
	await refuseTls(context, globals);
	const address = await engineAddress(context, globals, config);
	if (/^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(address)) return new Client(context.engine);
	return new Client(() => Promise.reject(unavailable('no such engine')), address);
}

/** Who asks for TLS hears first, as from the real command, whether there is a certificate of whom to trust. */
async function refuseTls(context: CommandContext, globals: Flags): Promise<void> {
	if (!wantsTls(globals, context.env)) return;
	const folder = context.env['DOCKER_CERT_PATH'] || configFolder(context);
	const path = globals.string('tlscacert', `${folder}/ca.pem`);
	try {
		await context.files.read(absolutePath(context, path));
	} catch (error) {
		const why = kindOf(error) === 'not-found' ? 'no such file or directory' : messageOf(error);
		throw exitError(1, `Failed to initialize: unable to resolve docker endpoint: open ${path}: ${why}`);
	}
	throw invalid(
		'This sandbox has no engine that is reached with TLS: leave out --tls and --tlsverify, and unset DOCKER_TLS and DOCKER_TLS_VERIFY.',
	);
}

/** `--tlsverify` means TLS even where it is false, as with the real command. */
function wantsTls(
	globals: Flags,
	{ DOCKER_TLS = '', DOCKER_TLS_VERIFY = '' }: CommandContext['env'],
): boolean {
	return globals.bool('tls', DOCKER_TLS !== '') || globals.has('tlsverify') || DOCKER_TLS_VERIFY !== '';
}

/** The longest command that the words name, and the words after it. */
function resolve(words: string[]): { command: CommandSpec; rest: string[] } {
	for (let length = Math.min(3, words.length); length > 0; length--) {
		const name = words.slice(0, length).join(' ');
		const command = findCommand(name);
		if (command) return { command, rest: words.slice(length) };
	}
	throw usage(`unknown command: docker ${words[0]}\n\nRun 'docker --help' for more information`);
}

async function groupAlone(context: CommandContext, command: CommandSpec, args: string[]): Promise<number> {
	const name = `docker ${command.name}`;
	// Two groups of the real command have the word in their own names.
	const own = ['volume', 'manifest'].includes(command.name) ? `${name} COMMAND` : name;
	if (args.length > 0)
		throw usage(
			`unknown command: ${name} ${args[0]}\n\nUsage:  ${own}\n\nRun '${name} --help' for more information`,
		);
	await context.stderr.write(command.help);
	return 0;
}

async function helpOf(context: CommandContext, words: string[]): Promise<number> {
	const command = findCommand(words.join(' '));
	if (!command)
		throw invalid(`unknown help topic: ${words.join(' ')}`, { detail: { exitCode: 1, bare: true } });
	return print(context, command.help);
}

function usage(message: string): Error {
	return invalid(message, { detail: { exitCode: 1 } });
}

async function print(context: CommandContext, text: string): Promise<number> {
	await context.stdout.write(text);
	return 0;
}
