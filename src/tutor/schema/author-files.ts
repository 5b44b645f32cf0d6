import { courseSchema, lessonSchema, translationSchema } from '../lesson/front-matter.ts';
import { jsonSchema } from './json-schema.ts';
import { referencePage } from './reference.ts';

/** Everything that is made from the description of the format, by its place in the project. */
export function authorFiles(): Record<string, string> {
	const json = (value: object): string => `${JSON.stringify(value, null, '\t')}\n`;
	return {
		'public/schemas/lesson.json': json(jsonSchema(lessonSchema, 'Front matter of lesson.md')),
		'public/schemas/translation.json': json(
			jsonSchema(translationSchema, "Front matter of a lesson's translation"),
		),
		'public/schemas/course.json': json(jsonSchema(courseSchema, 'course.yaml')),
		'lessons/reference.md': referencePage('en'),
		'lessons/reference.zh-CN.md': referencePage('zh-CN'),
	};
}
