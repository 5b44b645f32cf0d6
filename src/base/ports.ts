/** Wall-clock and timers as a port, so that every test run is the same run. */
export interface Clock {
	/** Unix time in milliseconds, with fraction. */
	now(): number;
	/** Resolves after `ms`; rejects with `cancelled` when `signal` aborts. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Fills a new array of `length` with random bytes. */
export type Random = (length: number) => Uint8Array;

/** Where diagnostic lines go; never the learner's terminal. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/**
 * What a regular expression matches in each of the texts; `^` and `$` stand for the ends of lines. The expression may come from anyone:
 * one that takes too long is stopped, and the promise rejects with `invalid`, as it does for one that is none.
 */
export type FindMatches = (source: string, texts: readonly string[]) => Promise<string[][]>;
