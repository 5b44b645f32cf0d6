/** `npm run vm`: builds whatever of the machine's files is missing or out of date. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { HERE, ROOT, tell } from './files/cache.mjs';
import { buildAgent } from './steps/agent.mjs';
import { buildCrun } from './steps/crun.mjs';
import { fetchPackages, filesOf, readWishes } from './steps/fetch.mjs';
import { buildHub } from './steps/hub.mjs';
import { checkHost } from './steps/host.mjs';
import { buildKernel } from './steps/kernel.mjs';
import { buildMachine } from './steps/machine.mjs';
import { publish } from './steps/publish.mjs';
import { buildState } from './steps/state.mjs';

async function build() {
	checkHost();
	const wishes = readWishes();
	const lock = await fetchPackages(wishes);
	// The kernel takes most of the time; what can be done beside it is.
	const kernelBuilt = buildKernel(lock.sets.kernel[0], filesOf(lock.sets.kernel)[0]);
	const crun = await buildCrun(lock.source, lock.sets.crun);
	const agent = existsSync(path.join(HERE, 'agent/Makefile')) ? await buildAgent() : crun;
	const machine = await buildMachine(lock, { kernel: await kernelBuilt, crun, agent });
	publish([await buildHub(wishes, lock)], path.join(ROOT, 'public/hub'));
	publish([machine, await buildState(machine)], path.join(ROOT, 'public/vm'));
}

try {
	await build();
} catch (error) {
	tell(`failed: ${error.message}`);
	process.exitCode = 1;
}
