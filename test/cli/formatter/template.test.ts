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

/** The recording client was 28.2.2 on amd64, ours calls itself 28.5.2 and runs on a 386; and Go's maps have no order. */
function asRecorded(text: string): string {
	return text
		.replace(
			/("Client(?:Info)?":\{(?:"Debug":false,)?)"Version":"28.5.2"(,"ApiVersion":"[\d.]+")?,"DefaultAPIVersion":"1.51","GitCommit":"\w+","GoVersion":"[\w.]+","Os":"linux","Arch":"386","BuildTime":"[^"]+"/,
			'$1"Version":"28.2.2"$2,"DefaultAPIVersion":"1.50","GitCommit":"e6534b4","GoVersion":"go1.24.3","Os":"linux","Arch":"amd64","BuildTime":"Fri May 30 12:07:14 2025"',
		)
		.replaceAll('"front,bridge"', '"bridge,front"');
}

/** These were recorded with the engine's socket named in the environment. */
const environment = ({ argv }: Case) => (argv[0] === 'context' ? { DOCKER_HOST: 'unix:///run/d.sock' } : {});

describe('--format', () => {
	it.each(
		cases
			.filter((one) => !printsPointer(one))
			.map((one): [string, Case] => [one.argv.join(' ').replace(/\$/g, '$$'), one]),
	)('%s', async (_line, one) => {
		const result = await docker(new CannedEngine().handler, one.argv, {
			env: { HOME: '/root', ...environment(one) },
			now: Date.parse('2026-11-21T01:44:00Z'),
		});
		expect([result.exitCode, asRecorded(result.stdout), result.stderr]).toEqual([
			one.exit,
			asRecorded(one.stdout),
			one.stderr,
		]);
	});
});
