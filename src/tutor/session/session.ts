import { CHECK_KINDS, evaluate } from '../checks/index.ts';
import type { Look, Outcome } from '../checks/check.ts';
import type { Lesson, LessonCheck } from '../lesson/lesson.ts';
import type { LessonProgress } from '../progress/progress.ts';
import { emptyGoal, lookAtGoal } from './goals.ts';
import { Learner } from './learner.ts';
import type { SessionPorts } from './ports.ts';
import { Snapshots, type Kept } from './snapshots.ts';
import type { CheckState, GoalState, SessionActions, SessionState } from './state.ts';
import { Watcher } from './watcher.ts';

export interface SessionOptions {
	/** What was passed and answered before, in this version of the lesson. */
	progress?: LessonProgress;
	/** Look at every check at every moment, not only at those of the learner's step: for those who test lessons. */
	thorough?: boolean;
	/** Do without `undo`, which keeps the machine at every prompt. */
	withoutUndo?: boolean;
}

/**
 * A learner at work on a lesson: watches the machine, knows where each check stands, and answers what the learner asks for.
 * Made for one lesson in any language: only ids and data matter here.
 */
export class LessonSession implements SessionActions {
	readonly #lesson: Lesson;
	readonly #options: SessionOptions;
	readonly #watcher: Watcher;
	readonly #snapshots: Snapshots;
	readonly #listeners = new Set<(state: SessionState) => void>();
	#learner: Learner;
	#goals: GoalState[];
	#state: SessionState;

