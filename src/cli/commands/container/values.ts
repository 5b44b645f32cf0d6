import { invalid } from '#base';
import { badFlagValue, type Flags } from '../../parser/flags.ts';

/** `no`, `always`, `unless-stopped`, `on-failure[:N]`. Throws in Docker's words. */
export function parseRestart(value: string): { Name: string; MaximumRetryCount: number } {
	const [name = '', count, ...more] = value.split(':');
	if (name === '' && count !== undefined)
		throw invalid('invalid restart policy format: no policy provided before colon');
	if (more.length > 0) throw invalid('invalid restart policy format: maximum retry count must be an integer');
	if (count !== undefined && !/^-?\d+$/.test(count))
		throw invalid('invalid restart policy format: maximum retry count must be an integer');
	return { Name: name, MaximumRetryCount: count === undefined ? 0 : Number(count) };
}

export function parseLogOptions(flags: Flags): { Type: string; Config: Record<string, string> } {
	const Type = flags.string('log-driver');
	const Config = flags.map('log-opt');
	if (Type === 'none' && Object.keys(Config).length > 0)
		throw invalid(`invalid logging opts for driver ${Type}`);
	return { Type, Config };
}

/** `name=soft[:hard]`. Throws in go-units' words. */
export function parseUlimits(values: string[]): { Name: string; Hard: number; Soft: number }[] {
	const limits = values.map((value) => {
		const wrong = (why: string) => badFlagValue('ulimit', value, why);
		const [name = '', numbers] = value.split(/=(.*)/s);
		if (numbers === undefined || name === '') throw wrong(`invalid ulimit argument: ${value}`);
		const [soft = '', hard, ...more] = numbers.split(':');
		if (more.length > 0)
			throw wrong(`too many limit value arguments - ${numbers}, can only have up to two, \`soft[:hard]\``);
		const known = [
			'as',
			'core',
			'cpu',
			'data',
			'fsize',
			'locks',
			'memlock',
			'msgqueue',
			'nice',
			'nofile',
			'nproc',
			'rss',
			'rtprio',
			'rttime',
			'sigpending',
			'stack',
		];
		if (!known.includes(name)) throw wrong(`invalid ulimit type: ${name}`);
		const number = (text: string) => {
			if (!/^-?\d+$/.test(text))
				throw wrong(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
			return Number(text);
		};
		const [Soft, Hard] = [number(soft), number(hard ?? soft)];
		if (Hard !== -1 && (Soft > Hard || Soft === -1))
			throw wrong(`ulimit soft limit must be less than or equal to hard limit: ${Soft} > ${Hard}`);
		return { Name: name, Hard, Soft };
	});
	return [...new Map(limits.map((limit) => [limit.Name, limit])).values()].sort((a, b) =>
		a.Name < b.Name ? -1 : 1,
	);
}

const UNIT_NS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A Go duration (`1h30m`, `300ms`) in nanoseconds. Throws in Go's words. */
export function secondsOrDuration(text: string, flag: string): number {
	if (text === '0') return 0;
	const whole = /^[+-]?(\d+\.?\d*(ns|us|µs|ms|s|m|h)|\.\d+(ns|us|µs|ms|s|m|h))+$/;
	if (!whole.test(text)) {
		const why = /^[+-]?\d+\.?\d*$/.test(text) ? 'missing unit in duration' : 'invalid duration';
		throw badFlagValue(flag, text, `time: ${why} ${JSON.stringify(text)}`);
	}
	let total = 0;
	for (const [, number, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g))
		total += Number(number) * (UNIT_NS[unit ?? ''] ?? 0);
	return Math.round(text.startsWith('-') ? -total : total);
}
