/** `npm run vm`: builds whatever of the machine's files is missing or out of date. */
import path from 'node:path';
import { ROOT, tell } from './files/cache.mjs';
import { buildAgent } from './steps/agent.mjs';
import { buildBusybox } from './steps/busybox.mjs';
import { buildCrun } from './steps/crun.mjs';
import { fetchPackages, filesOf, readWishes } from './steps/fetch.mjs';
import { buildHub } from './steps/hub.mjs';
import { checkHost } from './steps/host.mjs';
import { buildKernel } from './steps/kernel.mjs';
import { buildMachine } from './steps/machine.mjs';
import { buildManifest, papersOf } from './steps/manifest.mjs';
import { publish } from './steps/publish.mjs';
import { buildState } from './steps/state.mjs';

async function build() {
	checkHost();
	const wishes = readWishes();
	const lock = await fetchPackages(wishes);
	// The kernel takes most of the time; what can be done beside it is.
	const kernelBuilt = buildKernel(lock.sets.kernel[0], filesOf(lock.sets.kernel)[0]);
	// Its failure is told where it is awaited, whatever fails before that.
	kernelBuilt.catch(() => {});
	const crun = await buildCrun(lock.sources.crun, lock.sets.crun);
	const busybox = await buildBusybox(lock.sources.busybox);
	const agent = await buildAgent();
	const hub = await buildHub(wishes, lock, busybox);
	const machine = await buildMachine(lock, { kernel: await kernelBuilt, crun, agent });
	const manifest = await buildManifest(lock, [...papersOf(machine), ...papersOf(hub)]);
	publish([path.join(hub, 'hub')], path.join(ROOT, 'public/hub'));
	publish([machine, await buildState(machine), manifest], path.join(ROOT, 'public/vm'));
}

try {
	await build();
} catch (error) {
	tell(`failed: ${error.message}`);
	process.exitCode = 1;
}
