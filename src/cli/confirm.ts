import type { CommandContext } from './context.ts';

/** Tells what will be lost and asks whether to go on. */
export function confirm(context: CommandContext, warning: string): Promise<boolean> {
	return ask(context, `${warning}\nAre you sure you want to continue?`);
}

/** Asks for y or Y; anything else, or the end of input, means no. */
export async function ask(context: CommandContext, question: string): Promise<boolean> {
	await context.stdout.write(`${question} [y/N] `);
	const reader = context.stdin.stream.getReader();
	const decoder = new TextDecoder();
	let typed = '';
	try {
		while (!typed.includes('\n')) {
			const { done, value } = await reader.read();
			if (done) break;
			typed += decoder.decode(value, { stream: true });
			if (typed.length > 4096) break;
		}
	} finally {
		reader.releaseLock();
	}
	return /^y\r?\n?/i.test(typed) && typed.split('\n')[0]?.trim().length === 1;
}
