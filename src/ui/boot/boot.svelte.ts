import type { BootProgress, Sandbox } from '#sandbox';
import { failureOf, type Failure } from './failure.ts';

/** Where the machine stands, for those who look at the page. */
export class Boot {
	progress = $state.raw<BootProgress>({ stage: 'fetching', message: '', done: 0, total: 0 });
	failure = $state.raw<Failure | null>(null);

	/** Follows the start of this sandbox. */
	follow(sandbox: Sandbox): void {
		sandbox.onProgress((progress) => {
			this.progress = progress;
		});
		sandbox.ready.catch((error: unknown) => this.fail(error));
	}

	fail(error: unknown): void {
		this.failure ??= failureOf(error);
	}

	get isReady(): boolean {
		return this.progress.stage === 'ready';
	}
}
