import type { ContainerInspect } from '#api';
import { segment } from '#client';
import { errorText, exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { kindOf } from '#base';
import { atLeast } from '../../parser/arguments.ts';
import { followSize } from '../../terminal/resize.ts';
import { joinStreams } from '../../terminal/session.ts';
import { attachQuery, detachKeysOf } from './run.ts';
import { outliveSignals } from './signals.ts';
import { startWaiting } from './wait.ts';

/** `docker start`: starts containers, or one of them attached. */
export const start: CommandModule = {
	arity: atLeast(1),
	async run(invocation) {
		const { flags, args } = invocation;
		const attached = flags.bool('attach') || flags.bool('interactive');
		if (!attached) return startAll(invocation);
		if (args.length > 1) throw exitError(1, 'you cannot start and attach multiple containers at once');
		return startAttached(invocation);
	},
};

async function startAll({ context, client, args }: Invocation): Promise<number> {
	const failed: string[] = [];
	for (const name of args) {
		try {
			await client.send('POST', `/containers/${segment(name)}/start`).catch((error: unknown) => {
				if (kindOf(error) !== 'not-modified') throw error;
			});
			await context.stdout.write(`${name}\n`);
		} catch (error) {
			await context.stderr.write(`${errorText(error)}\n`);
			failed.push(name);
		}
	}
	if (failed.length === 0) return 0;
	throw exitError(1, `Error: failed to start containers: ${failed.join(', ')}`);
}

async function startAttached(invocation: Invocation): Promise<number> {
	const { context, client, flags, args } = invocation;
	const container = await client.json<ContainerInspect>('GET', `/containers/${segment(args[0] ?? '')}/json`);
	const id = container.Id;
	const tty = container.Config.Tty;
	const stdin = flags.bool('interactive') && container.Config.OpenStdin;
	const detachKeys = detachKeysOf(invocation);
	const streams = [...(stdin ? ['stdin'] : []), 'stdout', 'stderr'];
	const signals = tty ? null : outliveSignals(context, client, id);
	const stream = await client.hijack(`/containers/${id}/attach`, {
		query: attachQuery(streams, detachKeys),
		headers: { 'Content-Type': 'text/plain' },
	});
	const waiting = await startWaiting(client, id, container.HostConfig.AutoRemove ? 'removed' : 'next-exit');
	const session = joinStreams(context, stream, { tty, stdin, detachKeys });
	session.catch(() => undefined);
	let stopSize = () => {};
	const toItsEnd = async () => {
		await client.send('POST', `/containers/${id}/start`);
		if (tty && context.stdout.isTty) stopSize = await followSize(context, client, `/containers/${id}/resize`);
		return (await session) === 'detached' ? 0 : waiting.exitCode;
	};
	try {
		return await (signals ? Promise.race([toItsEnd(), signals.insisted]) : toItsEnd());
	} finally {
		signals?.stop();
		stopSize();
		waiting.cancel();
	}
}
