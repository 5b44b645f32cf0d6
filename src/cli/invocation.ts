import { isFromEngine, type Client } from '#client';
import { SandboxError, messageOf } from '#base';
import type { DockerConfig } from './config.ts';
import type { CommandContext } from './context.ts';
import type { CommandSpec } from './parser/command.ts';
import type { Flags } from './parser/flags.ts';
import type { Arity } from './parser/arguments.ts';

/** One command line, read: what a command's file gets. */
export interface Invocation {
	context: CommandContext;
	client: Client;
	command: CommandSpec;
	flags: Flags;
	args: string[];
	/** The flags before the command. */
	globals: Flags;
	config: DockerConfig;
}

/** A command's implementation. `run` returns the exit code; what it throws is printed and becomes one. */
export interface CommandModule {
	arity: Arity;
	/** Flags end at the first argument (run, exec …). */
	stopsAtArgument?: boolean;
	run(invocation: Invocation): Promise<number>;
}

/** An error that ends the command with that code; `message` '' prints nothing. */
export function exitError(exitCode: number, message: string): SandboxError {
	return new SandboxError('internal', message, { detail: { exitCode, bare: true } });
}

/** How an error reads: the engine's answers are marked as such. */
export function errorText(error: unknown): string {
	return isFromEngine(error) ? `Error response from daemon: ${error.message}` : messageOf(error);
}

/** Does the same to each argument, prints each that worked and the errors of those that did not; 1 when there was one. */
export async function forEachArgument(
	{ args, context }: Invocation,
	work: (arg: string) => Promise<string | null>,
): Promise<number> {
	const errors: string[] = [];
	for (const arg of args) {
		try {
			const line = await work(arg);
			if (line !== null) await context.stdout.write(`${line}\n`);
		} catch (error) {
			errors.push(errorText(error));
		}
	}
	if (errors.length === 0) return 0;
	await context.stderr.write(`${errors.join('\n')}\n`);
	return 1;
}
