import { invalid } from './error.ts';
import { quote } from './quote.ts';

/** A number of nanoseconds as Go prints a time.Duration: `1m30s`, `500ms`, `0s`. */
export function durationText(ns: bigint): string {
	if (ns === 0n) return '0s';
	const sign = ns < 0n ? '-' : '';
	const size = ns < 0n ? -ns : ns;
	const decimal = (unit: bigint, name: string) => {
		const fraction = String(size % unit)
			.padStart(String(unit).length - 1, '0')
			.replace(/0+$/, '');
		return `${sign}${size / unit}${fraction && unit > 1n ? `.${fraction}` : ''}${name}`;
	};
	if (size < 1_000n) return decimal(1n, 'ns');
	if (size < 1_000_000n) return decimal(1_000n, 'µs');
	if (size < 1_000_000_000n) return decimal(1_000_000n, 'ms');
	const minutes = size / 60_000_000_000n;
	const rest = size % 60_000_000_000n;
	const fraction = String(rest % 1_000_000_000n)
		.padStart(9, '0')
		.replace(/0+$/, '');
	const seconds = `${rest / 1_000_000_000n}${fraction ? `.${fraction}` : ''}s`;
	if (minutes === 0n) return `${sign}${seconds}`;
	return minutes < 60n
		? `${sign}${minutes}m${seconds}`
		: `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

const UNITS: Record<string, number> = {
	ns: 1,
	us: 1e3,
	'\u00b5s': 1e3,
	'\u03bcs': 1e3,
	ms: 1e6,
	s: 1e9,
	m: 60e9,
	h: 3600e9,
};
const LARGEST = 2 ** 63;

/** `1m30s` in nanoseconds, as Go's time.ParseDuration reads it. Throws `invalid` in its words. */
export function parseDuration(text: string): number {
	const sign = text.startsWith('-') ? -1 : 1;
	let rest = text.replace(/^[+-]/, '');
	if (rest === '0') return 0;
	if (rest === '') throw wrong(text);
	let sum = 0;
	while (rest !== '') {
		const [whole = '', number = ''] = /^(\d+\.?\d*|\.\d+)/.exec(rest) ?? [];
		if (whole === '') throw wrong(text);
		rest = rest.slice(whole.length);
		const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
		if (unit === '') throw invalid(`time: missing unit in duration ${quote(text)}`);
		const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
		if (size === undefined) throw invalid(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
		sum += Math.trunc(Number(number) * size);
		if (sum >= LARGEST) throw wrong(text);
		rest = rest.slice(unit.length);
	}
	return sign * sum;
}

function wrong(text: string): Error {
	return invalid(`time: invalid duration ${quote(text)}`);
}
