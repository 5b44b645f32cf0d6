import type { ApiCall, HttpHandler } from '#api';
import type { Duplex } from '#base';
import type { MachineEnd } from '#vm';

/** Where the start of a sandbox stands; `done` and `total` are bytes when the stage fetches something. */
export interface BootProgress {
	stage: 'fetching' | 'restoring' | 'booting' | 'connecting' | 'ready' | 'failed';
	/** Sentence for people, already worded (English; the UI translates by `stage`). */
	message: string;
	done: number;
	total: number;
	/** With `failed`, of a machine that had been running: whether somebody inside shut it down, or it crashed. */
	ended?: MachineEnd['reason'];
}

/** A shell on a pty of the guest. */
export interface TerminalSession {
	io: Duplex;
	resize(rows: number, cols: number): Promise<void>;
	/** Resolves with the shell's exit code. */
	exited: Promise<number>;
	close(): Promise<void>;
}

/** Result of a script run to its end in the guest, outside any container. */
export interface ScriptResult {
	exitCode: number;
	stdout: Uint8Array;
	stderr: Uint8Array;
}

/** Keeps what the machine and its engine are at one moment, under a number. */
export interface Snapshots {
	/** The machine stands still meanwhile, for a part of a second. */
	save(): Promise<number>;
	/** Everything is as it was. Terminals, scripts and connections of now end; containers that ran then run on. */
	restore(snapshot: number): Promise<void>;
	forget(snapshot: number): Promise<void>;
}

/**
 * One machine with its engine. Everything above (page, lessons, grader, tests) uses only this;
 * `local.ts` implements it in this thread, `remote.ts` over a message port.
 */
export interface Sandbox {
	/** Docker's Engine API. */
	engine: HttpHandler;
	openTerminal(options: {
		rows: number;
		cols: number;
		command?: string[];
		env?: string[];
		/** `/root` when it is left out. */
		cwd?: string;
	}): Promise<TerminalSession>;
	/** Runs `bash -l -c script` as root in /root. */
	runScript(script: string, options?: { stdin?: Uint8Array; signal?: AbortSignal }): Promise<ScriptResult>;
	/** Whole machines, kept in memory and put back. */
	snapshots: Snapshots;
	/** Asks the machine for a sign of life, and tells it what time it is; resolves when it has answered. */
	ping(): Promise<void>;
	/** Guest instructions executed so far. */
	instructions(): Promise<number>;
	/** Listens to boot progress and to the machine's end; the current state is delivered at once. Returns the function that stops it. */
	onProgress(listener: (progress: BootProgress) => void): () => void;
	/**
	 * Listens to the calls that the learner's own commands and socket clients make to the Engine API, as `observeCalls` reports them.
	 * Calls made through `engine` above are not among them. Returns the function that stops it.
	 */
	onApiCall(listener: (call: ApiCall) => void): () => void;
	/** Resolves when the first prompt can be opened; rejects with a SandboxError whose message says what to do. */
	ready: Promise<void>;
	dispose(): Promise<void>;
}
