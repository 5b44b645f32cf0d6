import type { Clock } from '#base';

/** Unix time in nanoseconds. */
export type UnixNs = bigint;

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

/** Go's zero time, as JSON shows a moment that has not come. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/** A clock of nanoseconds that never gives the same moment twice, so that what is written down keeps its order. */
export class Timeline {
	readonly #clock: Clock;
	#last = 0n;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	now(): UnixNs {
		const now = fromMs(this.#clock.now());
		this.#last = now > this.#last ? now : this.#last + 1n;
		return this.#last;
	}

	/** Gives away the next `count` moments without naming them. */
	skip(count: number): void {
		this.#last += BigInt(count);
	}
}

/** Milliseconds with fraction to nanoseconds. */
export function fromMs(ms: number): UnixNs {
	const whole = Math.floor(ms);
	return BigInt(whole) * NS_PER_MS + BigInt(Math.round((ms - whole) * 1e6));
}

export function toSeconds(time: UnixNs): number {
	return Number(time / NS_PER_S);
}

/** RFC 3339 in UTC; trailing zeros of the fraction are left out, as Go does. `null` is Go's zero time. */
export function formatTime(time: UnixNs | null): string {
	if (time === null) return ZERO_TIME;
	const fraction = String(time % NS_PER_S)
		.padStart(9, '0')
		.replace(/0+$/, '');
	return `${seconds(time)}${fraction && `.${fraction}`}Z`;
}

/** RFC 3339 with all nine digits, as a line of `docker logs -t` starts. */
export function formatLogTime(time: UnixNs): string {
	return `${seconds(time)}.${String(time % NS_PER_S).padStart(9, '0')}Z`;
}

/** RFC 3339 with whole seconds. */
export function formatSeconds(time: UnixNs): string {
	return `${seconds(time)}Z`;
}

function seconds(time: UnixNs): string {
	return new Date(Number(time / NS_PER_S) * 1000).toISOString().slice(0, 19);
}

/** `1795225483` or `1795225483.320703189` → nanoseconds; `null` when it is neither. */
export function parseUnixTime(text: string): UnixNs | null {
	const match = /^(-?\d+)(?:\.(\d{1,9}))?$/.exec(text);
	if (!match?.[1]) return null;
	return BigInt(match[1]) * NS_PER_S + BigInt((match[2] ?? '').padEnd(9, '0'));
}

/** RFC 3339 with up to nine digits → nanoseconds; `null` when it is not. */
export function parseTime(text: string): UnixNs | null {
	const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
	if (!match?.[1]) return null;
	const ms = Date.parse(match[1] + (match[3] ?? 'Z'));
	return Number.isNaN(ms) ? null : BigInt(ms) * NS_PER_MS + BigInt((match[2] ?? '').padEnd(9, '0'));
}
