import { SandboxError, messageOf } from '#base';
import { exitError, errorText, type CommandModule, type Invocation } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { joinStreams } from '../../terminal/session.ts';
import { followSize } from '../../terminal/resize.ts';
import { createContainer } from './create.ts';
import { outliveSignals } from './signals.ts';
import { startWaiting } from './wait.ts';

/** `docker run`: create (pulling when needed), attach, wait, start. */
export const run: CommandModule = {
	arity: atLeast(1),
	stopsAtArgument: true,
	async run(invocation) {
		try {
			return await runContainer(invocation);
		} catch (error) {
			throw runError(error);
		}
	},
};

/** Failures of `run` are told with the command's name and a hint, and have codes of their own: 125, 126, 127. */
function runError(error: unknown): unknown {
	const detail = (error instanceof SandboxError ? error.detail : undefined) as
		{ bare?: boolean; badFlag?: unknown } | undefined;
	if (detail?.bare || detail?.badFlag) return error;
	return exitError(
		exitCodeOf(messageOf(error)),
		`docker: ${errorText(error)}\n\nRun 'docker run --help' for more information`,
	);
}

function exitCodeOf(message: string): number {
	if (
		/executable file not found|no such file or directory|system cannot find the file specified/.test(message)
	)
		return 127;
	if (/permission denied|is a directory|not a directory|exec format error/.test(message)) return 126;
	return 125;
}

async function runContainer(invocation: Invocation): Promise<number> {
	const { context, client, flags } = invocation;
	const detachKeys = detachKeysOf(invocation);
	const detached = flags.bool('detach');
	const tty = flags.bool('tty');
	const interactive = flags.bool('interactive');
	if (!detached && tty && interactive && !context.stdin.isTty)
		throw exitError(1, 'the input device is not a TTY');
	const id = await createContainer(invocation, 'run');
	const streams = attachedStreams(invocation);
	const attached = streams.length > 0;
	// Without its output the id is all there is to see: it is told even when the start fails.
	const shows = streams.includes('stdout') || streams.includes('stderr');
	if (!shows) await context.stdout.write(`${id}\n`);
	const signals = attached
		? outliveSignals(context, client, flags.bool('sig-proxy', true) ? id : null)
		: null;
	const hijacked = attached
		? await client.hijack(`/containers/${id}/attach`, {
				query: attachQuery(streams, detachKeys),
				headers: { 'Content-Type': 'text/plain' },
			})
		: null;
	const waiting = await startWaiting(client, id, flags.bool('rm') ? 'removed' : 'next-exit');
	const session =
		hijacked &&
		joinStreams(context, hijacked, {
			tty,
			stdin: streams.includes('stdin'),
			detachKeys,
		});
	// The session may fail with the start below, which then is the error to tell.
	session?.catch(() => undefined);
	let stopSize = () => {};
	const toItsEnd = async () => {
		await client.send('POST', `/containers/${id}/start`);
		if (attached && tty && context.stdout.isTty)
			stopSize = await followSize(context, client, `/containers/${id}/resize`);
		if (session && (await session) === 'detached') return 0;
		return shows ? waiting.exitCode : 0;
	};
	try {
		return await (signals ? Promise.race([toItsEnd(), signals.insisted]) : toItsEnd());
	} finally {
		signals?.stop();
		stopSize();
		waiting.cancel();
	}
}

/** The keys that detach: asked for, or those of the configuration; '' is the engine's own. */
export function detachKeysOf({ flags, config }: Invocation): string {
	return flags.string('detach-keys') || (config.detachKeys ?? '');
}

/** The streams that the client joins, by Docker's rules. */
function attachedStreams({ flags }: Invocation): ('stdin' | 'stdout' | 'stderr')[] {
	if (flags.bool('detach')) return [];
	const asked = flags.list('attach').map((name) => name.toLowerCase());
	const all = asked.length === 0;
	const streams: ('stdin' | 'stdout' | 'stderr')[] = [];
	if (asked.includes('stdin') || (all && flags.bool('interactive'))) streams.push('stdin');
	if (asked.includes('stdout') || all) streams.push('stdout');
	if (asked.includes('stderr') || all) streams.push('stderr');
	return streams;
}

/** The query of an attach request. */
export function attachQuery(streams: string[], detachKeys: string): Record<string, string> {
	return {
		stream: '1',
		...Object.fromEntries(streams.map((name) => [name, '1'])),
		...(detachKeys !== '' && { detachKeys }),
	};
}
