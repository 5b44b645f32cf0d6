import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHumanSize, ramInBytes } from '#base';
import {
	bytesSize,
	humanDuration,
	humanSize,
	humanSizeWithPrecision,
} from '../../../src/cli/formatter/units.ts';

// units.jsonl: inputs and what docker/go-units answered, printed by a Go program linked with it (Docker 28.5's version).
interface Case {
	fn: string;
	n?: number[];
	a?: string[];
	out: unknown;
	err?: string;
}
const cases = readFileSync(new URL('./units.jsonl', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line) as Case);

const functions: Record<string, (one: Case) => unknown> = {
	'units.HumanSize': ({ n }) => humanSize(n?.[0] ?? Number.NaN),
	'units.HumanSizeWithPrecision3': ({ n }) => humanSizeWithPrecision(n?.[0] ?? Number.NaN, 3),
	'units.BytesSize': ({ n }) => bytesSize(n?.[0] ?? Number.NaN),
	'units.HumanDuration': ({ n }) => humanDuration(n?.[0] ?? Number.NaN),
	'units.FromHumanSize': ({ a }) => fromHumanSize(a?.[0] ?? ''),
	'units.RAMInBytes': ({ a }) => ramInBytes(a?.[0] ?? ''),
};

describe.each(Object.entries(functions))('%s', (name, run) => {
	const own = cases.filter((one) => one.fn === name);
	it.each(own.map((one): [string, Case] => [JSON.stringify(one.n ?? one.a), one]))('%s', (_label, one) => {
		if (one.err !== undefined) expect(() => run(one)).toThrow(one.err);
		else expect(run(one)).toBe(one.out);
	});
});
