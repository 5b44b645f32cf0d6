import type { ContainerInspect } from '#api';
import { segment } from '#client';
import { exitError, type CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { followSize } from '../../terminal/resize.ts';
import { joinStreams } from '../../terminal/session.ts';
import { attachQuery, detachKeysOf } from './run.ts';
import { proxySignals } from './signals.ts';
import { startWaiting } from './wait.ts';

/** `docker attach`: joins the streams of a running container. */
export const attach: CommandModule = {
	arity: exactly(1),
	async run(invocation) {
		const { context, client, flags, args } = invocation;
		const id = segment(args[0] ?? '');
		const waiting = await startWaiting(client, id, '');
		const container = await client.json<ContainerInspect>('GET', `/containers/${id}/json`);
		if (!container.State.Running)
			throw exitError(1, 'You cannot attach to a stopped container, start it first');
		if (container.State.Paused)
			throw exitError(1, 'You cannot attach to a paused container, unpause it first');
		if (container.State.Restarting)
			throw exitError(1, 'You cannot attach to a restarting container, wait until it is running');
		const tty = container.Config.Tty;
		const stdin = !flags.bool('no-stdin') && container.Config.OpenStdin;
		if (tty && stdin && !context.stdin.isTty) throw exitError(1, 'the input device is not a TTY');
		const detachKeys = detachKeysOf(invocation);
		const streams = [...(stdin ? ['stdin'] : []), 'stdout', 'stderr'];
		const stream = await client.hijack(`/containers/${id}/attach`, {
			query: attachQuery(streams, detachKeys),
			headers: { 'Content-Type': 'text/plain' },
		});
		const stopSignals =
			flags.bool('sig-proxy', true) && !tty ? proxySignals(context, client, id) : () => undefined;
		const session = joinStreams(context, stream, { tty, stdin, detachKeys });
		const stopSize =
			tty && context.stdout.isTty
				? await followSize(context, client, `/containers/${id}/resize`)
				: () => undefined;
		try {
			if ((await session) === 'detached') {
				await context.stderr.write('read escape sequence\n');
				return 1;
			}
			return await waiting.exitCode;
		} finally {
			stopSignals();
			stopSize();
			waiting.cancel();
		}
	},
};
