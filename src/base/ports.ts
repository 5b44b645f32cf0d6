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
