import { internal, type Clock } from '#base';
import type { BootProgress, Sandbox } from '#sandbox';
import { failureOf, type Failure } from './failure.ts';

/** How often the machine is asked for a sign of life, and how long it may take to give one. */
const PULSE_MS = 10_000;
const PATIENCE_MS = 30_000;

/** Where the machine stands, for those who look at the page. */
export class Boot {
	progress = $state.raw<BootProgress>({ stage: 'fetching', message: '', done: 0, total: 0 });
	failure = $state.raw<Failure | null>(null);
	/** It has not answered for too long: it hangs, or has more to do than it can. */
	isSilent = $state(false);

	/** Follows the start of this sandbox, and then its pulse. */
	follow(sandbox: Sandbox, clock: Clock): void {
		sandbox.onProgress((progress) => {
			this.progress = progress;
			const { ended, message } = progress;
			if (ended) this.fail(internal(message, { detail: { reason: ended } }));
		});
		sandbox.ready.then(
			() => this.#feelPulse(sandbox, clock),
			(error: unknown) => this.fail(error),
		);
	}

	async #feelPulse(sandbox: Sandbox, clock: Clock): Promise<void> {
		while (!this.failure) {
			await clock.sleep(PULSE_MS);
			let hasAnswered = false;
			// A machine whose agent is just being started again is asked once more.
			const answer = sandbox.ping().then(
				() => (hasAnswered = true),
				() => false,
			);
			await Promise.race([answer, clock.sleep(PATIENCE_MS)]);
			this.isSilent = !hasAnswered;
			await answer;
			if (hasAnswered) this.isSilent = false;
		}
	}

	fail(error: unknown): void {
		this.failure ??= failureOf(error);
	}

	get isReady(): boolean {
		return this.progress.stage === 'ready';
	}
}
