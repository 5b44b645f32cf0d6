import type { Client } from '#client';
import type { CommandContext } from '../context.ts';

/**
 * Keeps the terminal of a container or exec at the size of the command's; returns the function that stops it.
 * `redraw`: changes the size for a moment, so that a program which has long drawn its screen draws it again.
 */
export async function followSize(
	context: CommandContext,
	client: Client,
	path: string,
	{ redraw = false } = {},
): Promise<() => void> {
	const send = async (more = 0) => {
		const { rows, cols } = context.terminal.size();
		if (rows === 0 && cols === 0) return;
		await client.send('POST', path, { query: { h: String(rows + more), w: String(cols + more) } });
	};
	if (redraw) await send(1).catch(() => undefined);
	// A process that has ended already needs no size.
	await send().catch(() => undefined);
	return context.terminal.onResize(() => void send().catch(() => undefined));
}
