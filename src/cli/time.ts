import { invalid, parseDuration, quote } from '#base';

const NS_PER_MS = 1e6;

/**
 * `--since`/`--until` values as the API wants them. A duration ago is told in whole seconds, a date in seconds and nanoseconds, Unix time
 * as it is. Throws `invalid`.
 */
export function apiTime(text: string, nowMs: number): string {
	const ago = durationOf(text);
	if (ago !== null) return String(Math.floor((nowMs - ago / NS_PER_MS) / 1000));
	if (/^\d+(\.\d+)?$/.test(text)) return text;
	const parsed = Date.parse(completed(text));
	if (Number.isNaN(parsed)) throw invalid(`failed to parse value as time or duration: ${quote(text)}`);
	return seconds(parsed);
}

function durationOf(text: string): number | null {
	if (text === '0') return null;
	try {
		return parseDuration(text);
	} catch {
		return null;
	}
}

/** A date with the parts that may be left out: hours, minutes, seconds, and the zone, which is UTC here. */
function completed(text: string): string {
	const [, date = '', time = '00', zone = 'Z'] =
		/^(\d{4}-\d\d-\d\d)(?:T([\d:.]+))?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
	return `${date}T${time}${':00'.repeat(Math.max(0, 3 - time.split(':').length))}${zone}`;
}

function seconds(ms: number): string {
	const whole = Math.floor(ms / 1000);
	const nanos = Math.round((ms - whole * 1000) * NS_PER_MS);
	return `${whole}.${String(nanos).padStart(9, '0')}`;
}
