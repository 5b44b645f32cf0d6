import path from 'node:path';
import type { Log } from '#base';
import { createLocalSandbox, type LocalSandbox } from '#sandbox/local';
import { systemClock } from './clock.ts';
import { hubIn } from './hub.ts';
import { fetchRegistry } from './registry.ts';
import { machineFilesIn } from './machine-files.ts';
import { systemRandom } from './random.ts';

export interface NodeSandboxOptions {
	/** The folder that has `vm/` and `hub/`. */
	publicFolder: string;
	log?: Log;
	memoryMb?: number;
	fresh?: boolean;
	/** Domains of registries that are asked over this machine's own network. */
	mirrors?: readonly string[];
}

/** A sandbox in this process, from built files. */
export function createNodeSandbox({
	publicFolder,
	log,
	memoryMb,
	fresh,
	mirrors,
}: NodeSandboxOptions): LocalSandbox {
	return createLocalSandbox({
		fetchMachine: machineFilesIn(path.join(publicFolder, 'vm')),
		fetchHub: hubIn(path.join(publicFolder, 'hub')),
		clock: systemClock,
		random: systemRandom,
		log: log ?? (() => undefined),
		...(memoryMb !== undefined && { memoryMb }),
		...(fresh !== undefined && { fresh }),
		...(mirrors && { mirror: { domains: new Set(mirrors), fetch: fetchRegistry } }),
	});
}
