import { UNOBSERVED } from '#api';
import { Client } from '#client';
import { kindOf } from '#base';
import type { Look } from '../checks/check.ts';
import { DockerView } from '../checks/docker-view.ts';
import { GuestView, type ScriptOutcome } from '../checks/guest-view.ts';
import { Patterns } from '../checks/patterns.ts';
import { observeCall, observeEvent } from '../world/observe.ts';
import { appendOutput, TerminalText, type ShellMark } from '../world/output.ts';
import { emptyWorld, type SeenCommand, type World } from '../world/world.ts';
import { followEvents } from './events.ts';
import type { SessionPorts } from './ports.ts';

/** How long output is gathered before anybody looks at it. */
const OUTPUT_PAUSE_MS = 80;
/** Looks after the last thing that happened: what a command has set going may take a while to be true. */
const AFTERWARDS_MS = [700, 1000, 2000, 3000, 5000, 8000];
/** How often a script is run when things keep changing under it. */
const SCRIPT_RUNS = 4;

export interface WatcherListener {
	/** Looks at everything; the next look waits until this one is done. */
	look(view: Omit<Look, 'isCurrent' | 'answers'>): Promise<void>;
	/** A command line that the learner typed has ended; `missing` is the container it asked Docker for in vain. */
	commandEnded(command: SeenCommand, missing: string | null): void;
	/** A command line begins to run. */
	commandBegun(): void;
}

/** Notices whatever happens in a sandbox, keeps the record of it (the world), and has somebody look at the right moments. */
export class Watcher {
	readonly #ports: SessionPorts;
	readonly #listener: WatcherListener;
	readonly #client: Client;
	readonly #end = new AbortController();
	#terminals = new Map<string, { text: TerminalText; isRunning: boolean }>();
	#following = new AbortController();
	#world = emptyWorld();
	#isOutputDue = false;
	#looking: Promise<void> | null = null;
	#isLookDue = false;
	#afterwards = 0;
	/** Ends the pause before the next look of those. */
	#rest = new AbortController();
	/** Counts what the engine said has happened. */
	#events = 0;
	#isPaused = false;
	#failed: ((error: unknown) => void) | null = null;

	constructor(ports: SessionPorts, listener: WatcherListener) {
		this.#ports = ports;
		this.#listener = listener;
		this.#client = new Client(ports.engine);
	}

