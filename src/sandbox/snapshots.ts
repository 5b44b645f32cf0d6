import { notFound } from '#base';
import type { Engine } from '#engine';
import type { GuestRuntime, Session } from '#guest';
import type { Machine } from '#vm';
import type { Snapshots } from './sandbox.ts';

/** What is kept and put back together. */
export interface SnapshotParts {
	machine: Machine;
	session: Session;
	runtime: GuestRuntime;
	engine: Engine;
	/** Resolves when the engine has taken up the containers that the agent told of last. */
	reconciled(): Promise<void>;
}

interface Kept {
	machine: Awaited<ReturnType<Machine['save']>>;
	runtime: ReturnType<GuestRuntime['freeze']>;
	engine: ReturnType<Engine['freeze']>;
}

/** Keeps machines in this thread's memory: what the guest has, with what the host knows of it. */
export class KeptMachines implements Snapshots {
	readonly #parts: Promise<SnapshotParts>;
	readonly #kept = new Map<number, Kept>();
	#next = 1;
	#busy: Promise<unknown> = Promise.resolve();

	constructor(parts: Promise<SnapshotParts>) {
		this.#parts = parts;
		parts.catch(() => undefined);
	}

	/** Resolves when no machine is being put back. */
	get settled(): Promise<unknown> {
		return this.#busy;
	}

	save(): Promise<number> {
		return this.#oneByOne(async () => {
			const { machine, runtime, engine } = await this.#parts;
			let known: Pick<Kept, 'runtime' | 'engine'> | undefined;
			const state = await machine.save(() => {
				known = { runtime: runtime.freeze(), engine: engine.freeze() };
			});
			const number = this.#next++;
			if (known) this.#kept.set(number, { machine: state, ...known });
			return number;
		});
	}

	restore(snapshot: number): Promise<void> {
		return this.#oneByOne(async () => {
			const kept = this.#kept.get(snapshot);
			if (!kept) throw notFound('this state of the machine was not kept');
			const { machine, session, runtime, engine, reconciled } = await this.#parts;
			await machine.restore(kept.machine, () => {
				// First: with their session containers seem to end, and restart policies would start them in the other machine.
				engine.thaw(kept.engine);
				session.drop();
				runtime.thaw(kept.runtime);
			});
			session.resume();
			await session.ready();
			await reconciled();
		});
	}

	async forget(snapshot: number): Promise<void> {
		this.#kept.delete(snapshot);
		return Promise.resolve();
	}

	#oneByOne<T>(task: () => Promise<T>): Promise<T> {
		const result = this.#busy.then(task);
		this.#busy = result.catch(() => undefined);
		return result;
	}
}
