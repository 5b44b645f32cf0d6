/** The agent: one static C program with several names. */
import path from 'node:path';
import { HERE, step } from '../files/cache.mjs';
import { run } from '../files/run.mjs';

/** Builds it; returns the path of the program. */
export async function buildAgent() {
	const folder = await step('agent', [{ path: 'agent' }, { path: 'steps/agent.mjs' }], async (out) => {
		await run('make', ['-C', path.join(HERE, 'agent'), '-j2', `OUT=${out}`]);
	});
	return path.join(folder, 'dockerd');
}
