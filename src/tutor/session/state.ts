import type { Facts } from '../checks/check.ts';

/**
 * Where a learner stands in a lesson, as plain data without words: `session/words.ts` says it in a language, so a change of
 * language changes nothing here. A new object comes with every change; parts that did not change stay the same objects.
 */
export interface SessionState {
	/** In the order of the lesson's steps; the introduction is step 0. */
	steps: readonly StepState[];
	/** In the order of the lesson's checks. */
	checks: readonly CheckState[];
	/** Quizzes and predictions, in the order of the text. */
	questions: readonly QuestionState[];
	/** Goal pictures, in the order of the text. */
	goals: readonly GoalState[];
	/** The step that the learner is at; the last one when all is done. */
	currentStep: number;
	/** The first check that has not passed; null when all have. */
	currentCheck: string | null;
	isDone: boolean;
	/** What "show me" would type now; null when it has nothing to show. */
	next: NextCommand | null;
	/** Whether `undo` and `reset` can be asked for, and which of them is under way. */
	undo: 'impossible' | 'possible' | 'busy';
	reset: 'impossible' | 'possible' | 'busy';
}

export interface StepState {
	/** All of its checks have passed; a step without checks is done when the one before it is. */
	isDone: boolean;
	isCurrent: boolean;
}

/** Where one check stands. Once passed it stays so, whatever happens to what made it pass. */
export interface CheckState {
	id: string;
	isPassed: boolean;
	/** Why not, for `sentenceHtml` and `hintHtml`. Empty once passed. */
	reason: string;
	facts: Facts;
	/** The learner has done something about it, and wrongly: time for the lesson's hint. Only ever true of the current check. */
	isMistake: boolean;
	/** How many pieces of its help are open, by asking or after vain attempts. */
	helpShown: number;
	/** Whether there is another piece to ask for. */
	hasMoreHelp: boolean;
	/** Commands typed in vain while it was the current check. */
	attempts: number;
}

export interface QuestionState {
	id: string;
	is: 'quiz' | 'prediction';
	/** Index of the answer chosen last; null before. A quiz may be answered again, a prediction only once. */
	chosen: number | null;
	isRight: boolean;
	/** The explanation may be shown: a quiz's at once, a prediction's when its command has been run (or on asking). */
	isExplained: boolean;
}

export interface NextCommand {
	command: string;
	/** 1 or 2. */
	terminal: number;
}

/** A goal picture beside what is there now. */
export interface GoalState {
	items: readonly GoalItem[];
	isReached: boolean;
}

/** One thing of a goal picture. `now` is null while there is no such thing. */
export type GoalItem =
	| { is: 'container'; wanted: GoalContainer; now: GoalContainer | null; isReached: boolean }
	| { is: 'image'; wanted: GoalImage; now: ImageNow | null; isReached: boolean }
	| { is: 'volume' | 'network'; wanted: { name: string }; now: { name: string } | null; isReached: boolean };

export interface GoalContainer {
	name: string;
	image?: string;
	/** `running`, `exited`, … */
	state?: string;
	/** `8080:80` */
	ports?: string[];
}

export interface GoalImage {
	name: string;
	/** The image that it shares its lower layers with. */
	base?: string;
	/** How many layers it has in all. */
	layers?: number;
}

export interface ImageNow {
	name: string;
	/** From the lowest up. Layers with the same digest are one layer, shared. */
	layers: readonly { digest: string; isShared: boolean }[];
	sizeBytes: number;
}

/** What a learner can ask of a session besides working in the machine. */
export interface SessionActions {
	/** Chooses an answer of a quiz or prediction, by its index. */
	answer(question: string, choice: number): void;
	/** Shows a prediction's explanation though its command has not been run. */
	explain(question: string): void;
	/** Opens the next piece of help for a check. */
	askHelp(check: string): void;
	/** Puts the lesson's start state back, in the machine and here. Terminals end and must be opened again. */
	reset(): Promise<void>;
	/** Puts back what was there before the last command. Terminals end and must be opened again. */
	undo(): Promise<void>;
}
