import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = path.resolve(import.meta.dirname, '../../src/commands/drydock.mjs');

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'drydock-commands-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
	code: number;
	stdout: string;
	stderr: string;
}

async function drydock(...args: string[]): Promise<Ended> {
	try {
		return { code: 0, ...(await promisify(execFile)(process.execPath, [PROGRAM, ...args])) };
	} catch (error) {
		const { code, stdout, stderr } = error as Ended;
		return { code, stdout, stderr };
	}
}

describe('drydock exec', () => {
	it('forwards both streams and the exit code', async () => {
		expect(await drydock('exec', '--', 'echo out; echo err >&2; exit 3')).toEqual({
			code: 3,
			stdout: 'out\n',
			stderr: 'err\n',
		});
	});

	it('ends as in any pipe when its reader has gone, and says when it cannot write', async () => {
		const into = (to: string) =>
			promisify(execFile)('bash', [
				'-c',
				`"$0" "$1" exec -- 'yes | head -n 3000000' ${to}; echo code \${PIPESTATUS[0]}`,
				process.execPath,
				PROGRAM,
			]);
		expect(await into('| head -n 1')).toEqual({ stdout: 'y\ncode 141\n', stderr: '' });
		expect(await into('>/dev/full')).toEqual({
			stdout: 'code 1\n',
			stderr: 'drydock: ENOSPC: no space left on device, write\n',
		});
	});

	it('tells everything as JSON', async () => {
		const { code, stdout } = await drydock('exec', '--json', '--', 'echo hi; exit 4');
		expect(code).toBe(4);
		expect(JSON.parse(stdout)).toEqual({
			exitCode: 4,
			stdout: 'hi\n',
			stderr: '',
			bootMs: expect.any(Number),
			wallMs: expect.any(Number),
			guestInstructions: expect.any(Number),
		});
	});

	it('ends a script that takes too long, with all that it has started', async () => {
		const { code, stdout } = await drydock(
			'exec',
			'--timeout',
			'5',
			'--',
			'echo begun; sleep 1000; echo never',
		);
		expect([code, stdout]).toEqual([124, 'begun\n']);
	});

	it('runs a batch, each script in a machine of its own', async () => {
		const file = path.join(folder, 'batch.jsonl');
		const jobs = ['touch /tmp/mark; echo a', 'ls /tmp/mark', 'exit 5'];
		await writeFile(file, jobs.map((script, id) => JSON.stringify({ id, script })).join('\n'));
		const { code, stdout } = await drydock('exec', '--batch', file);
		expect(code).toBe(0);
		const lines = stdout.trim().split('\n');
		const results = lines.map((line) => JSON.parse(line) as { id: number; exitCode: number });
		results.sort((a, b) => a.id - b.id);
		expect(results.map(({ id, exitCode }) => [id, exitCode])).toEqual([
			[0, 0],
			[1, 2],
			[2, 5],
		]);
	});

	it('says what is wrong with its arguments', async () => {
		expect(await drydock('exec')).toMatchObject({ code: 1, stderr: expect.stringContaining('SCRIPT') });
		expect(await drydock('nonsense')).toMatchObject({ code: 2 });
		expect((await drydock('help')).stdout).toContain('drydock exec');
	});
});

describe('drydock engine', () => {
	it('serves the Engine API on a unix socket until it is told to end', async () => {
		const socket = path.join(folder, 'engine.sock');
		const engine = spawn(process.execPath, [PROGRAM, 'engine', '--listen', `unix:${socket}`]);
		const ended = new Promise<number | null>((resolve) => engine.on('exit', resolve));
		await new Promise<void>((resolve, reject) => {
			engine.stdout.once('data', () => resolve());
			engine.once('exit', () => reject(new Error('the engine ended')));
		});
		const curl = ['-sS', '--unix-socket', socket];
		const { stdout } = await promisify(execFile)('curl', [...curl, 'http://localhost/_ping']);
		expect(stdout).toBe('OK');
		engine.kill('SIGTERM');
		expect(await ended).toBe(0);
		await expect(promisify(execFile)('curl', [...curl, 'http://localhost/_ping'])).rejects.toThrow();
	});
});
