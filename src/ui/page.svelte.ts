import type { Clock } from '#base';
import type { Sandbox } from '#sandbox';
import { Boot } from './boot/boot.svelte.ts';
import { LessonState, type LessonTexts } from './lesson/lesson.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { Terminals } from './terminal/terminals.svelte.ts';

export interface PageOptions {
	/** The machine; null when there can be none, and `failure` says why. */
	sandbox: Sandbox | null;
	failure?: unknown;
	lesson: LessonTexts;
	clock: Clock;
}

/** Everything the page shows, wired to the sandbox. */
export class PageState {
	readonly preferences = new Preferences();
	readonly boot = new Boot();
	readonly lesson: LessonState;
	readonly terminals: Terminals;
	/** Which of the two is shown where there is room for one only. */
	pane = $state<'lesson' | 'terminals'>('lesson');

	constructor({ sandbox, failure, lesson, clock }: PageOptions) {
		this.lesson = new LessonState(lesson, this.preferences);
		this.terminals = new Terminals({
			sandbox,
			onOutput: (terminal, bytes) => this.lesson.output(terminal, bytes),
			endedText: (code) => this.preferences.t('terminal.ended', { code }),
		});
		if (failure !== undefined) this.boot.fail(failure);
		if (!sandbox) return;
		this.boot.follow(sandbox);
		// A machine that cannot be watched any more is a machine that is gone.
		this.lesson.watch(sandbox, clock).catch((error: unknown) => this.boot.fail(error));
	}

	/** The machine has ended, or could not start. */
	fail(error: unknown): void {
		this.boot.fail(error);
	}
}
