import { invalid } from '#base';
import { isFields, readRecord, writeRecord, type LessonRecord } from './record.ts';

/** How a progress file names itself, so that no other JSON is taken for one. */
const KIND = 'drydock-progress';
const VERSION = 1;

/** Why a progress file cannot be read; the page has a sentence for each. */
export type FileProblem = 'not-json' | 'not-progress' | 'newer' | 'damaged';

/** The text of a file that holds these records. */
export function writeProgressFile(records: Iterable<LessonRecord>, savedAt: string): string {
	const lessons = Array.from(records, writeRecord);
	return `${JSON.stringify({ kind: KIND, version: VERSION, savedAt, lessons }, null, '\t')}\n`;
}

/** Reads a progress file. Throws `invalid` with `{ problem }` as its detail: all of a file is good, or none of it is taken. */
export function readProgressFile(text: string): LessonRecord[] {
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch (error) {
		throw bad('not-json', 'the file is not JSON', error);
	}
	if (!isFields(content) || content['kind'] !== KIND) throw bad('not-progress', 'the file holds no progress');
	const { version, lessons } = content;
	if (typeof version === 'number' && version > VERSION)
		throw bad('newer', 'the file was written by a newer version');
	if (version !== VERSION || !Array.isArray(lessons)) throw bad('damaged', 'the file is damaged');
	return lessons.map((lesson: unknown, index) => {
		const record = readRecord(lesson);
		if (!record) throw bad('damaged', `the file is damaged: its lesson ${index + 1} cannot be read`);
		return record;
	});
}

function bad(problem: FileProblem, message: string, cause?: unknown): Error {
	return invalid(message, { cause, detail: { problem } });
}
