import { fork } from 'node:child_process';
import path from 'node:path';
import { findLessons, readLessonFolder } from './folder.ts';
import type { Played } from './play.ts';

/** Machines played in at the same time. */
const MACHINES = 2;

/** What came of a lesson. */
export interface LessonReport {
	folder: string;
	attempts: Played[];
}

/** `drydock lesson test [PATH…]`: plays lessons in the real machine. */
export async function test(paths: readonly string[]): Promise<number> {
	const begun = performance.now();
	const folders = await findLessons(paths);
	let failures = 0;
	const finished = (report: LessonReport): void => {
		failures += report.attempts.filter(({ problem }) => problem !== null).length;
		process.stdout.write(describe(report));
	};
	await playLessons(folders, finished);
	const seconds = Math.round((performance.now() - begun) / 1000);
	const lessons = `${folders.length} ${folders.length === 1 ? 'lesson' : 'lessons'}`;
	process.stdout.write(
		`${lessons} in ${seconds} s: ${failures === 0 ? 'all as it must be' : `${failures} to mend`}\n`,
	);
	return failures === 0 ? 0 : 1;
}

/** Plays each lesson in a process of its own, some at a time; the reports come as lessons are done. */
export async function playLessons(
	folders: readonly string[],
	finished: (report: LessonReport) => void,
): Promise<void> {
	const waiting = folders.values();
	const work = async (): Promise<void> => {
		for (const folder of waiting) finished(await playApart(folder));
	};
	await Promise.all(Array.from({ length: Math.min(MACHINES, folders.length) }, work));
}

/** A machine keeps a processor busy, and one that crashes takes its process along. */
function playApart(folder: string): Promise<LessonReport> {
	const attempts: Played[] = [];
	return new Promise((resolve) => {
		const child = fork(path.join(import.meta.dirname, 'worker.mjs'), [folder], {
			stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		});
		let said = '';
		child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
		child.on('message', (message) => attempts.push(message as Played));
		child.on('exit', (code) => {
			if (code !== 0)
				attempts.push({ name: 'machine', problem: said.trim() || `ended with code ${code}`, ms: 0 });
			resolve({ folder, attempts });
		});
	});
}

function describe({ folder, attempts }: LessonReport): string {
	const lines = attempts.map(
		({ name, problem, ms }) =>
			`  ${problem ? '✗' : '✓'} ${name} (${(ms / 1000).toFixed(1)} s)${problem ? `: ${problem}` : ''}\n`,
	);
	return `${path.relative('', folder) || '.'}\n${lines.join('')}`;
}

/** Plays one lesson and tells the parent process of every attempt. */
export async function playHere(folder: string): Promise<void> {
	const { playLesson } = await import('./play.ts');
	await playLesson(await readLessonFolder(folder), (played) => process.send?.(played));
}
