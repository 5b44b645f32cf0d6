import { invalid, quote, parseDuration } from '#base';
import type { Node } from '../parser/node.ts';

import { Flags } from './flags.ts';
import type { Health } from './types.ts';

const MILLISECOND = 1e6;
const NOTHING = { Interval: 0, Timeout: 0, StartPeriod: 0, StartInterval: 0, Retries: 0 };

/** What a HEALTHCHECK says. Throws `invalid` in Docker's words. */
export function readHealth(node: Node): Health {
	const [first, ...args] = node.args;
	if (first === undefined) throw invalid('HEALTHCHECK requires at least one argument');
	const type = first.toUpperCase();
	if (type === 'NONE') {
		if (args.length > 0) throw invalid('HEALTHCHECK NONE takes no arguments');
		return { Test: ['NONE'], ...NOTHING };
	}
	const flags = new Flags(node.flags, {
		interval: 'string',
		timeout: 'string',
		'start-period': 'string',
		'start-interval': 'string',
		retries: 'string',
	});
	if (type !== 'CMD') throw invalid(`Unknown type ${quote(type)} in HEALTHCHECK (try CMD)`);
	if (args.length === 0) throw invalid('Missing command after HEALTHCHECK CMD');
	return {
		Test: [node.isJson ? 'CMD' : 'CMD-SHELL', ...args],
		Interval: duration(flags, 'interval'),
		Timeout: duration(flags, 'timeout'),
		StartPeriod: duration(flags, 'start-period'),
		StartInterval: duration(flags, 'start-interval'),
		Retries: retries(flags.string('retries')),
	};
}

function duration(flags: Flags, name: string): number {
	const value = flags.string(name);
	if (value === '') return 0;
	const nanoseconds = parseDuration(value);
	if (nanoseconds !== 0 && nanoseconds < MILLISECOND)
		throw invalid(`Interval ${quote(name)} cannot be less than 1ms`);
	return nanoseconds;
}

function retries(value: string): number {
	if (value === '') return 0;
	if (!/^[+-]?\d+$/.test(value)) throw invalid(`strconv.ParseInt: parsing ${quote(value)}: invalid syntax`);
	const count = Number(value);
	if (count > 2_147_483_647 || count < -2_147_483_648)
		throw invalid(`strconv.ParseInt: parsing ${quote(value)}: value out of range`);
	if (count < 0) throw invalid(`--retries cannot be negative (${count})`);
	return count;
}
