import path from 'node:path';
import type { Log } from '#base';
import { createLocalSandbox, type LocalSandbox } from '#sandbox/local';
import { systemClock } from './clock.ts';
import { compileOnce, compileTwice } from './compile.ts';
import { gunzipBeside } from './gunzip.ts';
import { hubIn } from './hub.ts';
import { fetchRegistry } from './registry.ts';
import { machineFilesIn } from './machine-files.ts';
import { systemRandom } from './random.ts';
import { storesIn } from './stores.ts';

export interface NodeSandboxOptions {
	/** The folder that has `vm/` and `hub/`. */
	publicFolder: string;
	log?: Log;
	memoryMb?: number;
	fresh?: boolean;
	/** Domains of registries that are asked over this machine's own network. */
	mirrors?: readonly string[];
	/** A folder for images and pushes, which are there again the next time; without it they live as long as the sandbox. */
	dataFolder?: string;
}

/** A sandbox in this process, from built files. */
export function createNodeSandbox({
	publicFolder,
	log,
	memoryMb,
	fresh,
	mirrors,
	dataFolder,
}: NodeSandboxOptions): LocalSandbox {
	compileTwice();
	const sandbox = createLocalSandbox({
		fetchMachine: machineFilesIn(path.join(publicFolder, 'vm')),
		fetchHub: hubIn(path.join(publicFolder, 'hub')),
		gunzip: gunzipBeside,
		clock: systemClock,
		random: systemRandom,
		log: log ?? (() => undefined),
		...(memoryMb !== undefined && { memoryMb }),
		...(fresh !== undefined && { fresh }),
		...(dataFolder !== undefined && {
			stores: {
				images: storesIn(path.join(dataFolder, 'images')),
				registry: storesIn(path.join(dataFolder, 'registry')),
			},
		}),
		...(mirrors && { mirror: { domains: new Set(mirrors), fetch: fetchRegistry } }),
	});
	void sandbox.machine.then(compileOnce, compileOnce);
	return sandbox;
}
