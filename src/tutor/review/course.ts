import { courseSchema } from '../lesson/front-matter.ts';
import type { Problem } from '../schema/problem.ts';
import { readYaml } from '../schema/validate.ts';
import type { LessonReview } from './lesson.ts';

interface CourseFields {
	paths?: { id?: string }[];
}

/** Tells what is wrong with `course.yaml`, and with how the lessons lead to each other. Problems of lessons name files below the course. */
export function reviewCourse(text: string, lessons: readonly LessonReview[]): Problem[] {
	const reading = readYaml({ file: 'course.yaml', firstLine: 1, text }, courseSchema);
	const problems = [...reading.problems];
	const report = (path: (string | number)[], code: string, message: string, advice: string): void => {
		problems.push({ file: 'course.yaml', line: reading.lineAt(path), code, message, advice });
	};
	const paths = ((reading.value ?? {}) as CourseFields).paths ?? [];
	const ids: string[] = [];
	paths.forEach((path, index) => {
		const id = path?.id;
		if (id === undefined) return;
		if (ids.includes(id))
			report(
				['paths', index, 'id'],
				'duplicate-id',
				`There are two paths called \`${id}\`.`,
				'Keep one of them.',
			);
		ids.push(id);
		if (!lessons.some((lesson) => lesson.id.startsWith(`${id}/`)))
			report(
				['paths', index, 'id'],
				'empty-path',
				`There is no lesson in \`${id}/\`.`,
				'Add one, or correct the name of the folder.',
			);
	});
	if (reading.value !== undefined)
		for (const folder of new Set(lessons.map(({ id }) => id.split('/')[0] ?? '')))
			if (!ids.includes(folder))
				report(
					['paths'],
					'unknown-path',
					`The lessons in \`${folder}/\` belong to no path.`,
					`Add \`- id: ${folder}\` with a title and a summary.`,
				);
	return [...problems, ...circles(lessons)];
}

/** Lessons that require each other could never be begun. */
function circles(lessons: readonly LessonReview[]): Problem[] {
	const needs = new Map(lessons.map(({ id, lessons: read }) => [id, read.en?.prerequisites ?? []]));
	return lessons.flatMap(({ id, lines }) => {
		const seen = new Set<string>();
		const todo = [...(needs.get(id) ?? [])];
		for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
			if (seen.has(next)) continue;
			seen.add(next);
			todo.push(...(needs.get(next) ?? []));
		}
		if (!seen.has(id)) return [];
		return [
			{
				file: `${id}/lesson.md`,
				line: lines['prerequisites'] ?? 1,
				code: 'circle',
				message: `\`${id}\` requires itself, by way of its prerequisites.`,
				advice: 'Take one of them away.',
			},
		];
	});
}
