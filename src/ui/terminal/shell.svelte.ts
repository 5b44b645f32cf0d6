import { messageOf, type Clock } from '#base';
import type { Sandbox, TerminalSession } from '#sandbox';
import { SHELL_MARKS } from '#tutor';
import { PacedWriter } from './pace.ts';
import { PromptWatch } from './prompt.ts';
import type { TerminalKey, TerminalView } from './view.ts';

/** Bytes given to the screen and not drawn yet, beyond which no more is read. */
const UNDRAWN_LIMIT = 512 * 1024;

export interface ShellOptions {
	sandbox: Sandbox | null;
	clock: Clock;
	/** Told of everything the shell prints. */
	onOutput(terminal: string, bytes: Uint8Array): void;
	/** Where a shell is to be after its machine was put back; undefined: where shells begin. */
	directoryOf(terminal: string): string | undefined;
	/** What to print when the shell has ended. */
	endedText(code: number): string;
}

/** A terminal tab: a shell in the machine and the view it is drawn in. Either may come first; what is typed meanwhile is kept. */
export class Shell {
	readonly number: number;
	/** What the learner calls it; empty: by its number. */
	name = $state('');
	/** Something was typed before the machine could take it. */
	isTypingAhead = $state(false);
	/** The shell has printed its first byte. */
	isOpen = $state(false);
	readonly #options: ShellOptions;
	readonly #encoder = new TextEncoder();
	#view: TerminalView | null = null;
	#session: TerminalSession | null = null;
	#writer: WritableStreamDefaultWriter<Uint8Array> | null = null;
	#ahead = '';
	#isReading = false;
	#wantsFocus = false;
	#hasEnded = false;
	#isDisposed = false;
	/** Counts the shells that were opened here: what an earlier one has to say is not shown in a later one's place. */
	#opened = 0;

	constructor(number: number, options: ShellOptions) {
		this.number = number;
		this.#options = options;
	}

	/** Draws in this view from now on, and opens the shell. */
	attach(view: TerminalView): void {
		this.#view = view;
		if (this.#wantsFocus) view.focus();
		void this.#open();
	}

	/** Input as if it came from the keyboard. */
	type(text: string): void {
		if (this.#hasEnded) {
			if (text.includes('\r')) void this.#open();
			return;
		}
		if (!this.#writer || !this.#isReading) {
			this.#ahead += text;
			if (this.isOpen) return;
			this.isTypingAhead = true;
			void this.#view?.write(`\x1b[2m${text.replaceAll('\r', '\r\n').replaceAll('\x7f', '\b \b')}\x1b[0m`);
			return;
		}
		// A shell that is gone says so through `exited`.
		this.#writer.write(this.#encoder.encode(text)).catch(() => undefined);
	}

	/** Types a command and presses Enter. */
	run(command: string): void {
		this.type(`${command}\r`);
	}

	resize(rows: number, cols: number): void {
		// Fails only when the shell has just ended.
		this.#session?.resize(rows, cols).catch(() => undefined);
	}

	/** Puts the keyboard here, or will as soon as there is something to put it on. */
	focus(): void {
		if (this.#view) this.#view.focus();
		else this.#wantsFocus = true;
	}

	/** A key that this device's keyboard may lack. */
	press(key: TerminalKey): void {
		this.#view?.press(key);
	}

	fit(): void {
		this.#view?.fit();
	}

	text(): string {
		return this.#view?.text() ?? '';
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#session?.close().catch(() => undefined);
		this.#view?.dispose();
	}

	/** The machine is about to be put back: this shell ends with it, and says nothing. */
	suspend(): void {
		this.#opened++;
		this.#writer = null;
		this.#session = null;
		this.#isReading = false;
	}

	/** Opens a shell in the machine that is there now. */
	resume(): void {
		this.isOpen = false;
		this.#view?.reset();
		void this.#open(this.#options.directoryOf(String(this.number)));
	}

	async #open(directory?: string): Promise<void> {
		const { sandbox } = this.#options;
		const view = this.#view;
		if (!sandbox || !view) return;
		this.#hasEnded = false;
		const opening = ++this.#opened;
		const isCurrent = (): boolean => opening === this.#opened && !this.#isDisposed;
		try {
			await sandbox.ready;
			const size = { rows: view.rows, cols: view.cols };
			if (!isCurrent()) return;
			const session = await openShell(sandbox, size, directory);
			if (!isCurrent()) return void session.close().catch(() => undefined);
			this.#session = session;
			if (size.rows !== view.rows || size.cols !== view.cols) this.resize(view.rows, view.cols);
			const prompt = new PromptWatch(this.#options.clock);
			const drawing = this.#draw(session.io.readable, view, prompt, isCurrent);
			this.#writer = session.io.writable.getWriter();
			void prompt.reading.then(() => isCurrent() && this.#sendAhead());
			// Together: when the machine is put back both fail, and neither may do so unheard.
			const [code] = await Promise.all([session.exited, drawing]);
			if (isCurrent()) this.#end(code);
		} catch (error) {
			// The machine is gone: the page shows that in place of the terminals.
			if (isCurrent()) await view.write(`\r\n\x1b[2m${messageOf(error)}\x1b[0m\r\n`);
		}
	}

	#sendAhead(): void {
		this.#isReading = true;
		const ahead = this.#ahead;
		this.#ahead = '';
		if (ahead) this.type(ahead);
	}

	async #draw(
		output: ReadableStream<Uint8Array>,
		view: TerminalView,
		prompt: PromptWatch,
		isCurrent: () => boolean,
	): Promise<void> {
		const reader = output.getReader();
		const screen = new PacedWriter(this.#options.clock, (data) => view.write(data));
		let undrawn = 0;
		for (;;) {
			const { done, value } = await reader.read();
			if (done || !isCurrent()) return;
			if (!this.isOpen) {
				if (this.isTypingAhead) view.reset();
				this.isOpen = true;
				this.isTypingAhead = false;
			}
			prompt.saw(value);
			this.#options.onOutput(String(this.number), value);
			undrawn += value.length;
			const drawn = screen.write(value).then(() => (undrawn -= value.length));
			if (undrawn > UNDRAWN_LIMIT) await drawn;
		}
	}

	#end(code: number): void {
		this.#session = null;
		this.#writer = null;
		this.#isReading = false;
		this.#hasEnded = true;
		if (!this.#isDisposed) void this.#view?.write(`\r\n\x1b[2m${this.#options.endedText(code)}\x1b[0m\r\n`);
	}
}

/** One whose directory is no longer there begins where shells do. */
async function openShell(
	sandbox: Sandbox,
	size: { rows: number; cols: number },
	cwd: string | undefined,
): Promise<TerminalSession> {
	const options = { ...size, env: SHELL_MARKS };
	if (cwd === undefined) return sandbox.openTerminal(options);
	return sandbox.openTerminal({ ...options, cwd }).catch(() => sandbox.openTerminal(options));
}
