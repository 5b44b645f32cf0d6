import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { docker } from '../../support/command.ts';
import { CannedEngine, type Sent } from './canned-engine.ts';

// wire.json: what the real client 28.2.2 sent to a canned engine (fixtures.json) that speaks API 1.50, and what it printed on 2026-11-21.
interface Recorded {
	method?: string;
	url?: string;
	headers?: string[];
	body?: unknown;
	hijackStdin?: string;
}
interface Case {
	argv: string[];
	env: Record<string, string>;
	stdin: string | null;
	exit: number;
	stdout: string;
	stderr: string;
	requests: Recorded[];
}
const cases = JSON.parse(readFileSync(new URL('./wire.json', import.meta.url), 'utf8')) as Case[];

/** What cannot be the same here, with the reason. */
const ELSEWHERE: Record<string, string> = {
	'manifest inspect busybox': 'the client itself would ask a registry, and there is no network',
};

/** What lay in the folder, as far as it shows; one file stands for others, so that an archive of all is as long as the recorded one. */
const FILES = {
	'/root/w/f.txt': 'hi\n',
	'/root/w/Dockerfile': 'FROM busybox\nRUN echo hi\n',
	'/root/w/others': 'x'.repeat(16_384),
};
const LOGGED_IN = { '/root/.docker/config.json': '{"auths":{"localhost:5000":{"auth":"dTpw"}}}' };

/** The engine's socket, whose name was shortened in the recording after it had set the width of a column. */
const RECORDED = 'unix:///tmp/recorded/engine/d.sock';

/** The recording client was 28.2.2; ours calls itself 28.5.2 and runs on a 386. */
function asRecordedBy28_2(text: string): string {
	return (
		text
			.replace('Version:           28.5.2', 'Version:           28.2.2')
			.replace('API version:       1.50 (downgraded from 1.51)', 'API version:       1.50')
			.replace('Go version:        go1.25.3', 'Go version:        go1.24.3')
			.replace('Git commit:        ecc6942', 'Git commit:        e6534b4')
			.replace('Built:             Wed Nov  5 14:43:20 2025', 'Built:             Fri May 30 12:07:14 2025')
			.replace('OS/Arch:           linux/386', 'OS/Arch:           linux/amd64')
			.replace('Client:\n Version:    28.5.2', 'Client:\n Version:    28.2.2')
			// Go's maps have no order.
			.replace('io.containerd.runc.v2 runc', 'runc io.containerd.runc.v2')
			.replace(RECORDED, 'unix:///run/d.sock')
			.replace('Docker version 28.5.2, build ecc6942', 'Docker version 28.2.2, build e6534b4')
			.replace(
				'"Version":"28.5.2","DefaultAPIVersion":"1.51","GitCommit":"ecc6942","GoVersion":"go1.25.3","Os":"linux","Arch":"386","BuildTime":"Wed Nov  5 14:43:20 2025"',
				'"Version":"28.2.2","DefaultAPIVersion":"1.50","GitCommit":"e6534b4","GoVersion":"go1.24.3","Os":"linux","Arch":"amd64","BuildTime":"Fri May 30 12:07:14 2025"',
			)
	);
}

const KEPT = ['content-type', 'connection', 'upgrade', 'x-registry-auth', 'x-registry-config'];

function shown(sent: Sent): unknown {
	const headers = KEPT.filter((name) => sent.headers.has(name)).map(
		(name) => `${name}: ${sent.headers.get(name)}`,
	);
	return { request: `${sent.method} ${sent.url}`, headers, body: sent.body };
}

function recorded(request: Recorded): unknown {
	const headers = (request.headers ?? [])
		.map((line) => line.split(': '))
		.map(([name = '', ...value]) => [name.toLowerCase(), value.join(': ')]);
	const kept = KEPT.flatMap((name) =>
		headers.filter(([key]) => key === name).map(([key, value]) => `${key}: ${value}`),
	);
	const { body } = request;
	// The body of an upgrade request was recorded as text.
	const value =
		typeof body === 'string' && body.startsWith('{') ? (JSON.parse(body) as unknown) : (body ?? null);
	return { request: `${request.method} ${request.url}`, headers: kept, body: value };
}

describe('the command on the wire', () => {
	for (const one of cases) {
		const line = one.argv.join(' ');
		it.skipIf(line in ELSEWHERE)(line, async () => {
			const engine = new CannedEngine({ archive: new TextEncoder().encode(archiveOf(one)) });
			const result = await docker(engine.handler, one.argv, {
				env: {
					HOME: '/root',
					...(one.argv[0] === 'context' && { DOCKER_HOST: RECORDED }),
					...one.env,
				},
				now: Date.parse('2026-11-21T01:44:00Z'),
				files: one.argv[0] === 'logout' ? LOGGED_IN : FILES,
				...(one.stdin !== null && { stdin: one.stdin }),
			});
			await Promise.all(engine.hijacked);
			expect([result.exitCode, asRecordedBy28_2(result.stdout), result.stderr]).toEqual([
				one.exit,
				asRecordedBy28_2(one.stdout),
				one.stderr,
			]);
			const requests = one.requests.filter(({ method }) => method !== undefined);
			const order = (values: unknown[]) =>
				one.argv.includes('stats') ? values.map((value) => JSON.stringify(value)).sort() : values;
			expect(order(engine.sent.map(shown))).toEqual(order(requests.map(recorded)));
			const typed = one.requests.find(({ hijackStdin }) => hijackStdin !== undefined)?.hijackStdin;
			if (typed !== undefined)
				expect(engine.sent.find(({ stdin }) => stdin !== undefined)?.stdin).toBe(typed);
		});
	}
});

/** The archive that the engine sent: `cp … -` printed it whole. */
function archiveOf(one: Case): string {
	const printed = cases.find(({ argv }) => argv[0] === 'cp' && argv.at(-1) === '-')?.stdout ?? '';
	return one.argv[0] === 'cp' ? printed : '';
}
