import type { Mount } from './mounts.ts';

/** What every instruction has. */
interface Step<Name extends string> {
	name: Name;
	/** The instruction as it stands in the file, on one line: what a builder prints. */
	source: string;
}

export interface Pair {
	key: string;
	value: string;
	/** Written the old way, `ENV key value`. */
	noDelimiter: boolean;
}

export interface EnvInstruction extends Step<'ENV'> {
	pairs: Pair[];
}

export interface LabelInstruction extends Step<'LABEL'> {
	pairs: Pair[];
}

export interface MaintainerInstruction extends Step<'MAINTAINER'> {
	maintainer: string;
}

/** A source of COPY or ADD that stands in the Dockerfile itself. */
export interface Content {
	path: string;
	data: string;
	/** Variables in it are to be replaced; `expandInstruction` leaves that to the builder. */
	expand: boolean;
}

interface Copying {
	sources: string[];
	contents: Content[];
	destination: string;
	chown: string;
	chmod: string;
	link: boolean;
	exclude: string[];
}

export interface AddInstruction extends Step<'ADD'>, Copying {
	checksum: string;
	/** Null when the flag is not given. */
	keepGitDir: boolean | null;
	/** Null when the flag is not given. */
	unpack: boolean | null;
}

export interface CopyInstruction extends Step<'COPY'>, Copying {
	/** A stage or an image; empty for the context. */
	from: string;
}

export interface OnbuildInstruction extends Step<'ONBUILD'> {
	expression: string;
}

export interface WorkdirInstruction extends Step<'WORKDIR'> {
	path: string;
}

/** A document that stands behind a command. */
export interface CommandFile {
	name: string;
	data: string;
	chomp: boolean;
}

interface Commanding {
	/** Null for an ENTRYPOINT with an empty list. */
	commandLine: string[] | null;
	/** The command is a line for the shell. */
	prependShell: boolean;
	files: CommandFile[];
}

export interface RunInstruction extends Step<'RUN'>, Commanding {
	/** The flags' names, without dashes. */
	flagsUsed: string[];
	/** The values of `--mount`, as they stand. */
	mountFlags: string[];
	/** What they say: complete once the instruction is expanded. */
	mounts: Mount[];
	network: string;
}

export interface CmdInstruction extends Step<'CMD'>, Commanding {}

export interface EntrypointInstruction extends Step<'ENTRYPOINT'>, Commanding {}

/** As Docker's API has it; times in nanoseconds, zero for what is not given. */
export interface Health {
	Test: string[];
	Interval: number;
	Timeout: number;
	StartPeriod: number;
	StartInterval: number;
	Retries: number;
}

export interface HealthcheckInstruction extends Step<'HEALTHCHECK'> {
	health: Health;
}

export interface ExposeInstruction extends Step<'EXPOSE'> {
	ports: string[];
}

export interface UserInstruction extends Step<'USER'> {
	user: string;
}

export interface VolumeInstruction extends Step<'VOLUME'> {
	volumes: string[];
}

export interface StopsignalInstruction extends Step<'STOPSIGNAL'> {
	signal: string;
}

export interface ArgInstruction extends Step<'ARG'> {
	args: { key: string; value: string | null }[];
}

export interface ShellInstruction extends Step<'SHELL'> {
	shell: string[];
}

/** Everything but FROM, which begins a stage. */
export type Instruction =
	| EnvInstruction
	| LabelInstruction
	| MaintainerInstruction
	| AddInstruction
	| CopyInstruction
	| OnbuildInstruction
	| WorkdirInstruction
	| RunInstruction
	| CmdInstruction
	| HealthcheckInstruction
	| EntrypointInstruction
	| ExposeInstruction
	| UserInstruction
	| VolumeInstruction
	| StopsignalInstruction
	| ArgInstruction
	| ShellInstruction;

/** What FROM begins. */
export interface Stage {
	/** In lower case; empty when it has none. */
	name: string;
	baseName: string;
	platform: string;
	/** The FROM instruction as it stands in the file. */
	source: string;
	instructions: Instruction[];
}
