import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { docker } from '../../support/command.ts';
import { CannedEngine } from './canned-engine.ts';

// tty.json: the same as wire.json, under a terminal of 40 rows and 100 columns; `out` went through the terminal's newline translation.
interface Case {
	argv: string[];
	tty: [rows: number, cols: number];
	out: string;
	status: number;
	requests: { method?: string; url?: string }[];
}
const cases = JSON.parse(readFileSync(new URL('./tty.json', import.meta.url), 'utf8')) as Case[];

describe('the command under a terminal', () => {
	it.each(cases.map((one): [string, Case] => [one.argv.join(' '), one]))('%s', async (_line, one) => {
		const engine = new CannedEngine({ tty: true });
		const [rows, cols] = one.tty;
		const result = await docker(engine.handler, one.argv, {
			env: { HOME: '/root' },
			now: Date.parse('2026-11-21T01:44:00Z'),
			terminal: { rows, cols },
		});
		const shown = (result.stdout + result.stderr).replace(/\r?\n/g, '\r\n');
		expect([result.exitCode, shown]).toEqual([one.status, one.out]);
		const requests = one.requests
			.filter(({ method }) => method !== undefined)
			.map(({ method, url }) => `${method} ${url}`);
		// The streams of several containers are opened in no fixed order.
		expect(engine.sent.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(requests.sort());
	});
});
