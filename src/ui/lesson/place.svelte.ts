import type { Clock, FindMatches } from '#base';
import type { Sandbox } from '#sandbox';
import { findLesson, readLesson, type Pack } from '../packs/pack.ts';
import type { Packs } from '../packs/packs.svelte.ts';
import type { Preferences } from '../preferences.svelte.ts';
import type { Progress } from '../progress/progress.svelte.ts';
import type { Route } from '../routing/route.ts';
import { LessonState } from './lesson.svelte.ts';

export interface LessonPlaceOptions {
	packs: Packs;
	progress: Progress;
	preferences: Preferences;
	/** Null where there can be no machine: a lesson can be read all the same. */
	sandbox: Sandbox | null;
	clock: Clock;
	findMatches: FindMatches;
	/** The machine is put back by `task`, which ends every terminal: they are opened anew afterwards. */
	replaceMachine(task: () => Promise<void>): Promise<void>;
	/** The machine can be watched no longer. */
	onLost(error: unknown): void;
}

/** Where a lesson is shown: nothing, one that is on its way, one that is there, or why there is none. */
export type Placed =
	| { is: 'empty' }
	| { is: 'loading' }
	| { is: 'missing' }
	| { is: 'broken'; error: unknown }
	| { is: 'shown'; pack: Pack; lesson: LessonState };

/** The lesson's place in the page: fetches what the address names, and ends what was there before. */
export class LessonPlace {
	readonly #options: LessonPlaceOptions;
	#placed = $state.raw<Placed>({ is: 'empty' });
	/** Counts what has been asked for, so that what comes late is not shown. */
	#asked = 0;
	/** The machine as it was before the first lesson; the next one begins there, and finds nothing of the last. */
	#untouched: Promise<number> | null = null;
	#hadLesson = false;

	constructor(options: LessonPlaceOptions) {
		this.#options = options;
	}

	get placed(): Placed {
		return this.#placed;
	}

	/** The lesson that is shown; null when there is none. */
	get lesson(): LessonState | null {
		return this.#placed.is === 'shown' ? this.#placed.lesson : null;
	}

	/** Shows the lesson of this route, or nothing where the route is no lesson's. */
	async show(route: Route): Promise<void> {
		const ask = ++this.#asked;
		this.#put(route.at === 'lesson' ? { is: 'loading' } : { is: 'empty' });
		if (route.at !== 'lesson') return;
		const found = await this.#find(route).catch((error: unknown): Placed => ({ is: 'broken', error }));
		if (ask !== this.#asked) {
			if (found.is === 'shown') found.lesson.dispose();
			return;
		}
		this.#put(found);
		if (found.is === 'shown')
			this.#begin(found.lesson).catch((error: unknown) => this.#options.onLost(error));
	}

	output(terminal: string, bytes: Uint8Array): void {
		this.lesson?.output(terminal, bytes);
	}

	/** Where the shell of a terminal was at its last prompt, in the lesson's machine as it is now. */
	directoryOf(terminal: string): string | undefined {
		return this.lesson?.directoryOf(terminal);
	}

	/** Puts the lesson's start back. */
	reset(): Promise<void> {
		return this.#options.replaceMachine(async () => this.lesson?.reset());
	}

	/** Puts back what was there before the last command. */
	undo(): Promise<void> {
		return this.#options.replaceMachine(async () => this.lesson?.undo());
	}

	async #find({ pack: packId, lesson }: Extract<Route, { at: 'lesson' }>): Promise<Placed> {
		const { packs, progress } = this.#options;
		await Promise.all([packs.loaded, progress.loaded]);
		const pack = packs.find(packId);
		const outline = pack && findLesson(pack, lesson);
		if (!pack || !outline) return { is: 'missing' };
		const files = await readLesson(pack, outline);
		return { is: 'shown', pack, lesson: new LessonState({ ...this.#options, files }) };
	}

	#put(placed: Placed): void {
		this.lesson?.dispose();
		this.#placed = placed;
	}

	async #begin(lesson: LessonState): Promise<void> {
		const { sandbox, replaceMachine } = this.#options;
		if (!sandbox) return;
		await sandbox.ready;
		if (this.lesson !== lesson) return;
		if (this.#hadLesson) {
			const untouched = await this.#untouched;
			if (untouched !== null) await replaceMachine(() => sandbox.snapshots.restore(untouched));
		} else {
			this.#hadLesson = true;
			this.#untouched = sandbox.snapshots.save();
			await this.#untouched;
		}
		if (this.lesson === lesson) await lesson.watch();
	}
}
