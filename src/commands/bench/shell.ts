import type { Sandbox, TerminalSession } from '#sandbox';

/** What one command line cost. */
export interface Cost {
	/** Wall-clock milliseconds from the Enter key to the marker printed after the command. */
	ms: number;
	/** Million guest instructions in the same span. */
	mi: number;
	output: string;
}

/** An interactive shell on a terminal of the guest, timed from outside, as a learner would use it. */
export class Shell {
	readonly #sandbox: Sandbox;
	readonly #terminal: TerminalSession;
	readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	#text = '';
	#count = 0;

	constructor(sandbox: Sandbox, terminal: TerminalSession) {
		this.#sandbox = sandbox;
		this.#terminal = terminal;
		this.#writer = terminal.io.writable.getWriter();
		this.#reader = terminal.io.readable.getReader();
	}

	/** Opens a terminal and waits until its shell answers. */
	static async open(sandbox: Sandbox): Promise<Shell> {
		const shell = new Shell(sandbox, await sandbox.openTerminal({ rows: 24, cols: 200 }));
		await shell.run('true');
		return shell;
	}

	/** Types `line`, waits until it has run. Throws when it fails. */
	async run(line: string): Promise<Cost> {
		const marker = `mark-${++this.#count}-`;
		// The quotes keep the echoed command line from looking like the marker.
		const typed = new TextEncoder().encode(`${line}; echo "mark"-${this.#count}-$?-\n`);
		this.#text = '';
		const instructions = await this.#sandbox.instructions();
		const start = performance.now();
		await this.#writer.write(typed);
		const status = await this.#until(marker);
		const ms = performance.now() - start;
		const mi = ((await this.#sandbox.instructions()) - instructions) / 1e6;
		if (status !== '0') throw new Error(`"${line}" ended with ${status}: ${this.#text}`);
		return { ms, mi, output: this.#text };
	}

	async close(): Promise<void> {
		this.#reader.releaseLock();
		await this.#terminal.close();
	}

	async #until(marker: string): Promise<string> {
		for (;;) {
			const at = this.#text.indexOf(marker);
			const end = at < 0 ? -1 : this.#text.indexOf('-', at + marker.length);
			if (end >= 0) return this.#text.slice(at + marker.length, end);
			const { done, value } = await this.#reader.read();
			if (done) throw new Error(`the shell ended: ${this.#text}`);
			this.#text += new TextDecoder().decode(value);
		}
	}
}

/** The median of `times` runs of `line`, after `warmUp` runs that are not counted. */
export async function median(shell: Shell, line: string, times = 7, warmUp = 3): Promise<Cost> {
	for (let run = 0; run < warmUp; run++) await shell.run(line);
	const costs: Cost[] = [];
	for (let run = 0; run < times; run++) costs.push(await shell.run(line));
	const middle = (pick: (cost: Cost) => number) =>
		costs.map(pick).sort((a, b) => a - b)[times >> 1] ?? Number.NaN;
	return { ms: middle((cost) => cost.ms), mi: middle((cost) => cost.mi), output: costs.at(-1)?.output ?? '' };
}
