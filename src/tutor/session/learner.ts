import type { Facts, Outcome } from '../checks/check.ts';
import type { Lesson, LessonCheck } from '../lesson/lesson.ts';
import { findSlip } from '../slips/slip.ts';
import { Vocabulary } from '../slips/vocabulary.ts';
import type { SeenCommand } from '../world/world.ts';
import type { LessonProgress } from '../progress/progress.ts';
import type { CheckState, NextCommand, QuestionState } from './state.ts';

/** After so many commands in vain the next piece of help is offered. */
const VAIN_COMMANDS = 3;

/** A reason to fail, with its facts. */
interface Mistake {
	reason: string;
	facts: Facts;
}

/** Where the check itself names both what was typed and what is wanted, it says it better. */
const NAMES_BOTH = ['image-unknown', 'wrong-name', 'wrong-image', 'wrong-command'];

interface CheckRecord {
	isPassed: boolean;
	reason: string;
	facts: Facts;
	/** How it stood when the learner came to it: no mistake of theirs. */
	found: string | null;
	/** How many commands had ended when that changed last. */
	changedAt: number;
	attempts: number;
	helpAsked: number;
}

interface RanLine {
	line: string;
	check: string | null;
	/** Typed for the learner, by a click or by "show me". */
	isTyped: boolean;
	/** Null until it is seen to end. */
	exitCode: number | null;
}

/** All that is remembered of a learner, as data that can be copied. */
export interface LearnerRecord {
	checks: Record<string, CheckRecord>;
	chosen: Record<string, number>;
	explained: string[];
	/** Command lines that have ended or were typed for them, oldest first, each with the check that was current then. */
	ran: RanLine[];
	/** Commands that have ended since the last look. */
	fresh: number;
	/** What the last command line was mistyped, and the check that was current then. */
	slip: (Mistake & { check: string; at: number }) | null;
	/** How many commands have ended. */
	ended: number;
}

/** What a learner has done in a lesson, and what follows from it. */
export class Learner {
	readonly #lesson: Lesson;
	readonly #vocabulary: Vocabulary;
	readonly #record: LearnerRecord;

