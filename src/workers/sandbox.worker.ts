import { hubAt, machineFilesAt, systemClock, systemRandom } from '#platform/browser';
import { serveSandbox } from '#sandbox';
import { createLocalSandbox } from '#sandbox/local';

// The page names its worker after the address that the site's files are found from.
const base = self.name;
const sandbox = createLocalSandbox({
	fetchMachine: machineFilesAt(new URL('vm/', base).href),
	fetchHub: hubAt(new URL('hub/', base).href),
	clock: systemClock,
	random: systemRandom,

	log: (level, message) => (level === 'error' || level === 'warn') && console[level](message),
});
serveSandbox(self, sandbox);
