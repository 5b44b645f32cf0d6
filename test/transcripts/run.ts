/**
 * `npm run transcripts [-- [DIR] [NAME…]]`: plays DIR/scripts/*.sh, each in a fresh machine, and compares with what real
 * Docker printed (DIR/transcripts or DIR/recorded, one JSON a script). Prints every difference, and the score last.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNodeSandbox } from '#platform/node';
import { compare } from './compare.ts';
import { play, type Outcome } from './play.ts';
import { parseScript } from './script.ts';

const PUBLIC_FOLDER = fileURLToPath(new URL('../../public', import.meta.url));
const SCRIPT_LIMIT_MS = 300_000;

interface Recording {
	name: string;
	steps: Outcome[];
}

async function main(args: string[]): Promise<number> {
	const isFolder = args[0] !== undefined && existsSync(args[0]) && statSync(args[0]).isDirectory();
	const folder = isFolder ? (args.shift() ?? '') : fileURLToPath(new URL('.', import.meta.url));
	const recorded = ['transcripts', 'recorded']
		.map((name) => join(folder, name))
		.find((path) => existsSync(path));
	if (recorded === undefined) throw new Error(`${folder} has no transcripts`);
	const score = { scripts: 0, scriptsRight: 0, steps: 0, stepsRight: 0 };
	for (const file of readdirSync(join(folder, 'scripts')).sort()) {
		const name = basename(file, '.sh');
		if (args.length > 0 && !args.some((wanted) => name.startsWith(wanted))) continue;
		const recording = JSON.parse(readFileSync(join(recorded, `${name}.json`), 'utf8')) as Recording;
		const wrong = await playOne(name, readFileSync(join(folder, 'scripts', file), 'utf8'), recording.steps);
		const wrongSteps = wrong === null ? recording.steps.length : wrong.size;
		score.scripts++;
		score.steps += recording.steps.length;
		score.stepsRight += recording.steps.length - wrongSteps;
		if (wrongSteps === 0) score.scriptsRight++;
		console.log(`${name}: ${recording.steps.length - wrongSteps}/${recording.steps.length}`);
	}
	console.log(`scripts ${score.scriptsRight}/${score.scripts}, steps ${score.stepsRight}/${score.steps}`);
	return score.scripts === score.scriptsRight ? 0 : 1;
}

/** Numbers of the steps that differ, or null when the script could not be played. */
async function playOne(name: string, text: string, recorded: Outcome[]): Promise<Set<number> | null> {
	const sandbox = createNodeSandbox({ publicFolder: PUBLIC_FOLDER, log: () => undefined });
	const limit = AbortSignal.timeout(SCRIPT_LIMIT_MS);
	try {
		await sandbox.ready;
		const differences = compare(recorded, await play(sandbox, parseScript(name, text), limit));
		for (const { step, cmd, what, want, got } of differences)
			console.log(
				`--- ${name} step ${step + 1} ${what}\n$ ${cmd}\nwant: ${JSON.stringify(want)}\n got: ${JSON.stringify(got)}`,
			);
		return new Set(differences.map(({ step }) => step));
	} catch (error) {
		console.log(`--- ${name}: ${error instanceof Error ? error.message : String(error)}`);
		return null;
	} finally {
		await sandbox.dispose();
	}
}

process.exitCode = await main(process.argv.slice(2));
