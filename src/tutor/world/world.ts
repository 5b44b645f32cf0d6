/** A container as the learner made it. Removed ones stay known: with `--rm` they are gone before anyone looks. */
export interface SeenContainer {
	id: string;
	name: string;
	/** As the learner spelt it. */
	image: string;
	command: string[];
	/** Has a terminal and keeps stdin open (`-it`). */
	isInteractive: boolean;
	ports: { container: number; host: number }[];
	state: 'created' | 'running' | 'exited';
	exitCode: number | null;
	/** Why the last start failed, in the engine's words; empty when it did not. */
	startError: string;
	isRemoved: boolean;
	execs: SeenExec[];
}

export interface SeenExec {
	id: string;
	command: string[];
	exitCode: number | null;
}

/** A call that the engine refused and that nothing has made good since. */
export interface Failure {
	what: 'pull' | 'create' | 'exec' | 'remove';
	/** The image (pull, create) or the container (exec, remove) it was about. */
	subject: string;
	/** The container's name that was asked for. */
	name: string;
	status: number;
	message: string;
}

/** A command line that was typed at a prompt of the machine. */
export interface SeenCommand {
	terminal: string;
	/** As the shell's history has it. */
	line: string;
	exitCode: number | null;
}

/** Everything the learner has done that could be seen from outside, in order. Checks read it; `observe.ts` writes what the engine tells, the watcher what terminals show. */
export interface World {
	containers: SeenContainer[];
	failures: Failure[];
	/** The container that the command which runs now asked for and that does not exist. */
	missing: string | null;
	/** Names of the containers that ran each time the learner listed containers. */
	listings: string[][];
	/** Command lines that have ended, oldest first. */
	commands: SeenCommand[];
	/** Where the shell of each terminal was at its last prompt. */
	directories: Record<string, string>;
	/** What the terminals have shown, without control sequences; the newest, up to a limit. */
	output: string;
}

export function emptyWorld(): World {
	return {
		containers: [],
		failures: [],
		missing: null,
		listings: [],
		commands: [],
		directories: {},
		output: '',
	};
}

/** The container that a learner means by a name or a beginning of an id. */
export function findContainer(world: World, ref: string): SeenContainer | undefined {
	return (
		world.containers.findLast((one) => one.name === ref) ??
		(ref.length >= 3 ? world.containers.findLast((one) => one.id.startsWith(ref)) : undefined)
	);
}
