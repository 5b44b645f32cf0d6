import { setTimeout as sleep } from 'node:timers/promises';
import { invalid } from '#base';
import type { Sandbox, TerminalSession } from '#sandbox';
import { SHELL_MARKS, TerminalText } from '#tutor';

/** Also marked when a command line goes on, so that a script can be typed line by line. */
const PROMPT_MARKS = [...SHELL_MARKS, 'PS2=\\[\x1b]633;D;0;\x07\\]> '];
const PROMPT_PATIENCE_MS = 120_000;
/** A program that shows no prompt is taken to wait for input when it has been silent for so long. */
const SILENCE_MS = 2500;
const MOMENT_MS = 40;
/** How a program ends its output that waits for somebody to type. */
const ASKS = /[#$>%:?)\]] ?$/;

/** A terminal of the machine, typed into as a learner does: the next line once the one before it is done. */
export class Typist {
	readonly #terminal: TerminalSession;
	readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
	readonly #onOutput: (bytes: Uint8Array) => void;
	readonly #text = new TerminalText();
	#tail = '';
	#isAtPrompt = false;
	#hasEnded = false;
	#lastOutput = Date.now();

	private constructor(terminal: TerminalSession, onOutput: (bytes: Uint8Array) => void) {
		this.#terminal = terminal;
		this.#onOutput = onOutput;
		this.#writer = terminal.io.writable.getWriter();
		// A terminal whose machine is put back ends; whoever types into it then is told.
		this.#read().catch(() => (this.#hasEnded = true));
	}

	/** Opens a terminal and waits for its prompt. */
	static async open(sandbox: Sandbox, onOutput: (bytes: Uint8Array) => void): Promise<Typist> {
		const terminal = await sandbox.openTerminal({ rows: 40, cols: 120, env: PROMPT_MARKS });
		const typist = new Typist(terminal, onOutput);
		await typist.untilPrompt();
		return typist;
	}

	/** Types a line at the prompt, and does not wait for what comes of it. */
	async command(line: string): Promise<void> {
		await this.untilPrompt();
		this.#isAtPrompt = false;
		await this.#type(`${line}\n`);
	}

	/** Types a line into whatever runs there. */
	async input(line: string): Promise<void> {
		await this.#type(`${line}\n`);
	}

	async key(letter: string): Promise<void> {
		await this.#type(String.fromCharCode(letter.charCodeAt(0) & 0x1f));
	}

	/** Waits until the shell reads again. */
	async untilPrompt(): Promise<void> {
		const until = Date.now() + PROMPT_PATIENCE_MS;
		while (!this.#isAtPrompt) {
			if (this.#hasEnded) throw invalid('the terminal has ended');
			if (Date.now() > until)
				throw invalid(`the shell did not come back; the terminal shows: ${this.#tail.slice(-300)}`);
			await sleep(MOMENT_MS);
		}
	}

	/** Waits until the shell, or a program that runs there, waits for input. */
	async untilQuiet(): Promise<void> {
		const until = Date.now() + PROMPT_PATIENCE_MS;
		while (!this.#isAtPrompt && !this.#hasEnded && Date.now() < until) {
			const silent = Date.now() - this.#lastOutput;
			if (silent > SILENCE_MS || (silent > 5 * MOMENT_MS && ASKS.test(this.#tail))) return;
			await sleep(MOMENT_MS);
		}
	}

	async close(): Promise<void> {
		if (!this.#hasEnded) await this.#terminal.close();
	}

	async #type(text: string): Promise<void> {
		this.#lastOutput = Date.now();
		await this.#writer.write(new TextEncoder().encode(text));
	}

	async #read(): Promise<void> {
		for await (const bytes of this.#terminal.io.readable as unknown as AsyncIterable<Uint8Array>) {
			this.#lastOutput = Date.now();
			this.#onOutput(bytes);
			this.#text.add(bytes);
			const { text, marks } = this.#text.take();
			this.#tail = (this.#tail + text).slice(-2000);
			if (marks.length > 0) this.#isAtPrompt = marks.at(-1)?.is === 'prompt';
		}
		this.#hasEnded = true;
	}
}
