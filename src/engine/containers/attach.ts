import { encodeStdFrame, StdStream } from '#api';
import type { Duplex } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { DetachWatcher, parseDetachKeys } from './detach.ts';
import { emitContainerEvent } from './find.ts';
import type { OutputStream } from './log.ts';
import { readLog } from './logs.ts';
import type { OutputSink } from './stdio.ts';

export interface AttachOptions {
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	/** Follow the streams; without it only what `logs` asks for is sent. */
	stream: boolean;
	/** Send what was written before, first. */
	logs: boolean;
	detachKeys: string;
	/** Standard output and error are told apart by frames. */
	framed: boolean;
}

/** POST /containers/{id}/attach: serves the engine's end of a connection until the container or the client ends it. */
export async function attachContainer(
	daemon: Daemon,
	container: Container,
	options: AttachOptions,
	connection: Duplex,
): Promise<void> {
	const { Tty, StdinOnce, OpenStdin } = container.config;
	const output = new ClientOutput(connection.writable, options);
	if (options.logs) await replay(container, options, output);
	if (!options.stream) {
		output.end();
		return;
	}
	const detach = container.stdio.attach(output);
	emitContainerEvent(daemon, container, 'attach');
	const input = new ClientInput(connection.readable, Tty ? parseDetachKeys(options.detachKeys) : null);
	if (!options.stdin || !OpenStdin) {
		await Promise.race([input.discard(), output.closed]);
	} else {
		const reading = input.read((bytes) => container.stdio.writeStdin(bytes));
		const outcome = await Promise.race([reading, output.closed]);
		if (outcome === 'detached') {
			emitContainerEvent(daemon, container, 'detach');
			output.end();
		} else if (StdinOnce && !Tty) {
			// Whether the client has ended its side or has gone altogether: there is no more input.
			container.stdio.closeStdin();
		}
	}
	await output.closed;
	detach();
	input.stop();
}

async function replay(container: Container, options: AttachOptions, output: ClientOutput): Promise<void> {
	const { stdout, stderr } = options;
	const entries = readLog(container, { stdout, stderr, tail: null, since: null, until: null });
	for (const { stream, line } of entries) await output.write(stream, line);
}

/** The client's side of an attached connection: raw with a terminal, in frames without. Sends nothing the client did not ask for. */
export class ClientOutput implements OutputSink {
	readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
	readonly #options: { stdout: boolean; stderr: boolean; framed: boolean };
	/** Resolves when the output was ended, or the client has gone. */
	readonly closed: Promise<'closed'>;
	#isEnded = false;

	constructor(
		writable: WritableStream<Uint8Array>,
		options: { stdout: boolean; stderr: boolean; framed: boolean },
	) {
		this.#writer = writable.getWriter();
		this.#options = options;
		this.closed = this.#writer.closed.then(
			() => 'closed',
			() => 'closed',
		);
	}

	async write(stream: OutputStream, bytes: Uint8Array): Promise<void> {
		if (this.#isEnded || !this.#options[stream]) return;
		const chunk = this.#options.framed ? encodeStdFrame(StdStream[stream], bytes) : bytes.slice();
		try {
			await this.#writer.ready;
			// Not awaited: `ready` is the back-pressure. A client that has gone shows at the next one.
			this.#writer.write(chunk).catch(() => undefined);
		} catch {
			this.#isEnded = true;
		}
	}

	end(): void {
		if (this.#isEnded) return;
		this.#isEnded = true;
		this.#writer.close().catch(() => undefined);
	}
}

/** What a client types. */
export class ClientInput {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	readonly #watcher: DetachWatcher | null;

	constructor(readable: ReadableStream<Uint8Array>, detachKeys: Uint8Array | null) {
		this.#reader = readable.getReader();
		this.#watcher = detachKeys && new DetachWatcher(detachKeys);
	}

	/** Hands on what is typed until the client ends its side, goes away, or types the detach keys. */
	async read(take: (bytes: Uint8Array) => Promise<void>): Promise<'ended' | 'detached'> {
		for (;;) {
			const next = await this.#next();
			if (!next) return 'ended';
			const { bytes, detached } = this.#watcher?.push(next) ?? { bytes: next, detached: false };
			if (bytes.length > 0) await take(bytes);
			if (detached) return 'detached';
		}
	}

	async discard(): Promise<void> {
		while (await this.#next());
	}

	stop(): void {
		this.#reader.cancel().catch(() => undefined);
	}

	async #next(): Promise<Uint8Array | null> {
		try {
			const { done, value } = await this.#reader.read();
			return done ? null : value;
		} catch {
			// The client has gone.
			return null;
		}
	}
}
