import { exitError, type CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { followSize } from '../../terminal/resize.ts';
import { joinStreams } from '../../terminal/session.ts';
import { segment } from '#client';
import { readEnvFiles, withHostValues } from './env.ts';

/** `docker exec`: a further process in a running container. */
export const exec: CommandModule = {
	arity: atLeast(2),
	stopsAtArgument: true,
	async run({ context, client, flags, args }) {
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
		const size = tty && !detached ? context.terminal.size() : null;
		const consoleSize =
			size && (size.rows > 0 || size.cols > 0) ? { ConsoleSize: [size.rows, size.cols] } : {};
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
				DetachKeys: flags.string('detach-keys'),
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
		const session = joinStreams(context, stream, { tty, stdin, detachKeys: flags.string('detach-keys') });
		const stopSize =
			tty && context.stdin.isTty ? await followSize(context, client, `/exec/${Id}/resize`) : () => undefined;
		try {
			if ((await session) === 'detached') return 0;
			const { ExitCode } = await client.json<{ ExitCode: number | null }>('GET', `/exec/${Id}/json`);
			return ExitCode ?? 0;
		} finally {
			stopSize();
		}
	},
};
