import type { Client } from '#client';
import type { CommandContext } from '../../context.ts';

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

/** Sends the command's signals on to the container; returns the function that stops it. */
export function proxySignals(context: CommandContext, client: Client, id: string): () => void {
	return context.onSignal((signal) => {
		const name = NAMES[signal];
		if (name === undefined) return;
		// The container may have ended between the signal and the request: nothing is lost then.
		client.send('POST', `/containers/${id}/kill`, { query: { signal: `SIG${name}` } }).catch(() => undefined);
	});
}
