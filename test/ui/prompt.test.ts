import { describe, expect, it } from 'vitest';
import type { Clock } from '#base';
import { PromptWatch } from '../../src/ui/terminal/prompt.ts';

const GREETING = 'Welcome to a machine.\r\nTry:  docker run hello-world # or not\r\n';
const PROMPT =
	'\x1b]633;D;0;\x07\x1b[?2004h\x1b]0;root@drydock: ~\x07\x1b[1;32mroot@drydock\x1b[0m:\x1b[1;34m~\x1b[0m# ';

/** A watch whose time passes only when `wait` is called. */
function watch() {
	let sleepers: { wake: () => void; signal: AbortSignal | undefined }[] = [];
	const clock: Clock = {
		now: () => 0,
		sleep: (_, signal) => new Promise((wake) => sleepers.push({ wake: () => wake(), signal })),
	};
	const prompt = new PromptWatch(clock);
	let isReading = false;
	void prompt.reading.then(() => (isReading = true));
	const settle = () => new Promise((resolve) => setImmediate(resolve));
	return {
		saw: (text: string) => prompt.saw(new TextEncoder().encode(text)),
		wait: () => {
			const due = sleepers;
			sleepers = [];
			for (const { wake, signal } of due) if (!signal?.aborted) wake();
		},
		reads: async () => {
			await settle();
			return isReading;
		},
	};
}

describe('a shell that has just been opened', () => {
	it('reads once its prompt is there, whole or in pieces', async () => {
		const whole = watch();
		whole.saw(GREETING + PROMPT);
		expect(await whole.reads()).toBe(true);
		const pieces = watch();
		for (const character of GREETING + PROMPT) {
			expect(await pieces.reads()).toBe(false);
			pieces.saw(character);
		}
		expect(await pieces.reads()).toBe(true);
	});

	it('does not read because its greeting looks like a prompt, nor before it has said anything', async () => {
		const shell = watch();
		shell.wait();
		shell.saw('root@machine:~# ');
		expect(await shell.reads()).toBe(false);
	});

	it('is taken to read when it has said something and been silent since', async () => {
		const shell = watch();
		shell.saw('> ');
		shell.saw('still ');
		expect(await shell.reads()).toBe(false);
		shell.wait();
		expect(await shell.reads()).toBe(true);
	});
});
