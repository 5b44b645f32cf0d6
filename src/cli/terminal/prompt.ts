import type { CommandContext } from '../context.ts';

/** Reads a line that is typed; without `echo` nothing of it shows. */
export async function readLine(context: CommandContext, options: { echo: boolean }): Promise<string> {
	if (!options.echo) await context.terminal.setRaw(true);
	const reader = context.stdin.stream.getReader();
	const decoder = new TextDecoder();
	let typed = '';
	try {
		while (!/[\r\n]/.test(typed)) {
			const { done, value } = await reader.read();
			if (done) break;
			typed = erased(typed + decoder.decode(value, { stream: true }));
		}
	} finally {
		reader.releaseLock();
		if (!options.echo) await context.terminal.setRaw(false);
	}
	return typed.split(/[\r\n]/, 1)[0] ?? '';
}

/** In raw mode the erase key arrives as a character. */
function erased(text: string): string {
	return text.replace(/[^\x7f]?\x7f/g, '');
}
