import type { ContainerInspect } from '#api';
import { segment } from '#client';
import { exitError, type CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { followSize } from '../../terminal/resize.ts';
import { ESCAPED, joinStreams } from '../../terminal/session.ts';
import { attachQuery, detachKeysOf } from './run.ts';
import { outliveSignals } from './signals.ts';
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
		const isWriting = !flags.bool('no-stdin');
		if (tty && isWriting && !context.stdin.isTty) throw exitError(1, 'the input device is not a TTY');
		const stdin = isWriting && container.Config.OpenStdin;
		const detachKeys = detachKeysOf(invocation);
		const streams = [...(stdin ? ['stdin'] : []), 'stdout', 'stderr'];
		const stream = await client.hijack(`/containers/${id}/attach`, {
			query: attachQuery(streams, detachKeys),
			headers: { 'Content-Type': 'text/plain' },
		});
		const signals = tty ? null : outliveSignals(context, client, flags.bool('sig-proxy', true) ? id : null);
		const session = joinStreams(context, stream, { tty, stdin, detachKeys });
		const stopSize =
			tty && context.stdout.isTty
				? await followSize(context, client, `/containers/${id}/resize`, { redraw: true })
				: () => undefined;
		const toItsEnd = async () => {
			if ((await session) === 'detached') throw exitError(1, ESCAPED);
			return waiting.exitCode;
		};
		try {
			return await (signals ? Promise.race([toItsEnd(), signals.insisted]) : toItsEnd());
		} finally {
			signals?.stop();
			stopSize();
			waiting.cancel();
		}
	},
};
