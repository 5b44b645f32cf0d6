import { invalid } from '#base';

const UNIT_MS: Record<string, number> = {
	ns: 1e-6,
	us: 1e-3,
	µs: 1e-3,
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
};

/** `--since`/`--until` values (Unix time, RFC 3339 or a duration ago) as the API wants them: Unix seconds. Throws `invalid`. */
export function apiTime(text: string, nowMs: number): string {
	if (/^\d+(\.\d+)?$/.test(text)) return text;
	if (/^(\d+\.?\d*(ns|us|µs|ms|s|m|h))+$/.test(text)) {
		let ms = 0;
		for (const [, number, unit] of text.matchAll(/(\d+\.?\d*)(ns|us|µs|ms|s|m|h)/g))
			ms += Number(number) * (UNIT_MS[unit ?? ''] ?? 0);
		return seconds(nowMs - ms);
	}
	const parsed = Date.parse(
		/T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text.length === 10 ? `${text}T00:00:00` : text}Z`,
	);
	if (Number.isNaN(parsed))
		throw invalid(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
	return seconds(parsed);
}

function seconds(ms: number): string {
	const whole = Math.floor(ms / 1000);
	const nanos = Math.round((ms - whole * 1000) * 1e6);
	return `${whole}.${String(nanos).padStart(9, '0')}`;
}