	constructor(lesson: Lesson, ports: SessionPorts, options: SessionOptions = {}) {
		this.#lesson = lesson;
		this.#options = options;
		this.#learner = new Learner(lesson, options.progress);
		this.#goals = lesson.goals.map(({ goal }) => emptyGoal(goal));
		this.#watcher = new Watcher(ports, {
			look: (view) => this.#look(view),
			commandBegun: () => this.#snapshots.commandBegun(),
			commandEnded: (command, missing) => {
				this.#learner.commandEnded(command, missing);
				this.#snapshots.commandEnded();
			},
		});
		this.#snapshots = new Snapshots({
			ports,
			take: () => ({ world: this.#watcher.record(), learner: this.#learner.record() }),
			pause: () => this.#watcher.pause(),
			put: ({ world, learner }) => {
				this.#learner = Learner.from(lesson, learner);
				this.#watcher.resume(world);
			},
			everyPrompt: options.withoutUndo !== true,
			changed: () => this.#tell(),
		});
		this.#state = this.#describe();
	}

	get state(): SessionState {
		return this.#state;
	}

	/** Calls back with every new state; returns the function that stops it. */
	subscribe(listener: (state: SessionState) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Watches until `dispose`, from the lesson's start state, which is kept for `reset`. Rejects when the machine is gone. */
	async watch(): Promise<void> {
		// Without a machine to keep, watching begins at once: nothing that happens from now on is missed.
		if (this.#snapshots.isAble) await this.#snapshots.keepStart();
		await this.#watcher.watch();
	}

	/** Takes what a terminal has shown. Its shell must have been given `SHELL_MARKS`. */
	output(terminal: string, bytes: Uint8Array): void {
		this.#watcher.output(terminal, bytes);
	}

	/** Where the shell of a terminal was at its last prompt, or is to be after `undo` and `reset`. */
	directoryOf(terminal: string): string | undefined {
		return this.#watcher.directoryOf(terminal);
	}

	/** A command of the text was typed for the learner, by a click or by "show me". */
	typed(command: string): void {
		this.#learner.typed(command);
		this.#tell();
	}

	answer(question: string, choice: number): void {
		this.#learner.answer(question, choice);
		this.#tell();
		this.#watcher.wake();
	}

	explain(question: string): void {
		this.#learner.explain(question);
		this.#tell();
	}

	askHelp(check: string): void {
		this.#learner.askHelp(check);
		this.#tell();
	}

	reset(): Promise<void> {
		return this.#snapshots.reset();
	}

	undo(): Promise<void> {
		return this.#snapshots.undo();
	}

	/** Keeps this moment, machine and all, to go back to. */
	keep(): Promise<Kept> {
		return this.#snapshots.keep();
	}

	/** Goes back to a moment that was kept, as `reset` does to the start. */
	putBack(kept: Kept): Promise<void> {
		return this.#snapshots.putBack(kept);
	}

	/** Looks now, though nothing has been seen to happen. */
	look(): void {
		this.#watcher.wake();
	}

	/** Resolves when everything that has happened so far has been looked at. */
	settled(): Promise<void> {
		return this.#watcher.settled();
	}

	/** What to keep of this session. */
	progress(now: number): LessonProgress {
		return this.#learner.progress(now);
	}

	dispose(): void {
		this.#watcher.dispose();
	}

	/** One look: every check that has not passed, in order, then the goal pictures. */
	async #look(view: Omit<Look, 'isCurrent' | 'answers'>): Promise<void> {
		const learner = this.#learner;
		const answers = learner.answers();
		const reached = learner.currentStep;
		for (const check of this.#lesson.checks) {
			if (learner.hasPassed(check.id) || !this.#isDue(check, reached)) continue;
			const isCurrent = learner.currentCheck === check.id;
			const outcome: Outcome = await evaluate(check.spec, { ...view, answers, isCurrent });
			// Put back meanwhile: what was seen belongs to another moment.
			if (learner !== this.#learner) return;
			learner.found(check.id, outcome);
		}
		learner.looked();
		await this.#lookAtGoals(view);
		if (learner === this.#learner) this.#tell();
	}

	#isDue(check: LessonCheck, reached: number): boolean {
		if (check.after !== null && !this.#learner.hasPassed(check.after)) return false;
		const asksGuest = CHECK_KINDS[check.spec.kind]?.asksGuest ?? false;
		return this.#options.thorough === true || !asksGuest || check.step <= reached;
	}

	async #lookAtGoals({ docker }: Pick<Look, 'docker'>): Promise<void> {
		this.#goals = await Promise.all(
			this.#lesson.goals.map(async ({ goal, step }, index) => {
				const known = this.#goals[index] ?? emptyGoal(goal);
				const { currentStep } = this.#learner;
				// The last check of a step may pass in the very look that reaches its goal, and the next step is current then.
				const isDue = step === currentStep || (step < currentStep && !known.isReached);
				return isDue ? lookAtGoal(goal, docker) : known;
			}),
		);
	}

	#tell(): void {
		const next = this.#describe();
		if (JSON.stringify(next) === JSON.stringify(this.#state)) return;
		this.#state = shared(this.#state, next);
		for (const listener of [...this.#listeners]) listener(this.#state);
	}

	#describe(): SessionState {
		const { currentStep, currentCheck } = this.#learner;
		const checks: CheckState[] = this.#learner.checks();
		return {
			steps: this.#lesson.steps.map((_, index) => ({
				isDone: currentCheck === null || index < currentStep,
				isCurrent: currentCheck !== null && index === currentStep,
			})),
			checks,
			questions: this.#learner.questions(),
			goals: this.#goals,
			currentStep,
			currentCheck,
			isDone: currentCheck === null,
			next: this.#learner.next(),
			undo: this.#snapshots.canUndo,
			reset: this.#snapshots.canReset,
		};
	}
}

/** The new state with the old one's parts where they are equal, so that what shows them need not draw them again. */
function shared(old: SessionState, next: SessionState): SessionState {
	const list = <T>(before: readonly T[], after: readonly T[]): readonly T[] =>
		after.map((item, index) =>
			JSON.stringify(before[index]) === JSON.stringify(item) ? (before[index] as T) : item,
		);
	return {
		...next,
		steps: list(old.steps, next.steps),
		checks: list(old.checks, next.checks),
		questions: list(old.questions, next.questions),
		goals: list(old.goals, next.goals),
	};
}
