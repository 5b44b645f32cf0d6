import type { Log } from '#base';
import {
	browserStores,
	fetchOutside,
	hubAt,
	sessionStores,
	systemClock,
	systemRandom,
} from '#platform/browser';
import { serveSandbox } from '#sandbox';
import { createLocalSandbox, type LocalSandboxOptions } from '#sandbox/local';

/** Starts the machine of this worker and answers for it; `base` is where the site's files are. */
export function serve(base: string, fetchMachine: LocalSandboxOptions['fetchMachine']): void {
	const log: Log = (level, message) => {
		if (level === 'error' || level === 'warn') console[level](message);
	};
	const sandbox = createLocalSandbox({
		fetchMachine,
		fetchHub: hubAt(new URL('hub/', base).href),
		outside: fetchOutside,
		clock: systemClock,
		random: systemRandom,
		log,
		// The public registry is another computer: what was pushed there is there when the page is opened again.
		stores: { images: sessionStores(), registry: browserStores('registry', log) },
	});
	serveSandbox(self, sandbox);
}
