import { expect, it } from 'vitest';
import { streamOf } from '#base';
import type { CommandContext } from '#cli';
import { readLine } from '../../src/cli/terminal/prompt.ts';

/** A terminal that types this, and what happens at it, in order. */
function typing(...keys: string[]): { context: CommandContext; seen: string[] } {
	const seen: string[] = [];
	const output = { isTty: true, write: async (text: string) => void seen.push(text) };
	const context = {
		stdin: { stream: streamOf(...keys.map((key) => new TextEncoder().encode(key))), isTty: true },
		stdout: output,
		terminal: { setRaw: async (raw: boolean) => void seen.push(raw ? 'hidden' : 'shown') },
	} as unknown as CommandContext;
	return { context, seen };
}

it('what is typed is hidden before it is asked for', async () => {
	const { context, seen } = typing('secreT', '\x7ft\r');
	expect(await readLine(context, { question: 'Password: ', echo: false })).toBe('secret');
	expect(seen).toEqual(['hidden', 'Password: ', 'shown']);
});

it('Ctrl-C ends a hidden question as the signal would, and shows again what is typed', async () => {
	const { context, seen } = typing('sec', '\x03');
	await expect(readLine(context, { question: 'Password: ', echo: false })).rejects.toMatchObject({
		message: '',
		detail: { exitCode: 130 },
	});
	expect(seen.at(-1)).toBe('shown');
});

it('an open question is echoed by the terminal', async () => {
	const { context, seen } = typing('ada\n');
	expect(await readLine(context, { question: 'Username: ', echo: true })).toBe('ada');
	expect(seen).toEqual(['Username: ']);
});
