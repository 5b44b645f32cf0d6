import type { CommandContext } from './context.ts';

/** Asks for y or Y; anything else, or the end of input, means no. */
export async function confirm(context: CommandContext, warning: string): Promise<boolean> {
	await context.stdout.write(`${warning}\nAre you sure you want to continue? [y/N] `);
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
