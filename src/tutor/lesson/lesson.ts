import type { CheckSpec } from '../checks/index.ts';
import type { Goal } from './front-matter.ts';
import type { Locale } from './locale.ts';

/** A lesson in one language, ready to be shown and watched. */
export interface Lesson {
	id: string;
	locale: Locale;
	title: string;
	/** One line for the catalogue. */
	summary: string;
	/** How long it takes, by the author's guess. */
	minutes: number;
	/** Raised by the author when old progress means nothing any more. */
	version: number;
	/** Ids of lessons. */
	prerequisites: string[];
	checks: LessonCheck[];
	/** The introduction (its title is empty), then one for each second-level heading. */
	steps: LessonStep[];
	/** Quizzes and predictions, in the order of the text. */
	questions: Question[];
	/** Goal pictures, in the order of the text. */
	goals: LessonGoal[];
	/** Every command that can be clicked, in the order of the text. */
	commands: LessonCommand[];
}

export interface LessonCheck {
	id: string;
	/** What will be true once it has passed, as a short sentence. */
	title: string;
	spec: CheckSpec;
	/** The check that must have passed before this one is looked at. */
	after: string | null;
	/** Reason → what to tell the learner, where the lesson has better words than the general ones. Markdown. */
	hints: Readonly<Record<string, string>>;
	/** What its shell script prints → the same in the lesson's language. */
	says: Readonly<Record<string, string>>;
	/** From a nudge to nearly the answer. Markdown. */
	help: readonly string[];
	/** What "show me" types; null where the commands of the text will do. */
	show: readonly string[] | null;
	/** Index of the step it stands in. */
	step: number;
}

export interface LessonStep {
	title: string;
	parts: LessonPart[];
}

/** A piece of a step, from top to bottom. HTML has passed the renderer only: it must be sanitized before it is shown. */
export type LessonPart =
	| { html: string }
	/** Id of a check. */
	| { check: string }
	/** Id of a question. */
	| { question: string }
	/** Index of a goal picture. */
	| { goal: number };

export interface Question {
	id: string;
	is: 'quiz' | 'prediction';
	/** HTML. */
	text: string;
	answers: Answer[];
	step: number;
	/** Of a prediction: index of the command (in `commands`) that shows what is true; null when none follows. */
	command: number | null;
}

export interface Answer {
	/** HTML without a block around it. */
	label: string;
	/** HTML. Why it is right or wrong. */
	explanation: string;
	isRight: boolean;
}

export interface LessonGoal {
	goal: Goal;
	step: number;
}

export interface LessonCommand {
	command: string;
	/** 1 or 2; 0 where the text does not say. */
	terminal: number;
	step: number;
	/** Id of the next check after it in the text; null after the last. */
	check: string | null;
	/** Typed at the machine's own prompt (`$`), not at that of a program which runs there (`/ #`). */
	isAtPrompt: boolean;
	/** Stands in a fence of its own, not inside a sentence. */
	isBlock: boolean;
}
