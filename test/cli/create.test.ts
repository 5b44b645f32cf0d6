import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { readAll } from '#base';
import { docker } from '../support/command.ts';

// create-cases.json: `docker create` lines, and the body that the real client 28.2.2 sent or the error it printed; recorded with an engine
// that answers every create with the same id. Relative paths were resolved in /root/w.
interface Case {
	argv: string[];
	env: Record<string, string>;
	exit: number;
	stdout: string;
	stderr: string;
	requests: { method: string; url: string; body?: unknown }[];
}
const cases = JSON.parse(readFileSync(new URL('./create-cases.json', import.meta.url), 'utf8')) as Case[];

/** What lay in /root/w when the cases were recorded. */
const FILES = {
	'/root/w/env': 'A=1\n# a note\nB\nC=x y\n',
	'/root/w/labels': 'a=1\n',
	'/root/w/cid.txt': '',
};

describe('docker create sends what the real client sends', () => {
	it.each(cases.map((one): [string, Case] => [one.argv.join(' '), one]))('%s', async (_line, one) => {
		let sent: unknown;
		const engine: HttpHandler = async (request) => {
			if (request.path === '/_ping') return { status: 200, headers: [['Api-Version', '1.51']], body: null };
			sent = JSON.parse(
				new TextDecoder().decode(request.body ? await readAll(request.body) : undefined),
			) as unknown;
			const id = '9e107d9d372bb6826bd81d3542a419d69e107d9d372bb6826bd81d3542a419d6';
			return {
				status: 201,
				headers: [['Content-Type', 'application/json']],
				body: new TextEncoder().encode(`{"Id":"${id}","Warnings":[]}\n`),
			};
		};
		const result = await docker(engine, one.argv, { env: { HOME: '/root', ...one.env }, files: FILES });
		const recorded = one.requests.find(({ method }) => method === 'POST')?.body;
		expect(sent).toEqual(recorded);
		expect([result.exitCode, result.stdout, result.stderr]).toEqual([one.exit, one.stdout, one.stderr]);
	});
});
