import { SvelteMap } from 'svelte/reactivity';
import {
	exportProgress,
	importProgress,
	mergeProgress,
	readProgress,
	wasDone,
	type LessonProgress,
} from '#tutor';
import { isFields, type Records } from './records.ts';

/** The shape that records are kept in. A later one gets a number of its own and a step in `readKept`. */
const SHAPE = 1;

/** What has been done of one lesson, over all its versions. */
export type Standing =
	| { is: 'new' }
	| { is: 'begun'; passed: number }
	| { is: 'finished' }
	/** The lesson was done before its author changed it; what is new of it is not. */
	| { is: 'finished-before' };

/** Everything the learner has done, as the page shows it and the browser keeps it. Lessons are named by their addresses. */
export class Progress {
	readonly #store: Records;
	readonly #records = new SvelteMap<string, LessonProgress>();
	/** Writes in their order, so that a later one never overtakes. */
	#writing: Promise<void> = Promise.resolve();
	/** This browser keeps nothing: what is done is lost with the page unless it is saved as a file. */
	isVolatile = $state(false);
	/** Resolves once what was kept has been read. */
	readonly loaded: Promise<void>;

	constructor(store: Records) {
		this.#store = store;
		this.loaded = this.#load();
	}

	/** What was done of this version of a lesson. */
	of(lesson: string, version: number): LessonProgress | undefined {
		return this.#records.get(keyOf({ lesson, version }));
	}

	/** How far the learner is with this lesson. */
	standing(lesson: string, version: number): Standing {
		const record = this.of(lesson, version);
		if (record?.doneAt != null) return { is: 'finished' };
		if (record && record.passed.length > 0) return { is: 'begun', passed: record.passed.length };
		return wasDone([...this.#records.values()], lesson) ? { is: 'finished-before' } : { is: 'new' };
	}

	/** Adds what a session says to what is known: nothing that was done is undone by it. */
	keep(record: LessonProgress): void {
		const key = keyOf(record);
		const before = this.#records.get(key);
		this.#records.set(key, before ? merged(before, record) : record);
		// Another tab may have written meanwhile: what is kept is what both have done.
		this.#write(key, (stored) => {
			const other = readKept(stored);
			return { shape: SHAPE, ...(other ? merged(other, record) : record) };
		});
	}

	/** Forgets one version of a lesson, for whoever wants to do it again from nothing. */
	forget(lesson: string, version: number): void {
		const key = keyOf({ lesson, version });
		this.#records.delete(key);
		this.#write(key, () => undefined);
	}

	/** All of it as the text of a file. */
	exportFile(): string {
		return exportProgress([...this.#records.values()]);
	}

	/** Adds what a file holds to what there is. Returns how many lessons it told of; throws `invalid` with its problem. */
	importFile(text: string): number {
		const records = importProgress(text);
		for (const record of records) this.keep(record);
		return records.length;
	}

	/** Resolves once everything done so far is kept. */
	async settled(): Promise<void> {
		await this.#writing;
	}

	#write(key: string, change: (before: unknown) => unknown): void {
		this.#writing = this.#writing
			.then(() => this.#store.update(key, change))
			.catch(() => {
				this.isVolatile = true;
			});
	}

	async #load(): Promise<void> {
		try {
			for (const [key, value] of await this.#store.all()) {
				const record = readKept(value);
				const newer = this.#records.get(key);
				if (record) this.#records.set(key, newer ? merged(record, newer) : record);
			}
		} catch {
			this.isVolatile = true;
		}
	}
}

function keyOf({ lesson, version }: Pick<LessonProgress, 'lesson' | 'version'>): string {
	return `${lesson}@${version}`;
}

function merged(one: LessonProgress, other: LessonProgress): LessonProgress {
	return mergeProgress([one], [other])[0] ?? other;
}

/** A record as it was kept. Null when a newer page has written it: then it is left as it is. */
function readKept(value: unknown): LessonProgress | null {
	return isFields(value) && value['shape'] === SHAPE ? readProgress(value) : null;
}
