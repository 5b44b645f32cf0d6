import path from 'node:path';
import type { Log } from '#base';
import { createLocalSandbox, type LocalSandbox } from '#sandbox/local';
import { systemClock } from './clock.ts';
import { hubIn } from './hub.ts';
import { machineFilesIn } from './machine-files.ts';
import { systemRandom } from './random.ts';

export interface NodeSandboxOptions {
	/** The folder that has `vm/` and `hub/`. */
	publicFolder: string;
	log?: Log;
	memoryMb?: number;
	fresh?: boolean;
}

/** A sandbox in this process, from built files. */
export function createNodeSandbox({ publicFolder, log, memoryMb, fresh }: NodeSandboxOptions): LocalSandbox {
	return createLocalSandbox({
		fetchMachine: machineFilesIn(path.join(publicFolder, 'vm')),
		fetchHub: hubIn(path.join(publicFolder, 'hub')),
		clock: systemClock,
		random: systemRandom,
		log: log ?? (() => undefined),
		...(memoryMb !== undefined && { memoryMb }),
		...(fresh !== undefined && { fresh }),
	});
}
