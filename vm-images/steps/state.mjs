/** The saved state of the booted machine, made by booting it in Node. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HERE, ROOT, step } from '../files/cache.mjs';
import { run } from '../files/run.mjs';

/** What of the sources decides what a state is: the machine's devices, the 9P server whose fids are saved with it, what it is made to do before. */
const CODE = [
	...['../src/vm', '../src/guest', '../src/oci', 'steps/state.mjs', 'steps/boot-state.ts'],
	// The environment of the shell that is saved at its prompt.
	'../src/tutor/world/output.ts',
];

/** Builds it from a machine's folder; returns the folder with the state and the machine.json that names it. */
export function buildState(machine) {
	const inputs = [
		readFileSync(path.join(machine, 'machine.json'), 'utf8'),
		...CODE.map((name) => ({ path: name })),
	];
	return step('state', inputs, async (out) => {
		const folder = mkdtempSync(path.join(tmpdir(), 'drydock-state-'));
		try {
			symlinkSync(machine, path.join(folder, 'vm'));
			await run(process.execPath, ['--import', 'tsx', path.join(HERE, 'steps/boot-state.ts'), folder, out], {
				cwd: ROOT,
			});
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
}