	/** Watches until `dispose`; rejects when the sandbox can no longer be watched. */
	async watch(): Promise<void> {
		const stop = this.#ports.onApiCall((call) => {
			if (this.#isPaused) return;
			observeCall(this.#world, call);
			this.wake();
		});
		const failure = new Promise<never>((_, reject) => {
			this.#failed = reject;
		});
		failure.catch(() => undefined);
		this.wake();
		try {
			await Promise.race([this.#follow(), failure]);
		} catch (error) {
			if (!this.#end.signal.aborted) throw error;
		} finally {
			stop();
		}
	}

	/** Takes what a terminal has shown. */
	output(terminal: string, bytes: Uint8Array): void {
		let known = this.#terminals.get(terminal);
		if (!known) this.#terminals.set(terminal, (known = { text: new TerminalText(), isRunning: false }));
		known.text.add(bytes);
		if (this.#isOutputDue) return;
		this.#isOutputDue = true;
		this.#ports.clock.sleep(OUTPUT_PAUSE_MS, this.#end.signal).then(
			() => this.#takeOutput(),
			// Disposed meanwhile.
			() => undefined,
		);
	}

	/** Something has happened: look soon. */
	wake(): void {
		this.#afterwards = 0;
		this.#rest.abort();
		this.#lookSoon();
	}

	/** Resolves when everything that has happened so far has been looked at. */
	async settled(): Promise<void> {
		while (this.#isOutputDue || this.#isLookDue || this.#looking)
			await this.#ports.clock.sleep(OUTPUT_PAUSE_MS / 4, this.#end.signal);
	}

	/** Nothing that happens from now on is the learner's doing, until `resume`. Resolves when no look is under way. */
	async pause(): Promise<void> {
		this.#isPaused = true;
		await this.#looking;
	}

	/** Goes on, with the record of another moment and a machine whose engine may be a new one. */
	resume(world: World): void {
		this.#world = world;
		this.#terminals = new Map();
		this.#isPaused = false;
		this.#following.abort();
		this.wake();
	}

	/** Where the shell of a terminal was at its last prompt. */
	directoryOf(terminal: string): string | undefined {
		return this.#world.directories[terminal];
	}

	/** A copy of the record as it is now. */
	record(): World {
		return structuredClone(this.#world);
	}

	dispose(): void {
		this.#end.abort();
		this.#rest.abort();
		this.#following.abort();
	}

	/** Follows the engine's events, and after `resume` those of the engine there is then. */
	async #follow(): Promise<void> {
		for (;;) {
			this.#following = new AbortController();
			const { signal } = this.#following;
			if (this.#end.signal.aborted) return;
			try {
				await followEvents(
					this.#ports.engine,
					(event) => {
						if (this.#isPaused || signal.aborted) return;
						this.#events++;
						observeEvent(this.#world, event);
						this.wake();
					},
					signal,
				);
			} catch (error) {
				if (!signal.aborted && !this.#isPaused) throw error;
			}
			if (this.#end.signal.aborted) return;
			// The machine is being put back; `resume` says when it can be followed again.
			while (this.#isPaused) await this.#ports.clock.sleep(OUTPUT_PAUSE_MS, this.#end.signal);
		}
	}

	#takeOutput(): void {
		this.#isOutputDue = false;
		for (const [terminal, known] of this.#terminals) {
			const { text, marks } = known.text.take();
			this.#world.output = appendOutput(this.#world.output, text);
			for (const mark of marks) known.isRunning = this.#mark(terminal, mark, known.isRunning);
		}
		this.wake();
	}

	/** Returns whether a command line is running in that terminal then. */
	#mark(terminal: string, mark: ShellMark, wasRunning: boolean): boolean {
		if (mark.is === 'begun') {
			this.#listener.commandBegun();
			return true;
		}
		if (mark.is === 'directory') {
			this.#world.directories[terminal] = mark.path;
			return wasRunning;
		}
		// A prompt without a command before it: a new shell, or an empty line.
		if (!wasRunning || mark.line === '') return false;
		const command = { terminal, line: mark.line, exitCode: mark.exitCode };
		this.#world.commands = [...this.#world.commands, command];
		this.#listener.commandEnded(command, this.#world.missing);
		this.#world.missing = null;
		return false;
	}

	#lookSoon(): void {
		this.#isLookDue = true;
		if (this.#looking || this.#end.signal.aborted) return;
		this.#looking = this.#lookWhileDue().then(
			() => {
				this.#looking = null;
				this.#lookAfterwards();
			},
			(error: unknown) => {
				this.#looking = null;
				// A machine that is gone tells so itself; one that was put back is looked at again.
				if (['unavailable', 'cancelled'].includes(kindOf(error))) this.#lookAfterwards();
				else this.#failed?.(error);
			},
		);
	}

	async #lookWhileDue(): Promise<void> {
		while (this.#isLookDue && !this.#isPaused && !this.#end.signal.aborted) {
			this.#isLookDue = false;
			await this.#listener.look({
				world: this.#world,
				docker: new DockerView(this.#client, this.#end.signal),
				guest: new GuestView((script) => this.#run(script)),
				patterns: new Patterns(this.#ports.findMatches),
			});
		}
	}

	#lookAfterwards(): void {
		const pause = AFTERWARDS_MS[this.#afterwards];
		if (pause === undefined || this.#end.signal.aborted) return;
		this.#afterwards++;
		this.#rest.abort();
		this.#rest = new AbortController();
		this.#ports.clock.sleep(pause, this.#rest.signal).then(
			() => this.#lookSoon(),
			// Disposed meanwhile, or something has happened.
			() => undefined,
		);
	}

	/** A script that reads twice while a command is still at work sees a state that never was: then it is run again. */
	async #run(script: string): Promise<ScriptOutcome> {
		const decoder = new TextDecoder();
		for (let runs = 1; ; runs++) {
			const before = this.#events;
			const { exitCode, stdout, stderr } = await this.#ports.runScript(`export ${UNOBSERVED}=1\n${script}`);
			if (before === this.#events || runs === SCRIPT_RUNS)
				return { exitCode, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
		}
	}
}
