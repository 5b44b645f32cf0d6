import type { WaitResponse } from '#api';
import { invalid } from '#base';
import type { Container } from './container.ts';

/** POST /containers/{id}/wait: resolves with what the condition brings. Throws `invalid` at once for an unknown condition. */
export function waitContainer(container: Container, condition: string): Promise<WaitResponse> {
	return exitCode(container, condition).then((code) => ({ StatusCode: code }));
}

function exitCode(container: Container, condition: string): Promise<number> {
	switch (condition) {
		case '':
		case 'not-running':
			// The end of a run wakes whoever waits, also when a policy starts the next one.
			return container.isRunning ? container.nextExit() : Promise.resolve(container.exitCode);
		case 'next-exit':
			return container.nextExit();
		case 'removed':
			return container.removal();
		default:
			throw invalid(`invalid condition: "${condition}"`);
	}
}
