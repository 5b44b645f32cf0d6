import type { HttpHandler } from '#api';
import type { Clock } from '#base';

/** A byte sink with back-pressure: resolves when the bytes have been taken. Rejects with EPIPE-like `cancelled` when the reader is gone. */
export interface Output {
	write(bytes: Uint8Array | string): Promise<void>;
	readonly isTty: boolean;
}

export interface Input {
	stream: ReadableStream<Uint8Array>;
	readonly isTty: boolean;
}

/** Files as the one who typed the command sees them (the guest's, or the host's in tests). Paths are absolute. Missing files throw not-found. */
export interface CommandFiles {
	read(path: string): Promise<Uint8Array>;
	write(path: string, content: Uint8Array, mode?: number): Promise<void>;
	stat(path: string): Promise<{ isDirectory: boolean; size: number; mode: number }>;
}

/** Everything one run of the `docker` command may touch. */
export interface CommandContext {
	/** argv[0] is the command's name, e.g. `docker`. */
	argv: string[];
	env: Record<string, string>;
	/** Absolute. */
	cwd: string;
	stdin: Input;
	stdout: Output;
	stderr: Output;
	/** The Engine API. */
	engine: HttpHandler;
	files: CommandFiles;
	clock: Clock;
	terminal: {
		/** Rows and columns; 0, 0 when there is no terminal. */
		size(): { rows: number; cols: number };
		/** Raw mode on the terminal of stdin, or back. */
		setRaw(raw: boolean): Promise<void>;
		/** Called after each resize; returns the function that stops it. */
		onResize(listener: () => void): () => void;
	};
	/** Signals sent to the command (number); returns the function that stops listening. Without a listener SIGINT/SIGTERM abort `signal`. */
	onSignal(listener: (signal: number) => void): () => void;
	/** Aborted when the command must end (killed, its terminal gone). */
	signal: AbortSignal;
}
