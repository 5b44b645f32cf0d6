import path from 'node:path';
import { createNodeSandbox } from '#platform/node';
import type { LocalSandbox } from '#sandbox/local';

const PUBLIC = path.resolve(import.meta.dirname, '../../public');

/** A machine of one's own, ready. */
export async function startSandbox(): Promise<LocalSandbox> {
	const sandbox = createNodeSandbox({ publicFolder: PUBLIC });
	await sandbox.ready;
	return sandbox;
}

export interface Ran {
	code: number;
	out: string;
	err: string;
}

/** Runs a script to its end. */
export async function run(sandbox: LocalSandbox, script: string, stdin?: Uint8Array): Promise<Ran> {
	const result = await sandbox.runScript(script, stdin ? { stdin } : {});
	const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
	return { code: result.exitCode, out: text(result.stdout), err: text(result.stderr) };
}

/** Runs a script that must succeed; gives its output without the last newline. */
export async function good(sandbox: LocalSandbox, script: string): Promise<string> {
	const { code, out, err } = await run(sandbox, script);
	if (code !== 0) throw new Error(`${script}: exit code ${code}: ${out}${err}`);
	return out.replace(/\n$/, '');
}

/** A terminal to type into and to wait for text on. */
export class Typist {
	text = '';
	readonly #terminal: Awaited<ReturnType<LocalSandbox['openTerminal']>>;
	readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
	#changed: () => void = () => undefined;
	readonly exited: Promise<number>;

	private constructor(terminal: Awaited<ReturnType<LocalSandbox['openTerminal']>>) {
		this.#terminal = terminal;
		this.#writer = terminal.io.writable.getWriter();
		this.exited = terminal.exited;
		// A lost agent ends what can be read; whoever waits for text then says what did not come.
		this.#read().catch(() => undefined);
	}

	static async open(sandbox: LocalSandbox, rows = 24, cols = 80, env: string[] = []): Promise<Typist> {
		const typist = new Typist(await sandbox.openTerminal({ rows, cols, env }));
		await typist.until('# ');
		return typist;
	}

	async #read(): Promise<void> {
		const decoder = new TextDecoder();
		for await (const chunk of this.#terminal.io.readable) {
			this.text += decoder.decode(chunk, { stream: true });
			this.#changed();
		}
	}

	/** Types and forgets what was on the screen before. */
	async type(text: string): Promise<void> {
		this.text = '';
		await this.#writer.write(new TextEncoder().encode(text));
	}

	/** Waits until text has come since the last `type`. */
	async until(wanted: string | RegExp, ms = 60_000): Promise<string> {
		const deadline = Date.now() + ms;
		const found = () => (typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text));
		while (!found()) {
			if (Date.now() > deadline)
				throw new Error(`${String(wanted)} did not come: ${JSON.stringify(this.text)}`);
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, 1000);
				this.#changed = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
		return this.text;
	}

	resize(rows: number, cols: number): Promise<void> {
		return this.#terminal.resize(rows, cols);
	}
	close(): Promise<void> {
		return this.#terminal.close();
	}
}
