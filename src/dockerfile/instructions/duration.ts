import { invalid, quote } from '#base';

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
