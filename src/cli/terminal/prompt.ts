import type { CommandContext } from '../context.ts';
import { exitError } from '../invocation.ts';

const CTRL_C = '\x03';
const INTERRUPTED = 130;

/** Asks for a line that is typed; without `echo` nothing of it shows, from the moment the question is there. */
export async function readLine(
	context: CommandContext,
	{ question, echo }: { question: string; echo: boolean },
): Promise<string> {
	if (!echo) await context.terminal.setRaw(true);
	await context.stdout.write(question);
	const reader = context.stdin.stream.getReader();
	const decoder = new TextDecoder();
	let typed = '';
	try {
		while (!/[\r\n]/.test(typed)) {
			const { done, value } = await reader.read();
			if (done) break;
			typed = erased(typed + decoder.decode(value, { stream: true }));
			// In raw mode it is a character like the erase key.
			if (!echo && typed.includes(CTRL_C)) throw exitError(INTERRUPTED, '');
		}
	} finally {
		reader.releaseLock();
		if (!echo) await context.terminal.setRaw(false);
	}
	return typed.split(/[\r\n]/, 1)[0] ?? '';
}

function erased(text: string): string {
	return text.replace(/[^\x7f]?\x7f/g, '');
}