	constructor(lesson: Lesson, progress?: LessonProgress) {
		this.#lesson = lesson;
		this.#vocabulary = new Vocabulary(lesson);
		const checks: LearnerRecord['checks'] = {};
		for (const { id } of lesson.checks) {
			const isPassed = progress?.passed.includes(id) ?? false;
			checks[id] = {
				isPassed,
				reason: isPassed ? '' : 'waiting',
				facts: {},
				found: null,
				changedAt: 0,
				attempts: 0,
				helpAsked: 0,
			};
		}
		const chosen = Object.fromEntries(
			Object.entries(progress?.answers ?? {}).filter(([id, choice]) => {
				const question = lesson.questions.find((one) => one.id === id);
				return question !== undefined && choice < question.answers.length;
			}),
		);
		this.#record = {
			checks,
			chosen,
			explained: Object.keys(chosen),
			ran: [],
			fresh: 0,
			slip: null,
			ended: 0,
		};
	}

	static from(lesson: Lesson, record: LearnerRecord): Learner {
		const learner = new Learner(lesson);
		Object.assign(learner.#record, structuredClone(record));
		return learner;
	}

	record(): LearnerRecord {
		return structuredClone(this.#record);
	}

	hasPassed(id: string): boolean {
		return this.#record.checks[id]?.isPassed ?? false;
	}

	/** The first check that has not passed. */
	get currentCheck(): string | null {
		return this.#current?.id ?? null;
	}

	get currentStep(): number {
		return this.#current?.step ?? this.#lesson.steps.length - 1;
	}

	get #current(): LessonCheck | undefined {
		return this.#lesson.checks.find(({ id }) => !this.hasPassed(id));
	}

	/** A look has found this. */
	found(id: string, outcome: Outcome): void {
		const check = this.#record.checks[id];
		if (!check) return;
		const before = standing(check);
		if (outcome.passed) Object.assign(check, { isPassed: true, reason: '', facts: {} });
		else Object.assign(check, { reason: outcome.reason, facts: outcome.facts });
		if (standing(check) !== before) check.changedAt = this.#record.ended;
	}

	/** A look is over: whoever is still current now has had these commands in vain. */
	looked(): void {
		const current = this.#current;
		const check = current && this.#record.checks[current.id];
		if (check) {
			const isNew = check.found === null;
			check.found ??= standing(check);
			if (!isNew) check.attempts += this.#record.fresh;
		}
		this.#record.fresh = 0;
	}

	/** `missing` is a container that the command asked Docker for and that does not exist. */
	commandEnded(command: SeenCommand, missing: string | null): void {
		this.#record.fresh++;
		const slip = this.#slipIn(command, missing);
		this.#record.slip = slip && { ...slip, at: this.#record.ended };
		this.#record.ended++;
		const last = this.#record.ran.at(-1);
		const isThat = last?.isTyped && last.exitCode === null && last.line === plainLine(command.line);
		if (isThat) last.exitCode = command.exitCode;
		else this.#ran(command.line, false, command.exitCode);
	}

	#slipIn(command: SeenCommand, missing: string | null): (Mistake & { check: string }) | null {
		const check = this.currentCheck;
		if (check === null || this.#vocabulary.hasLine(command.line)) return null;
		const slip = findSlip(command, this.#vocabulary, check);
		if (slip) return { check, reason: slip.reason, facts: { typed: slip.typed, meant: slip.meant } };
		if (missing === null || command.exitCode === 0) return null;
		return { check, reason: 'no-container', facts: { name: missing, wanted: missing } };
	}

	/** Typed for the learner; at a prompt `commandEnded` follows, in a program that runs there nothing does. */
	typed(command: string): void {
		this.#ran(command, true, null);
	}

	#ran(line: string, isTyped: boolean, exitCode: number | null): void {
		this.#record.ran.push({ line: plainLine(line), check: this.currentCheck, isTyped, exitCode });
		if (this.#record.ran.length > 500) this.#record.ran.shift();
	}

	answer(id: string, choice: number): void {
		const question = this.#lesson.questions.find((one) => one.id === id);
		if (!question || choice < 0 || choice >= question.answers.length) return;
		if (question.is === 'prediction' && this.#record.chosen[id] !== undefined) return;
		this.#record.chosen[id] = choice;
	}

	explain(id: string): void {
		if (!this.#record.explained.includes(id)) this.#record.explained.push(id);
	}

	askHelp(id: string): void {
		const check = this.#record.checks[id];
		const help = this.#lesson.checks.find((one) => one.id === id)?.help.length ?? 0;
		if (check) check.helpAsked = Math.min(this.#helpShown(check, help) + 1, help);
	}

	/** The answered questions, and whether rightly. */
	answers(): Map<string, boolean> {
		const found = new Map<string, boolean>();
		for (const { id, answers } of this.#lesson.questions) {
			const chosen = this.#record.chosen[id];
			if (chosen !== undefined) found.set(id, answers[chosen]?.isRight ?? false);
		}
		return found;
	}

	/** The slip in the last command line, where it says more than the check does; null when it does not. */
	#slipBefore(id: string, check: CheckRecord): Mistake | null {
		const { slip } = this.#record;
		if (slip?.check !== id || check.isPassed) return null;
		const { reason, facts } = check;
		// Nobody means a character that only looks right.
		if (reason === 'waiting' || slip.reason === 'look-alike') return slip;
		const { typed } = slip.facts;
		if (typed === undefined) return null;
		const hints = this.#lesson.checks.find((one) => one.id === id)?.hints ?? {};
		// The author has foreseen what has come of it, and not of a command before.
		if (Object.hasOwn(hints, reason) && hasChanged(check) && check.changedAt >= slip.at) return null;
		const isNamed = Object.values(facts).some((fact) => fact.includes(typed));
		return isNamed && NAMES_BOTH.includes(reason) ? null : slip;
	}

	checks(): CheckState[] {
		const current = this.currentCheck;
		return this.#lesson.checks.map(({ id, help }): CheckState => {
			const check = this.#record.checks[id];
			const { isPassed = false, attempts = 0 } = check ?? {};
			const slip = check ? this.#slipBefore(id, check) : null;
			const { reason = 'waiting', facts = {} } = slip ?? check ?? {};
			const helpShown = check ? this.#helpShown(check, help.length) : 0;
			return {
				id,
				isPassed,
				reason,
				facts,
				isMistake: id === current && check !== undefined && (slip !== null || isMistake(check)),
				helpShown,
				hasMoreHelp: helpShown < help.length,
				attempts,
			};
		});
	}

	questions(): QuestionState[] {
		return this.#lesson.questions.map(({ id, is, answers, command }): QuestionState => {
			const chosen = this.#record.chosen[id] ?? null;
			const line = command === null ? undefined : this.#lesson.commands[command]?.command;
			const hasRun = line === undefined || this.#record.ran.some((one) => one.line === plainLine(line));
			const isExplained = chosen !== null && (is === 'quiz' || hasRun || this.#record.explained.includes(id));
			return { id, is, chosen, isRight: chosen !== null && (answers[chosen]?.isRight ?? false), isExplained };
		});
	}

	/** What "show me" types: of the commands that lead to the current check the first after the last one that was run. */
	next(): NextCommand | null {
		const current = this.#current;
		if (!current) return null;
		const way: NextCommand[] = current.show
			? current.show.map((command) => ({ command, terminal: 0 }))
			: this.#lesson.commands.filter(({ check, isBlock }) => check === current.id && isBlock);
		const ran = this.#record.ran
			.filter((one, index, all) => one.check === current.id && countsAsRun(one, index === all.length - 1))
			.map(({ line }) => line);
		const lines = way.map(({ command }) => plainLine(command));
		// The same command may stand in the text more than once: the way is followed, not searched.
		let at = 0;
		for (const line of ran) {
			const ahead = lines.indexOf(line, at);
			const found = ahead < 0 ? lines.indexOf(line) : ahead;
			if (found >= 0) at = found + 1;
		}
		const next = way[at] ?? way[0];
		return next ? { command: next.command, terminal: next.terminal || 1 } : null;
	}

	progress(now: number): LessonProgress {
		const { id, version, checks } = this.#lesson;
		const passed = checks.filter((check) => this.hasPassed(check.id)).map((check) => check.id);
		return {
			lesson: id,
			version,
			passed,
			answers: { ...this.#record.chosen },
			doneAt: passed.length === checks.length ? now : null,
			changedAt: now,
		};
	}

	#helpShown({ helpAsked, attempts }: CheckRecord, pieces: number): number {
		return Math.min(Math.max(helpAsked, Math.floor(attempts / VAIN_COMMANDS)), pieces);
	}
}

function standing({ reason, facts }: CheckRecord): string {
	return JSON.stringify([reason, facts]);
}

/** One that failed is to be run again, unless the text itself has it fail: it was typed for the learner and nothing was tried since. */
function countsAsRun({ isTyped, exitCode }: RanLine, isLast: boolean): boolean {
	return exitCode === null || exitCode === 0 || (isTyped && isLast);
}

/** What was so before the learner did anything is no mistake of theirs. */
function isMistake(check: CheckRecord): boolean {
	if (check.isPassed || check.reason === 'waiting') return false;
	return check.attempts > 0 || hasChanged(check);
}

/** Whether it stands otherwise than when the learner came to it. */
function hasChanged(check: CheckRecord): boolean {
	return check.found !== null && check.found !== standing(check);
}

function plainLine(line: string): string {
	return line.trim().replace(/\s+/g, ' ');
}
