import { invalid, parseDuration } from '#base';
import type { Daemon } from './daemon.ts';
import type { Filters } from './filters.ts';
import { parseTime, parseUnixTime, type UnixNs } from './time.ts';

/** The moment that the `until` filter of a prune means; null when there is none. Throws `invalid` in Docker's words. */
export function untilTime(daemon: Daemon, filters: Filters): UnixNs | null {
	const [moment, another] = untilTimes(daemon, filters);
	if (another !== undefined) throw invalid('more than one until filter specified');
	return moment ?? null;
}

/** The moments that `until` filters mean. Throws `invalid` in Docker's words. */
export function untilTimes(daemon: Daemon, filters: Filters): UnixNs[] {
	return filters.get('until').map((text) => momentOf(daemon, text));
}

function momentOf(daemon: Daemon, text: string): UnixNs {
	const moment = durationBack(daemon, text) ?? parseUnixTime(text) ?? parseMoment(text);
	if (moment === null) throw invalid(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
	return moment;
}

/** So long before now; null for what is no duration. */
function durationBack(daemon: Daemon, text: string): UnixNs | null {
	if (text === '0') return null;
	try {
		return daemon.time.now() - BigInt(parseDuration(text));
	} catch {
		return null;
	}
}

/** A day, an hour or a minute of it, or RFC 3339; without a zone it is in UTC, which is the engine's. */
function parseMoment(text: string): UnixNs | null {
	const [, day = '', time = '', zone = 'Z'] =
		/^(\d{4}-\d\d-\d\d)(?:T(\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?))?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
	if (day === '') return null;
	const parts = time === '' ? [] : time.split(':');
	const [hour = '00', minute = '00', second = '00'] = parts;
	return parseTime(`${day}T${hour}:${minute}:${second}${zone}`);
}
