import type { World } from '../world/world.ts';

/** What a check found. A `fail` says what is true now; only a mistake is worth a hint, `waiting` is no mistake. */
export type Outcome = { passed: true } | { passed: false; reason: string; facts: Facts };

/** Fills the `{placeholders}` of a hint. */
export type Facts = Record<string, string>;

export interface CheckContext {
	world: World;
	/** The learner has passed everything before this check, so what goes wrong now most likely concerns it. */
	isCurrent: boolean;
}

export type FieldType = 'text' | 'text?' | 'number?' | 'boolean?' | 'texts';

/** One kind of check: what an author may write, why it may fail, and how it looks at the world. */
export interface CheckKind<Fields> {
	fields: Record<keyof Fields & string, FieldType>;
	/** Reasons other than `waiting`; each has a general hint in every language, and a lesson may have a better one. */
	reasons: readonly string[];
	evaluate(fields: Fields, context: CheckContext): Outcome;
}

export const pass: Outcome = { passed: true };

/** Nothing that concerns this check has happened yet. */
export const waiting: Outcome = { passed: false, reason: 'waiting', facts: {} };

export function fail(reason: string, facts: Facts = {}): Outcome {
	return { passed: false, reason, facts };
}
