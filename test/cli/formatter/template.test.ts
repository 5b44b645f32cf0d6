import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { docker } from '../../support/command.ts';
import { CannedEngine } from '../wire/canned-engine.ts';

// template-cases.json: what the real client 28.2.2 printed on 2026-11-21 against a canned engine (../wire/fixtures.json) that speaks API 1.50.
interface Case {
	argv: string[];
	exit: number;
	stdout: string;
	stderr: string;
}
const cases = JSON.parse(readFileSync(new URL('./template-cases.json', import.meta.url), 'utf8')) as Case[];

/** Go prints where a value lies in memory: nothing to be held to. */
const printsPointer = ({ stdout }: Case) => stdout.includes('0xc000');

describe('--format', () => {
	it.each(
		cases
			.filter((one) => !printsPointer(one))
			.map((one): [string, Case] => [one.argv.join(' ').replace(/\$/g, '$$'), one]),
	)('%s', async (_line, one) => {
		const result = await docker(new CannedEngine().handler, one.argv, {
			env: { HOME: '/root' },
			now: Date.parse('2026-11-21T01:44:00Z'),
		});
		expect([result.exitCode, result.stdout, result.stderr]).toEqual([one.exit, one.stdout, one.stderr]);
	});
});
