/** Steps cached by the content of their inputs in `$DRYDOCK_CACHE`: same inputs, no work. */
import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export const HERE = path.resolve(import.meta.dirname, '..');
export const ROOT = path.resolve(HERE, '..');
export const CACHE = path.resolve(process.env.DRYDOCK_CACHE ?? path.join(homedir(), '.cache/drydock'));

/** Results of a step that are kept beside the newest, so that switching branches costs nothing. */
const KEPT = 2;

export function sha256(data) {
	return createHash('sha256').update(data).digest('hex');
}

/** Hash of strings and of files or folders given as `{ path }` relative to vm-images (names, x bits and content). */
export function hashOf(inputs) {
	const hash = createHash('sha256');
	for (const input of inputs) {
		if (typeof input === 'string') hash.update(`s${input}\0`);
		else addPath(hash, path.resolve(HERE, input.path));
	}
	return hash.digest('hex').slice(0, 32);
}

function addPath(hash, full) {
	const stat = statSync(full);
	hash.update(`p${path.relative(HERE, full)}\0${stat.mode & 0o100}\0`);
	if (stat.isDirectory()) for (const name of readdirSync(full).sort()) addPath(hash, path.join(full, name));
	else hash.update(`${stat.size}\0`).update(readFileSync(full));
}

/**
 * The folder of a step's result. `run(folder)` fills it when no result for these inputs is there; a run that throws leaves nothing.
 */
export async function step(name, inputs, run) {
	const home = path.join(CACHE, 'steps', name);
	const result = path.join(home, hashOf(inputs));
	if (!existsSync(result)) {
		const started = Date.now();
		tell(`${name}: building`);
		const work = path.join(home, `work-${process.pid}`);
		rmSync(work, { recursive: true, force: true });
		mkdirSync(work, { recursive: true });
		try {
			await run(work);
			// Another build may have got there first: its result is as good.
			if (!existsSync(result)) renameSync(work, result);
		} finally {
			rmSync(work, { recursive: true, force: true });
		}
		tell(`${name}: done in ${Math.round((Date.now() - started) / 100) / 10} s`);
	}
	const now = new Date();
	utimesSync(result, now, now);
	forget(home);
	return result;
}

function forget(home) {
	const results = readdirSync(home).filter((name) => !name.startsWith('work-'));
	const age = (name) => statSync(path.join(home, name)).mtimeMs;
	results.sort((a, b) => age(b) - age(a));
	for (const name of results.slice(KEPT + 1)) rmSync(path.join(home, name), { recursive: true, force: true });
}

/** One line of progress. */
export function tell(line) {
	process.stdout.write(`vm: ${line}\n`);
}
