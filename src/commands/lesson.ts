import path from 'node:path';
import { invalid } from '#base';
import { findLessons, play, readLessonFolder } from './lesson-folder.ts';
import { parseOptions } from './options.ts';

/** `drydock lesson test [PATH…]`: plays lessons in the real machine; every attempt starts from a fresh one. */
export async function lesson(args: string[]): Promise<number> {
	const [verb, ...paths] = parseOptions(args, {}).rest;
	if (verb !== 'test') throw invalid('usage: drydock lesson test [PATH…]');
	const folders =
		paths.length > 0
			? (await Promise.all(paths.map((at) => findLessons(path.resolve(at))))).flat()
			: await findLessons();
	if (folders.length === 0) throw invalid('there is no lesson.md there');
	let failures = 0;
	for (const folder of folders) {
		const found = await readLessonFolder(folder);
		process.stdout.write(`${found.lessons[0]?.id} (${found.lessons.map((one) => one.locale).join(', ')})\n`);
		for (const attempt of found.attempts) {
			const problem = await play(found, attempt);
			if (problem) failures++;
			process.stdout.write(`  ${problem ? '✗' : '✓'} ${attempt.name}${problem ? `: ${problem}` : ''}\n`);
		}
	}
	return failures === 0 ? 0 : 1;
}
