import type { ExitStatus, ProcessIo, ProcessSpec, RunningProcess } from '../../engine/ports.ts';
import type { Channel, Direction } from '../session/channel.ts';
import type { Session } from '../session/session.ts';
import type { Stdio } from './spec.ts';

const SIGKILL = 9;

/** How a process is addressed in SIGNAL and RESIZE. */
export interface Address {
	handle: number;
	container: string;
}

/** The channels of one process's standard streams. */
export class Streams {
	readonly stdin: Channel | null;
	readonly stdout: Channel | null;
	readonly stderr: Channel | null;
	readonly io: ProcessIo;
	readonly #session: Session;

	constructor(session: Session, spec: Pick<ProcessSpec, 'tty' | 'stdin'>, durable: boolean) {
		this.#session = session;
		const open = (direction: Direction) => session.openChannel(direction, durable);
		if (spec.tty) {
			const terminal = open('both');
			this.stdin = terminal;
			this.stdout = null;
			this.stderr = null;
			this.io = {
				stdin: spec.stdin ? terminal.writable : null,
				stdout: terminal.readable,
				stderr: null,
			};
			return;
		}
		this.stdin = spec.stdin ? open('write') : null;
		this.stdout = open('read');
		this.stderr = open('read');
		this.io = {
			stdin: this.stdin?.writable ?? null,
			stdout: this.stdout.readable,
			stderr: this.stderr.readable,
		};
	}

	get channels(): Channel[] {
		return [this.stdin, this.stdout, this.stderr].filter((channel) => channel !== null);
	}

	/** As the agent is to be told: a stream that has ended has no channel any more. */
	get numbers(): Stdio {
		const number = (channel: Channel | null) =>
			channel && this.#session.channel(channel.id) === channel ? channel.id : 0;
		return { stdin: number(this.stdin), stdout: number(this.stdout), stderr: number(this.stderr) };
	}

	/** Gives the channels that have lost their session numbers in the new one; `resume` follows once the agent knows. */
	rebind(): void {
		for (const channel of this.channels) if (channel.id === 0 && channel.open) this.#session.rebind(channel);
	}

	resume(): void {
		for (const channel of this.channels) if (this.#session.channel(channel.id) === channel) channel.resume();
	}
}

/** A process in the guest, from the moment it is asked for. */
export class GuestProcess implements RunningProcess {
	pid = 0;
	readonly streams: Streams;
	readonly exited: Promise<ExitStatus>;
	/** How it ended; null while it runs. */
	status: ExitStatus | null = null;
	onOutOfMemory: () => void = () => undefined;
	/** Until then it gets no signal but SIGKILL. */
	grown: Promise<void> = Promise.resolve();
	readonly #session: Session;
	readonly #address: Address;
	#resolve!: (status: ExitStatus) => void;

	constructor(session: Session, address: Address, streams: Streams) {
		this.#session = session;
		this.#address = address;
		this.streams = streams;
		this.exited = new Promise((resolve) => {
			this.#resolve = resolve;
		});
	}

	get io(): ProcessIo {
		return this.streams.io;
	}

	async kill(signal: number): Promise<void> {
		if (signal !== SIGKILL) await Promise.race([this.grown, this.exited]);
		await this.#session.request('SIGNAL', { ...this.#address, signal });
	}

	async resize(rows: number, cols: number): Promise<void> {
		await this.#session.request('RESIZE', { ...this.#address, rows, cols });
	}

	/** It has ended; told once, later calls change nothing. */
	finish(status: ExitStatus): void {
		if (this.status) return;
		for (const channel of this.streams.channels) channel.finish();
		this.finishLate(status);
	}

	/** It had ended before anybody could be told: what it has still to say is on its way. */
	finishLate(status: ExitStatus): void {
		if (this.status) return;
		this.status = status;
		this.#resolve(status);
	}
}
