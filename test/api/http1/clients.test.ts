import { execFile, spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannedEngine } from '../../cli/wire/canned-engine.ts';
import { serve, type Served } from './served.ts';

// Programs of others against our server; what they ask is answered from fixtures.

const has = (program: string) => spawnSync(program, ['--version']).status === 0;

let engine: CannedEngine;
let served: Served;
beforeEach(async () => {
	engine = new CannedEngine();
	served = await serve(engine.handler);
});
afterEach(() => served.close());

interface Ended {
	code: number;
	stdout: string;
	stderr: string;
}
async function run(program: string, args: string[], input = ''): Promise<Ended> {
	const env = { ...process.env, DOCKER_HOST: `unix://${served.socket}` };
	const running = promisify(execFile)(program, args, { env });
	running.child.stdin?.end(input);
	try {
		return { code: 0, ...(await running) };
	} catch (error) {
		return error as Ended;
	}
}

describe.skipIf(!has('curl'))('curl', () => {
	const curl = (...args: string[]) => run('curl', ['-sS', '--unix-socket', served.socket, ...args]);

	it('reads an answer and its head', async () => {
		const { stdout } = await curl('-i', 'http://localhost/v1.50/volumes');
		expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: application\/json\r\n/);
		expect(stdout).toContain('"Volumes":[');
	});
	it('reads errors, HEAD, and answers over HTTP/1.0', async () => {
		expect((await curl('http://localhost/v1.50/nothing')).stdout).toBe('{"message":"page not found"}\n');
		expect((await curl('-I', 'http://localhost/_ping')).stdout).toContain('Api-Version: 1.50\r\n');
		expect((await curl('-0', 'http://localhost/v1.50/info')).stdout).toContain('"Driver":"overlay2"');
	});
	it('sends a body, after asking whether it may', async () => {
		const big = JSON.stringify({ Image: 'busybox', Cmd: ['x'.repeat(100_000)] });
		const args = ['-H', 'Expect: 100-continue', '-H', 'Content-Type: application/json', '-d', '@-'];
		const running = run(
			'curl',
			['-sS', '--unix-socket', served.socket, ...args, 'http://localhost/v1.50/containers/create'],
			big,
		);
		expect((await running).stdout).toContain('"Id":');
		expect(JSON.stringify(engine.sent.at(-1)?.body)).toBe(big);
	});
});

describe('Node', () => {
	it('keeps its connection', async () => {
		const { Agent } = await import('node:http');
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		const get = (path: string) =>
			new Promise<string>((resolve, reject) => {
				request({ socketPath: served.socket, path, agent }, (response) => {
					let text = '';
					response.setEncoding('utf8').on('data', (chunk: string) => {
						text += chunk;
					});
					response.on('end', () => resolve(text));
				})
					.on('error', reject)
					.end();
			});
		for (let times = 0; times < 20; times++) expect(await get('/v1.50/info')).toContain('"NCPU":2');
		agent.destroy();
	});
});

describe.skipIf(!has('docker'))('the real docker command', () => {
	it.each([
		[['version', '--format', '{{.Server.Version}}'], '28.2.2\n', ''],
		[['network', 'ls', '--format', '{{.Name}}'], 'bridge\nhost\nnone\n', ''],
		[['run', '--rm', 'busybox', 'true'], 'hello stdout\n', 'hello stderr\n'],
		[['exec', 'web', 'true'], 'hello stdout\n', 'hello stderr\n'],
		[['logs', 'web'], '2025-05-30T12:00:00.000000000Z out line\n', 'err line\n'],
		[['kill', 'nope'], '', 'Error response from daemon: No such container: nope\n'],
	])('%j', async (args, stdout, stderr) => {
		const ended = await run('docker', args);
		expect([ended.stdout, ended.stderr]).toEqual([stdout, stderr]);
	});

	it('hands its input over and sees the end of it', async () => {
		const { stdout } = await run('docker', ['run', '-i', 'busybox', 'cat'], 'typed\n');
		expect(stdout).toBe('in:typed\nhello stdout\n');
		expect(engine.sent.find(({ stdin }) => stdin !== undefined)?.stdin).toBe('typed\n');
	});
});
