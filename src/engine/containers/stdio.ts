import type { Task } from '../ports.ts';
import type { OutputStream } from './log.ts';

/** Somebody who sees a container's output as it comes. */
export interface OutputSink {
	/** Resolves when more may be written; must not reject. */
	write(stream: OutputStream, bytes: Uint8Array): Promise<void>;
	end(): void;
}

/** Between a container's process and those attached to it, who may come before it starts and stay after each other. */
export class Stdio {
	readonly #sinks = new Set<OutputSink>();
	#stdin: WritableStreamDefaultWriter<Uint8Array> | null = null;
	#stdinSource: ReadableStream<Uint8Array> | null = null;
	readonly #hasStdin: boolean;
	#pumps: Promise<unknown> = Promise.resolve();

	constructor(hasStdin: boolean) {
		this.#hasStdin = hasStdin;
		this.#newStdin();
	}

	/** Returns the function that detaches. */
	attach(sink: OutputSink): () => void {
		this.#sinks.add(sink);
		return () => this.#sinks.delete(sink);
	}

	/** Waits until the process takes it. Bytes for a process without stdin, or one that closed it, are lost. */
	async writeStdin(bytes: Uint8Array): Promise<void> {
		await this.#stdin?.write(bytes).catch(() => undefined);
	}

	closeStdin(): void {
		// Already closed, or broken by the process's end: closed is what was wanted.
		this.#stdin?.close().catch(() => undefined);
		this.#stdin = null;
	}

	/** Connects a process that has just started. `onOutput` sees every chunk first. */
	connect(task: Task, onOutput: (stream: OutputStream, bytes: Uint8Array) => void): void {
		const { stdin, stdout, stderr } = task.io;
		if (stdin && this.#stdinSource) {
			// A process that ends, or closes its stdin, breaks the pipe: nothing to report.
			this.#stdinSource.pipeTo(stdin).catch(() => undefined);
			this.#stdinSource = null;
		}
		const pumps = [this.#pump('stdout', stdout, onOutput)];
		if (stderr) pumps.push(this.#pump('stderr', stderr, onOutput));
		this.#pumps = Promise.all(pumps);
	}

	/** Resolves when all output of the process has been handed on. */
	get drained(): Promise<unknown> {
		return this.#pumps;
	}

	/** The process has ended or did not start: those attached see the end. */
	end(): void {
		for (const sink of this.#sinks) sink.end();
		this.#sinks.clear();
		this.closeStdin();
		this.#newStdin();
	}

	#newStdin(): void {
		if (!this.#hasStdin) return;
		const pipe = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 16 });
		this.#stdin = pipe.writable.getWriter();
		this.#stdin.closed.catch(() => undefined);
		this.#stdinSource = pipe.readable;
	}

	async #pump(
		stream: OutputStream,
		source: ReadableStream<Uint8Array>,
		onOutput: (stream: OutputStream, bytes: Uint8Array) => void,
	): Promise<void> {
		const reader = source.getReader();
		try {
			for (;;) {
				const { done, value } = await reader.read();
				if (done) return;
				onOutput(stream, value);
				if (this.#sinks.size > 0) {
					await Promise.all([...this.#sinks].map((sink) => sink.write(stream, value)));
				}
			}
		} catch {
			// The stream broke with the process's machine; its exit says so.
			return;
		}
	}
}
