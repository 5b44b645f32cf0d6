import type { ApiCall, HttpHandler } from '#api';
import type { Clock, FindMatches } from '#base';

/** What a lesson needs of a sandbox. `Sandbox` has all of it. */
export interface SessionPorts {
	/** Docker's Engine API. */
	engine: HttpHandler;
	/** Tells of the learner's own calls; returns the function that stops it. */
	onApiCall(listener: (call: ApiCall) => void): () => void;
	/** Runs a script in the machine, as root in /root. */
	runScript(
		script: string,
		options?: { stdin?: Uint8Array },
	): Promise<{ exitCode: number; stdout: Uint8Array; stderr: Uint8Array }>;
	clock: Clock;
	/** Tries an author's regular expression, and stops one that takes too long. */
	findMatches: FindMatches;
	/** Keeps whole machines, so that they can be put back; without it there is neither reset nor undo. */
	machine?: MachineKeeper;
}

/** Keeps the machine's state, with that of its engine, under a number. */
export interface MachineKeeper {
	/** The machine stands still meanwhile, for a part of a second. */
	save(): Promise<number>;
	/** Everything in the machine is as it was; terminals end. */
	restore(saved: number): Promise<void>;
	/** Forgets a state. */
	forget(saved: number): Promise<void>;
}
