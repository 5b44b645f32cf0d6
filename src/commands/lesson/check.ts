import path from 'node:path';
import { formatProblem } from '#tutor';
import { findLessons, findProblems, readLessonFolder } from './folder.ts';

/** `drydock lesson check [PATH…]`: finds mistakes in the files of lessons, each with its file, its line and what to do. */
export async function check(paths: readonly string[]): Promise<number> {
	const folders = await Promise.all((await findLessons(paths)).map(readLessonFolder));
	const problems = await findProblems(folders);
	for (const problem of problems)
		process.stdout.write(`${formatProblem({ ...problem, file: path.relative('', problem.file) })}\n`);
	const lessons = `${folders.length} ${folders.length === 1 ? 'lesson' : 'lessons'}`;
	process.stdout.write(
		problems.length === 0 ? `${lessons}: nothing to mend\n` : `${lessons}: ${problems.length} to mend\n`,
	);
	return problems.length === 0 ? 0 : 1;
}
