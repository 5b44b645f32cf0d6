import type { Fields, RecordOf } from '../schema/type.ts';
import type { Words } from '../lesson/locale.ts';
import type { World } from '../world/world.ts';
import type { DockerView } from './docker-view.ts';
import type { GuestView } from './guest-view.ts';
import type { Patterns } from './patterns.ts';

/** What a check found. A `fail` says what is true now; only a mistake is worth a hint, `waiting` is no mistake. */
export type Outcome = { passed: true } | { passed: false; reason: string; facts: Facts };

/** Fills the `{placeholders}` of a sentence. */
export type Facts = Readonly<Record<string, string>>;

/** One look at everything a check may see. What is asked twice during a look is answered once. */
export interface Look {
	world: World;
	docker: DockerView;
	guest: GuestView;
	patterns: Patterns;
	/** The quizzes and predictions that were answered, and whether rightly. */
	answers: ReadonlyMap<string, boolean>;
	/** The learner has passed everything before this check, so what goes wrong now most likely concerns it. */
	isCurrent: boolean;
}

/** One kind of check: what an author may write, why it may fail, and how it looks at the world. */
export interface CheckKind<F extends Fields> {
	/** When it passes, for authors: the end of a sentence that begins with "passes when". */
	about: Words;
	fields: F;
	/** Reasons it may fail for, each with the facts that its sentences may use. `waiting` says that nothing has been done yet. */
	reasons: Readonly<Record<string, readonly string[]>>;
	/** It runs something in the guest, so it is looked at only while the learner is at its step. */
	asksGuest?: true;
	/** What is wrong with these fields taken together, as an English sentence for their author; null when nothing is. */
	refuse?(fields: RecordOf<F>): string | null;
	evaluate(fields: RecordOf<F>, look: Look): Outcome | Promise<Outcome>;
}

/** Slips of the fingers, which any check can fail for beside its own reasons, with the facts that their sentences may use. */
export const SLIP_REASONS = {
	misspelt: ['typed', 'meant'],
	'missing-space': ['typed', 'meant'],
	'look-alike': ['typed', 'meant'],
	'no-container': ['name', 'wanted'],
} as const satisfies CheckKind<Fields>['reasons'];

/** Keeps the exact type of the fields, from which that of `evaluate`'s argument follows. */
export function checkKind<const F extends Fields>(kind: CheckKind<F>): CheckKind<F> {
	return kind;
}

export const pass: Outcome = { passed: true };

export function fail(reason: string, facts: Facts = {}): Outcome {
	return { passed: false, reason, facts };
}

/** Nothing that concerns this check has happened yet. */
export function waiting(facts: Facts = {}): Outcome {
	return fail('waiting', facts);
}
