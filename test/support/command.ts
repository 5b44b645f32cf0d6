import type { HttpHandler } from '#api';
import { notFound, streamOf } from '#base';
import { runDocker, type CommandContext } from '#cli';
import { MemoryFiles } from './memory-files.ts';

/** What one run of the command printed and how it ended. */
export interface CommandResult {
	exitCode: number;
	stdout: string;
	stderr: string;
}

export interface CommandOptions {
	/** None when absent. */
	registries?: CommandContext['registries'];
	env?: Record<string, string>;
	stdin?: string;
	cwd?: string;
	files?: Record<string, string> | MemoryFiles;
	/** Unix ms. */
	now?: number;
	/** A terminal of that size on all three streams. */
	terminal?: { rows: number; cols: number };
}

/** Real time, but nothing that keeps the process alive. */
function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Runs `docker ARGV…` in process against any engine. */
export async function docker(
	engine: HttpHandler,
	argv: string[],
	options: CommandOptions = {},
): Promise<CommandResult> {
	const texts = { stdout: '', stderr: '' };
	const output = (name: 'stdout' | 'stderr') => ({
		isTty: options.terminal !== undefined,
		write: async (bytes: Uint8Array | string) => {
			texts[name] += typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes);
		},
	});
	const context: CommandContext = {
		argv: ['docker', ...argv],
		env: options.env ?? {},
		cwd: options.cwd ?? '/root/w',
		stdin: {
			stream: streamOf(new TextEncoder().encode(options.stdin ?? '')),
			isTty: options.terminal !== undefined,
		},
		stdout: output('stdout'),
		stderr: output('stderr'),
		engine,
		registries: options.registries ?? {
			manifest: () => Promise.reject(notFound('there are no registries')),
			blob: () => Promise.reject(notFound('there are no registries')),
			mount: () => Promise.reject(notFound('there are no registries')),
			put: () => Promise.reject(notFound('there are no registries')),
		},
		files: options.files instanceof MemoryFiles ? options.files : new MemoryFiles(options.files),
		clock: { now: () => options.now ?? 1_795_000_000_000, sleep },
		terminal: {
			size: () => options.terminal ?? { rows: 0, cols: 0 },
			setRaw: async () => undefined,
			onResize: () => () => undefined,
		},
		onSignal: () => () => undefined,
		signal: new AbortController().signal,
	};
	const exitCode = await runDocker(context);
	return { exitCode, ...texts };
}
