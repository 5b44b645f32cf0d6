import type { SandboxError } from '#base';
import { unavailable, unsupported } from '#base';
import { connectSandbox, type Sandbox } from '#sandbox';
import SandboxWorker from '../workers/sandbox.worker.ts?worker';

/** The machine behind the page, if this browser can have one. */
export interface MachineOfPage {
	sandbox: Sandbox | null;
	/** Never resolves; rejects when there is no machine, or no longer. */
	failed: Promise<never>;
}

/** The machine of this page: its worker has been started when this is first read. */
export const machine = startMachine();

/** Starts the worker, and says so to the sandbox when it dies. */
function startMachine(): MachineOfPage {
	if (typeof WebAssembly !== 'object' || typeof Worker !== 'function') {
		const error = unsupported('this browser has no WebAssembly', { detail: { reason: 'no-webassembly' } });
		return { sandbox: null, failed: Promise.reject(error) };
	}
	const worker = new SandboxWorker({ name: new URL('./', document.baseURI).href });
	const sandbox = connectSandbox(worker);
	const failed = new Promise<never>((_, reject) => {
		const fail = (error: SandboxError): void => {
			sandbox.lost(error);
			reject(error);
		};
		worker.addEventListener('error', (event) => {
			// Without a message it is the program itself that could not be loaded.
			const text = event.message || 'its program could not be loaded';
			fail(unavailable(`the machine's worker stopped: ${text}`, { detail: { reason: 'machine-died' } }));
		});
		worker.addEventListener('messageerror', () =>
			fail(
				unavailable("the machine's worker sent something unreadable", { detail: { reason: 'machine-died' } }),
			),
		);
	});
	return { sandbox, failed };
}
