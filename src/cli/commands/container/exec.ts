import type { CommandContext } from '../../context.ts';
import { exitError, type CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { followSize } from '../../terminal/resize.ts';
import { ESCAPED, joinStreams } from '../../terminal/session.ts';
import { segment } from '#client';
import { detachKeysOf } from './run.ts';
import { readEnvFiles, withHostValues } from './env.ts';

/** SIGINT and SIGTERM. */
const INTERRUPTING = new Set([2, 15]);

/** `docker exec`: a further process in a running container. */
export const exec: CommandModule = {
	arity: atLeast(2),
	stopsAtArgument: true,
	async run(invocation) {
		const { context, client, flags, args } = invocation;
		const detachKeys = detachKeysOf(invocation);
		const [container = '', ...command] = args;
		const tty = flags.bool('tty');
		const detached = flags.bool('detach');
		const stdin = flags.bool('interactive') && !detached;
		const path = `/containers/${segment(container)}`;
		await client.text('GET', `${path}/json`);
		if (tty && stdin && !context.stdin.isTty) throw exitError(1, 'the input device is not a TTY');
		const env = [
			...(await readEnvFiles(flags.list('env-file'), context)),
			...withHostValues(flags.list('env'), context.env),
		];
		const consoleSize = tty && !detached ? sizeOf(context) : {};
		const { Id } = await client.json<{ Id: string }>('POST', `${path}/exec`, {
			json: {
				User: flags.string('user'),
				Privileged: flags.bool('privileged'),
				Tty: tty,
				...consoleSize,
				AttachStdin: stdin,
				AttachStderr: !detached,
				AttachStdout: !detached,
				Detach: detached,
				DetachKeys: detachKeys,
				Env: env.length > 0 ? env : null,
				WorkingDir: flags.string('workdir'),
				Cmd: command,
			},
		});
		const start = { Detach: detached, Tty: tty, ...consoleSize };
		if (detached) {
			await client.send('POST', `/exec/${Id}/start`, { json: start });
			return 0;
		}
		const stream = await client.hijack(`/exec/${Id}/start`, { json: start });
		const session = joinStreams(context, stream, { tty, stdin, detachKeys });
		const stopSize =
			tty && context.stdin.isTty ? await followSize(context, client, `/exec/${Id}/resize`) : () => undefined;
		// Docker's client takes an interruption for an end like any other; the process in the container goes on.
		let stopSignals = () => {};
		const interrupted = new Promise<'interrupted'>((resolve) => {
			stopSignals = context.onSignal((signal) => {
				if (INTERRUPTING.has(signal)) resolve('interrupted');
				return INTERRUPTING.has(signal);
			});
		});
		try {
			const how = await Promise.race([session, interrupted]);
			if (how === 'detached') throw exitError(1, ESCAPED);
			if (how === 'interrupted') return 0;
			const { ExitCode } = await client.json<{ ExitCode: number | null }>('GET', `/exec/${Id}/json`);
			return ExitCode ?? 0;
		} finally {
			stopSignals();
			stopSize();
		}
	},
};

/** The terminal's size, where there is one. */
function sizeOf({ terminal }: CommandContext): { ConsoleSize?: [rows: number, cols: number] } {
	const { rows, cols } = terminal.size();
	return rows > 0 || cols > 0 ? { ConsoleSize: [rows, cols] } : {};
}
