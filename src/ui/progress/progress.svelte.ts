import { SvelteMap } from 'svelte/reactivity';
import { readProgressFile, writeProgressFile } from './file.ts';
import { mergeRecords, newRecord, readRecord, recordKey, writeRecord, type LessonRecord } from './record.ts';

/** Where records are kept between visits. */
export interface Records {
	all(): Promise<Map<string, unknown>>;
	update(key: string, change: (before: unknown) => unknown): Promise<void>;
}

/** What has been done of one lesson, over all its versions. */
export type Standing =
	| { is: 'new' }
	| { is: 'begun'; passed: number }
	| { is: 'finished' }
	/** The lesson was done before its author changed it; what is new of it is not. */
	| { is: 'finished-before' };

/** Everything the learner has done, as the page shows it and the browser keeps it. */
export class Progress {
	readonly #store: Records;
	readonly #now: () => number;
	readonly #records = new SvelteMap<string, LessonRecord>();
	/** Writes in their order, so that a later one never overtakes. */
	#writing: Promise<void> = Promise.resolve();
	/** This browser keeps nothing: what is done is lost with the page unless it is saved as a file. */
	isVolatile = $state(false);
	/** Resolves once what was kept has been read. */
	readonly loaded: Promise<void>;

	constructor(store: Records, now: () => number) {
		this.#store = store;
		this.#now = now;
		this.loaded = this.#load();
	}

	record(lesson: string, version: string): LessonRecord | undefined {
		return this.#records.get(recordKey({ lesson, version }));
	}

	/** How far the learner is with this lesson. */
	standing(lesson: string, version: string): Standing {
		const record = this.record(lesson, version);
		if (record?.finishedAt) return { is: 'finished' };
		const passed = record ? Object.keys(record.passed).length : 0;
		if (passed > 0) return { is: 'begun', passed };
		for (const other of this.#records.values())
			if (other.lesson === lesson && other.finishedAt) return { is: 'finished-before' };
		return { is: 'new' };
	}

	passed(lesson: string, version: string, check: string): void {
		this.#change(lesson, version, (record, now) => {
			record.passed = { ...record.passed, [check]: record.passed[check] ?? now };
		});
	}

	finished(lesson: string, version: string): void {
		this.#change(lesson, version, (record, now) => {
			record.finishedAt ??= now;
		});
	}

	answered(lesson: string, version: string, question: string, answer: string[]): void {
		this.#change(lesson, version, (record) => {
			record.answers = { ...record.answers, [question]: answer };
		});
	}

	hinted(lesson: string, version: string, check: string, count: number): void {
		this.#change(lesson, version, (record) => {
			record.hints = { ...record.hints, [check]: Math.max(count, record.hints[check] ?? 0) };
		});
	}

	/** Forgets one version of a lesson, for whoever wants to do it again from nothing. */
	forget(lesson: string, version: string): void {
		const key = recordKey({ lesson, version });
		this.#records.delete(key);
		this.#write(key, () => undefined);
	}

	/** All of it as the text of a file. */
	exportFile(): string {
		return writeProgressFile(this.#records.values(), this.#time());
	}

	/** Adds what a file holds to what there is. Returns how many lessons it told of; throws `invalid` with its problem. */
	importFile(text: string): number {
		const records = readProgressFile(text);
		for (const record of records) this.#put(record);
		return records.length;
	}

	/** Resolves once everything done so far is kept. */
	async settled(): Promise<void> {
		await this.#writing;
	}

	#change(lesson: string, version: string, change: (record: LessonRecord, now: string) => void): void {
		const now = this.#time();
		const before = this.record(lesson, version);
		const record = before ? { ...before, updatedAt: now } : newRecord(lesson, version, now);
		change(record, now);
		this.#put(record);
	}

	#put(record: LessonRecord): void {
		const key = recordKey(record);
		const before = this.#records.get(key);
		this.#records.set(key, before ? mergeRecords(before, record) : record);
		// Another tab may have written meanwhile: what is kept is what both have done.
		this.#write(key, (stored) => {
			const other = readRecord(stored);
			return writeRecord(other ? mergeRecords(other, record) : record);
		});
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
				const record = readRecord(value);
				const newer = this.#records.get(key);
				if (record) this.#records.set(key, newer ? mergeRecords(record, newer) : record);
			}
		} catch {
			this.isVolatile = true;
		}
	}

	#time(): string {
		return new Date(this.#now()).toISOString();
	}
}
