import { conflict } from '#base';
import type { World } from '../world/world.ts';
import type { LearnerRecord } from './learner.ts';
import type { SessionPorts } from './ports.ts';
import type { SessionState } from './state.ts';

/** What is remembered beside the machine, so that both are put back together. */
export interface Memory {
	world: World;
	learner: LearnerRecord;
}

/** A moment of a session that can be gone back to. */
export interface Kept {
	machine: number;
	memory: Memory;
}

interface SnapshotsOptions {
	ports: SessionPorts;
	take(): Memory;
	/** Nothing is noticed any more; resolves when no look is under way. */
	pause(): Promise<void>;
	/** Goes on from this. */
	put(memory: Memory): void;
	/** Keep the machine at every prompt, so that the last command can be undone. */
	everyPrompt: boolean;
	/** What can be asked for has changed. */
	changed(): void;
}

/** Keeps machines with what is remembered beside them: the lesson's start, and the moment before the last command. */
export class Snapshots {
	readonly #options: SnapshotsOptions;
	#start: Kept | null = null;
	/** The moment before the command that ran last, and the newest prompt. */
	#before: Kept | null = null;
	#atPrompt: Kept | null = null;
	/** Those kept for `undo`: nobody else goes back to them. */
	readonly #ours = new Set<Kept>();
	#saving: Promise<void> = Promise.resolve();
	#busy: 'undo' | 'reset' | null = null;

	constructor(options: SnapshotsOptions) {
		this.#options = options;
	}

	get isAble(): boolean {
		return this.#options.ports.machine !== undefined;
	}

	get canUndo(): SessionState['undo'] {
		if (this.#busy === 'undo') return 'busy';
		return this.#before && !this.#busy ? 'possible' : 'impossible';
	}

	get canReset(): SessionState['reset'] {
		if (this.#busy === 'reset') return 'busy';
		return this.#start && !this.#busy ? 'possible' : 'impossible';
	}

	/** Keeps the lesson's start. */
	async keepStart(): Promise<void> {
		if (!this.#options.ports.machine || this.#start) return;
		this.#start = await this.#keep();
		this.#atPrompt = this.#start;
		this.#options.changed();
	}

	/** From now on the newest prompt is the moment before a command. */
	commandBegun(): void {
		if (!this.#atPrompt || this.#busy || !this.#options.everyPrompt) return;
		if (this.#before !== this.#atPrompt) this.#forget(this.#before);
		this.#before = this.#atPrompt;
		this.#atPrompt = null;
		this.#options.changed();
	}

	/** Keeps the machine at its prompt, for the next command. */
	commandEnded(): void {
		if (!this.#start || this.#busy || !this.#options.everyPrompt) return;
		this.#saving = this.#saving.then(async () => {
			if (this.#busy || this.#atPrompt) return;
			this.#atPrompt = await this.#keep();
			if (this.#atPrompt) this.#ours.add(this.#atPrompt);
		});
		// Without it the last command cannot be undone, and `canUndo` says so.
		this.#saving.catch(() => undefined);
	}

	async reset(): Promise<void> {
		if (!this.#start) throw conflict('this lesson has no start to go back to');
		await this.#goBack('reset', this.#start);
	}

	async undo(): Promise<void> {
		if (!this.#before) throw conflict('there is nothing to undo');
		await this.#goBack('undo', this.#before);
	}

	/** Keeps this moment. Throws conflict when machines are not kept here. */
	async keep(): Promise<Kept> {
		const kept = await this.#keep();
		if (!kept) throw conflict('machines are not kept here');
		return kept;
	}

	/** Goes back to a moment that `keep` gave. */
	putBack(kept: Kept): Promise<void> {
		return this.#goBack('reset', kept);
	}

	async #goBack(what: 'undo' | 'reset', to: Kept): Promise<void> {
		if (this.#busy) throw conflict('the machine is being put back already');
		const { ports, pause, put, changed } = this.#options;
		this.#busy = what;
		changed();
		try {
			await this.#saving.catch(() => undefined);
			await pause();
			await ports.machine?.restore(to.machine);
			for (const kept of [this.#before, this.#atPrompt]) if (kept !== to) this.#forget(kept);
			this.#before = null;
			this.#atPrompt = to;
		} finally {
			this.#busy = null;
			put(structuredClone(to.memory));
			changed();
		}
	}

	async #keep(): Promise<Kept | null> {
		const machine = await this.#options.ports.machine?.save();
		return machine === undefined ? null : { machine, memory: this.#options.take() };
	}

	#forget(kept: Kept | null): void {
		if (!kept || !this.#ours.delete(kept)) return;
		// One that cannot be forgotten costs memory, nothing else.
		this.#options.ports.machine?.forget(kept.machine).catch(() => undefined);
	}
}
