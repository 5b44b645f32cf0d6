import type { Client } from '#client';
import type { CommandContext } from '../../context.ts';
import { exitError } from '../../invocation.ts';

const NAMES: Record<number, string> = {
	1: 'HUP',
	2: 'INT',
	3: 'QUIT',
	10: 'USR1',
	12: 'USR2',
	14: 'ALRM',
	15: 'TERM',
	18: 'CONT',
};
/** SIGINT and SIGTERM. */
const ENDING = new Set([2, 15]);
const LAST = 3;

/** The signals of a command that goes on when it gets them. */
export interface Signals {
	/** Rejects when somebody insists: with the third SIGINT or SIGTERM. */
	insisted: Promise<never>;
	stop(): void;
}

/** Outlives SIGINT and SIGTERM, twice; with an `id` all signals are sent on to that container. */
export function outliveSignals(context: CommandContext, client: Client, id: string | null): Signals {
	let insist: (error: unknown) => void = () => undefined;
	const insisted = new Promise<never>((_resolve, reject) => {
		insist = reject;
	});
	insisted.catch(() => undefined);
	let count = 0;
	const stop = context.onSignal((signal) => {
		if (ENDING.has(signal) && ++count === LAST)
			insist(exitError(1, '\ngot 3 SIGTERM/SIGINTs, forcefully exiting'));
		const name = id === null ? undefined : NAMES[signal];
		if (name === undefined) return ENDING.has(signal);
		// The container may have ended between the signal and the request: nothing is lost then.
		client.send('POST', `/containers/${id}/kill`, { query: { signal: `SIG${name}` } }).catch(() => undefined);
		return true;
	});
	return { insisted, stop };
}
