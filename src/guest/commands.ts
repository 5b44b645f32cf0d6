import { messageOf, type Log } from '#base';
import { TtyBit, type EventBody } from './protocol/index.ts';
import type { Channel } from './session/channel.ts';
import type { Session } from './session/session.ts';

/** A command that runs on the host for a stub in the guest (`docker …`): what it was called with, and its streams. */
export interface HostCommand {
	argv: string[];
	env: Record<string, string>;
	cwd: string;
	stdin: ReadableStream<Uint8Array>;
	/** Resolves when the bytes are on their way, which waits for the reader; rejects when it is gone. */
	writeStdout(bytes: Uint8Array): Promise<void>;
	writeStderr(bytes: Uint8Array): Promise<void>;
	tty: { stdin: boolean; stdout: boolean; stderr: boolean };
	size(): { rows: number; cols: number };
	setRaw(raw: boolean): Promise<void>;
	onResize(listener: () => void): () => void;
	onSignal(listener: (signal: number) => boolean): () => void;
	/** Aborted when the stub is gone, or was told to end and nobody listens to its signals. */
	signal: AbortSignal;
}

const ENDING = new Set([1, 2, 3, 15]);

/** Runs each command that a stub starts through `run`, and lets the stub end with the code it resolves with. */
export function serveCommands(
	session: Session,
	run: (command: HostCommand) => Promise<number>,
	log: Log,
): void {
	const running = new Map<number, RunningCommand>();
	session.listen({
		lost: () => {
			for (const command of running.values()) command.abort();
			running.clear();
		},
		event: (event) => {
			if (event.name === 'COMMAND') {
				const command = new RunningCommand(session, event.body);
				running.set(event.body.command, command);
				void finish(command, event.body.command);
			} else if (event.name === 'COMMAND_SIGNAL')
				running.get(event.body.command)?.signalled(event.body.signal);
			else if (event.name === 'COMMAND_RESIZED') running.get(event.body.command)?.resized(event.body);
			else if (event.name === 'COMMAND_GONE') {
				running.get(event.body.command)?.abort();
				running.delete(event.body.command);
			}
		},
	});

	async function finish(command: RunningCommand, handle: number): Promise<void> {
		const code = await run(command).catch((error: unknown) => {
			log('error', `a command failed: ${messageOf(error)}`);
			return 1;
		});
		if (!running.delete(handle)) return;
		command.close();
		// The stub may be gone by now: then nobody waits for the code.
		await session
			.request('COMMAND_EXIT', { command: handle, code: command.killedBy ?? code })
			.catch((error: unknown) => log('debug', messageOf(error)));
	}
}

class RunningCommand implements HostCommand {
	readonly argv: string[];
	readonly env: Record<string, string>;
	readonly cwd: string;
	readonly stdin: ReadableStream<Uint8Array>;
	readonly tty: HostCommand['tty'];
	/** The exit code of a command ended by a signal that it did not handle. */
	killedBy: number | null = null;
	readonly #session: Session;
	readonly #handle: number;
	readonly #stdout: Channel | undefined;
	readonly #stderr: Channel | undefined;
	readonly #controller = new AbortController();
	readonly #resize = new Set<() => void>();
	readonly #signals = new Set<(signal: number) => boolean>();
	#size: { rows: number; cols: number };

	constructor(session: Session, body: EventBody<'COMMAND'>) {
		this.#session = session;
		this.#handle = body.command;
		this.argv = body.argv;
		this.cwd = body.cwd;
		this.env = Object.fromEntries(
			body.env.map((item) => {
				const equals = item.indexOf('=');
				return equals < 0 ? [item, ''] : [item.slice(0, equals), item.slice(equals + 1)];
			}),
		);
		this.stdin = session.channel(body.stdin)?.readable ?? new ReadableStream();
		this.#stdout = session.channel(body.stdout);
		this.#stderr = session.channel(body.stderr);
		this.tty = {
			stdin: (body.tty & TtyBit.STDIN) !== 0,
			stdout: (body.tty & TtyBit.STDOUT) !== 0,
			stderr: (body.tty & TtyBit.STDERR) !== 0,
		};
		this.#size = { rows: body.rows, cols: body.cols };
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}
	async writeStdout(bytes: Uint8Array): Promise<void> {
		await this.#stdout?.write(bytes);
	}
	async writeStderr(bytes: Uint8Array): Promise<void> {
		await this.#stderr?.write(bytes);
	}
	size(): { rows: number; cols: number } {
		return this.#size;
	}
	async setRaw(raw: boolean): Promise<void> {
		await this.#session.request('COMMAND_RAW', { command: this.#handle, raw });
	}
	onResize(listener: () => void): () => void {
		this.#resize.add(listener);
		return () => this.#resize.delete(listener);
	}
	onSignal(listener: (signal: number) => boolean): () => void {
		this.#signals.add(listener);
		return () => this.#signals.delete(listener);
	}

	signalled(signal: number): void {
		const answers = [...this.#signals].map((listener) => listener(signal));
		if (answers.includes(true) || !ENDING.has(signal)) return;
		this.killedBy = 128 + signal;
		this.abort();
	}
	resized({ rows, cols }: { rows: number; cols: number }): void {
		this.#size = { rows, cols };
		for (const listener of [...this.#resize]) listener();
	}
	abort(): void {
		this.#controller.abort();
	}
	/** No more output, no more input. */
	close(): void {
		this.#stdout?.end();
		this.#stderr?.end();
		if (!this.stdin.locked) this.stdin.cancel().catch(() => undefined);
	}
}
