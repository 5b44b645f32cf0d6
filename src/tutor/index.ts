export { hintHtml } from './hints/hint.ts';
export {
	LOCALES,
	type Lesson,
	type LessonCheck,
	type LessonPart,
	type LessonSection,
	type Locale,
} from './lesson/lesson.ts';
export { parseLesson, type LessonSource } from './lesson/parse.ts';
export { playAttempt, readExpectation, type Expectation, type PlayPorts } from './session/play.ts';
export type { WatchPorts } from './session/ports.ts';
export { LessonSession, type CheckState } from './session/session.ts';
