import type { Clock, FindMatches } from '#base';
import type { Sandbox } from '#sandbox';
import { Boot } from './boot/boot.svelte.ts';
import { LessonPlace } from './lesson/place.svelte.ts';
import { Packs, type PackReader } from './packs/packs.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { Progress } from './progress/progress.svelte.ts';
import type { Records } from './progress/records.ts';
import { Router } from './routing/router.svelte.ts';
import { Terminals } from './terminal/terminals.svelte.ts';

export interface PageOptions {
	/** The machine; null when there can be none, and `failure` says why. */
	sandbox: Sandbox | null;
	failure?: unknown;
	/** Reads lessons from the site and from where learners have them. */
	lessons: PackReader;
	/** What is kept in this browser. */
	records: { progress: Records; packs: Records };
	clock: Clock;
	/** Tries the regular expressions of lessons, which may come from anyone. */
	findMatches: FindMatches;
}

/** Everything the page shows, wired to the sandbox. */
export class PageState {
	readonly sandbox: Sandbox | null;
	readonly preferences = new Preferences();
	readonly boot = new Boot();
	readonly router = new Router();
	readonly packs: Packs;
	readonly progress: Progress;
	readonly place: LessonPlace;
	readonly terminals: Terminals;
	/** Which of the two is shown where there is room for one only. */
	pane = $state<'lesson' | 'terminals'>('lesson');

	constructor({ sandbox, failure, lessons, records, clock, findMatches }: PageOptions) {
		this.sandbox = sandbox;
		this.packs = new Packs(lessons, records.packs);
		this.progress = new Progress(records.progress);
		this.place = new LessonPlace({
			packs: this.packs,
			progress: this.progress,
			preferences: this.preferences,
			sandbox,
			clock,
			findMatches,
			replaceMachine: (task) => this.terminals.throughout(task),
			// A machine that cannot be watched any more is a machine that is gone.
			onLost: (error) => this.boot.fail(error),
		});
		this.terminals = new Terminals({
			sandbox,
			onOutput: (terminal, bytes) => this.place.output(terminal, bytes),
			directoryOf: (terminal) => this.place.directoryOf(terminal),
			clock,
			endedText: (code) => this.preferences.t('terminal.ended', { code }),
		});
		if (failure !== undefined) this.boot.fail(failure);
		if (sandbox) this.boot.follow(sandbox, clock);
	}

	/** The machine has ended, or could not start. */
	fail(error: unknown): void {
		this.boot.fail(error);
	}
}
