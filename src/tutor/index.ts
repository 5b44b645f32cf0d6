export { CHECK_KINDS as checkKinds, type CheckSpec } from './checks/index.ts';
export {
	readOutline,
	type CourseOutline,
	type CourseWords,
	type LessonOutline,
	type PathOutline,
} from './course/outline.ts';
export type { Goal } from './lesson/front-matter.ts';
export type {
	Answer,
	Lesson,
	LessonCheck,
	LessonCommand,
	LessonGoal,
	LessonPart,
	LessonStep,
	Question,
} from './lesson/lesson.ts';
export { LOCALES, type Locale, type Words } from './lesson/locale.ts';
export { parseLesson, readLesson, textFile, type LessonReading, type LessonTexts } from './lesson/read.ts';
export {
	exportProgress,
	importProgress,
	mergeProgress,
	progressOf,
	readProgress,
	wasDone,
	type FileProblem,
	type LessonProgress,
	type Progress,
} from './progress/progress.ts';
export { formatProblem, type Problem } from './schema/problem.ts';
export { prepareLesson, type LessonStart } from './session/prepare.ts';
export type { Kept } from './session/snapshots.ts';
export type { MachineKeeper, SessionPorts } from './session/ports.ts';
export { LessonSession, type SessionOptions } from './session/session.ts';
export type {
	CheckState,
	GoalContainer,
	GoalImage,
	GoalItem,
	GoalState,
	ImageNow,
	NextCommand,
	QuestionState,
	SessionActions,
	SessionState,
	StepState,
} from './session/state.ts';
export { generalWords, helpHtml, hintHtml, sentenceHtml } from './words/words.ts';
export { SHELL_MARKS, TerminalText, type ShellMark } from './world/output.ts';
export { reviewCourse } from './review/course.ts';
export { reviewLesson, type LessonFiles, type LessonReview } from './review/lesson.ts';
export { readScript, type Action, type Script } from './script/script.ts';
export { authorFiles } from './schema/author-files.ts';
