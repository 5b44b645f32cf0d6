import { hubAt, systemClock, systemRandom } from '#platform/browser';
import { serveSandbox } from '#sandbox';
import { createLocalSandbox, type LocalSandboxOptions } from '#sandbox/local';

/** Starts the machine of this worker and answers for it; `base` is where the site's files are. */
export function serve(base: string, fetchMachine: LocalSandboxOptions['fetchMachine']): void {
	const sandbox = createLocalSandbox({
		fetchMachine,
		fetchHub: hubAt(new URL('hub/', base).href),
		clock: systemClock,
		random: systemRandom,
		log: (level, message) => (level === 'error' || level === 'warn') && console[level](message),
	});
	serveSandbox(self, sandbox);
}
