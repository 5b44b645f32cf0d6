import type { Client } from '#client';
import type { CommandContext } from '../context.ts';

/** Keeps the terminal of a container or exec at the size of the command's; returns the function that stops it. */
export async function followSize(context: CommandContext, client: Client, path: string): Promise<() => void> {
	const send = async () => {
		const { rows, cols } = context.terminal.size();
		if (rows === 0 && cols === 0) return;
		await client.send('POST', path, { query: { h: String(rows), w: String(cols) } });
	};
	// A process that has ended already needs no size.
	await send().catch(() => undefined);
	return context.terminal.onResize(() => void send().catch(() => undefined));
}
