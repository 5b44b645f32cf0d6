import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAll } from '#base';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox, Typist } from './sandbox.ts';

const SIGPIPE = 13;

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(() => sandbox?.dispose());

describe('scripts', () => {
	it('run as root in /root with their own streams and exit code', async () => {
		expect(await run(sandbox, 'echo out; echo err >&2; pwd; id -un; exit 7')).toEqual({
			code: 7,
			out: 'out\n/root\nroot\n',
			err: 'err\n',
		});
	});

	it('read what they are given, to its end', async () => {
		const { out } = await run(sandbox, 'wc -c', new Uint8Array(1_000_000));
		expect(out.trim()).toBe('1000000');
	});

	it('of which one reads nothing do not block', async () => {
		expect((await run(sandbox, 'true', new Uint8Array(1_000_000))).code).toBe(0);
	});

	it('may say a great deal', async () => {
		const { stdout } = await sandbox.runScript('yes | head -c 20000000');
		expect(stdout).toHaveLength(20_000_000);
		const expected = createHash('sha256').update('y\n'.repeat(10_000_000)).digest('hex');
		expect(createHash('sha256').update(stdout).digest('hex')).toBe(expected);
	});

	it('are told by the kernel when nobody reads them any more', async () => {
		const gone = new WritableStream<Uint8Array>({ write: () => Promise.reject(new Error('gone')) });
		const stderr = new WritableStream<Uint8Array>();
		const output = { stdout: gone, stderr };
		expect((await sandbox.runScript('exec seq 3000000', { output })).exitCode).toBe(128 + SIGPIPE);
	});

	it('lose nothing when the machine is saved under them', async () => {
		const running = sandbox.runScript('seq 1 300000 | tee /dev/stderr');
		for (let i = 0; i < 3; i++) {
			await new Promise((resolve) => setTimeout(resolve, 200));
			expect((await sandbox.save()).state.length).toBeGreaterThan(1_000_000);
		}
		const { stdout, stderr } = await running;
		const expected = Array.from({ length: 300_000 }, (_, i) => `${i + 1}\n`).join('');
		expect(new TextDecoder().decode(stdout) === expected).toBe(true);
		expect(new TextDecoder().decode(stderr) === expected).toBe(true);
	});

	it('can be stopped', async () => {
		const stop = new AbortController();
		const running = sandbox.runScript('echo started; exec sleep 1000', { signal: stop.signal });
		setTimeout(() => stop.abort(), 1500);
		expect((await running).exitCode).toBe(137);
	});

	it('see the truth', async () => {
		expect(await good(sandbox, 'unshare --pid --fork --mount-proc ps -e -o pid=,comm=')).toMatch(/^ *1 ps$/);
		expect(await good(sandbox, 'ps -e -o comm=')).toMatch(/^dockerd$/m);
		const before = Date.now() / 1000;
		const now = Number(await good(sandbox, 'date +%s'));
		expect(now).toBeGreaterThan(before - 2);
		expect(now).toBeLessThan(Date.now() / 1000 + 2);
	});
});

/** A program that says when it runs: what is typed is echoed before that. */
const SLEEP = `sh -c 'echo asleep; exec sleep 4321'\n`;
const ASLEEP = 'asleep\r\n';

describe('a terminal', () => {
	it('has job control, a size, and ends with the exit code of its shell', async () => {
		const typist = await Typist.open(sandbox, 24, 80);
		await typist.type('stty size\n');
		await typist.until('24 80');
		await typist.resize(50, 132);
		await typist.type('stty size\n');
		await typist.until(/50 132[^]*# $/);
		await typist.type(SLEEP);
		await typist.until(ASLEEP);
		await typist.type('\x03');
		await typist.until('# ');
		await typist.type('echo code=$?\n');
		await typist.until('code=130');
		await typist.type(SLEEP);
		await typist.until(ASLEEP);
		await typist.type('\x1a');
		await typist.until('Stopped');
		await typist.type('kill %1; exit 9\n');
		// With stopped jobs the shell asks once more.
		const code = await Promise.race([typist.exited, typist.until('stopped jobs', 5000).catch(() => null)]);
		if (typeof code === 'number') expect(code).toBe(9);
		else {
			await typist.type('exit 9\n');
			expect(await typist.exited).toBe(9);
		}
	});

	it('begins where it is told to, and nowhere where that is not', async () => {
		const open = (cwd: string) =>
			sandbox.openTerminal({ rows: 24, cols: 80, command: ['/bin/sh', '-c', 'pwd'], cwd });
		const { io, exited } = await open('/srv');
		expect(new TextDecoder().decode(await readAll(io.readable))).toBe('/srv\r\n');
		expect(await exited).toBe(0);
		await expect(open('/no/such')).rejects.toThrow('/no/such');
	});

	it('hangs up its processes when it is closed', async () => {
		const typist = await Typist.open(sandbox);
		await typist.type(SLEEP);
		await typist.until(ASLEEP);
		await typist.close();
		expect(await typist.exited).toBe(129);
		expect((await run(sandbox, 'sleep 1; pgrep -f "^sleep 4321$"')).out).toBe('');
	});

	it('is held back, not swallowed, when nobody reads', async () => {
		const terminal = await sandbox.openTerminal({
			rows: 24,
			cols: 80,
			command: ['/bin/sh', '-c', 'seq 1 200000; echo end > /tmp/seq-done'],
		});
		await new Promise((resolve) => setTimeout(resolve, 3000));
		expect((await run(sandbox, 'cat /tmp/seq-done')).code).toBe(1);
		let length = 0;
		for await (const chunk of terminal.io.readable) length += chunk.length;
		expect(await terminal.exited).toBe(0);
		expect(length).toBe(Array.from({ length: 200_000 }, (_, i) => `${i + 1}\r\n`).join('').length);
	});
});
