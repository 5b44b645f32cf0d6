import { describe, expect, it } from 'vitest';
import { readAll } from '#base';
import type { ContainerSpec, ProcessSpec, Runtime, RunningProcess } from '#engine';

/** What a suite needs of the runtime under test: itself, and an image's layers with `echo`, `cat`, `true`, `false` and `sleep`. */
export interface RuntimeUnderTest {
	runtime: Runtime;
	/** Diff IDs, topmost first. */
	lowers: string[];
}

/** What every implementation of `Runtime` promises the engine. */
export function describeRuntime(name: string, make: () => Promise<RuntimeUnderTest>): void {
	describe(`${name} as the engine's runtime`, () => {
		it('starts a container, delivers its output before its exit, and lets it be removed', async () => {
			const { runtime, lowers } = await make();
			const task = await runtime.start(containerSpec('contract-echo', lowers, ['echo', 'hello']));
			expect(task.pid).toBeGreaterThan(0);
			expect(await outputOf(task)).toBe('hello\n');
			expect((await task.exited).code).toBe(0);
			await runtime.remove('contract-echo');
		});

		it('closes stdin when the host does', async () => {
			const { runtime, lowers } = await make();
			const task = await runtime.start(containerSpec('contract-cat', lowers, ['cat'], { stdin: true }));
			const writer = task.io.stdin?.getWriter();
			await writer?.write(new TextEncoder().encode('typed'));
			await writer?.close();
			expect(await outputOf(task)).toBe('typed');
			expect((await task.exited).code).toBe(0);
			await runtime.remove('contract-cat');
		});

		it('gives the exit code of a process, and 128 and more for a signal', async () => {
			const { runtime, lowers } = await make();
			const failed = await runtime.start(containerSpec('contract-false', lowers, ['false']));
			await outputOf(failed);
			expect((await failed.exited).code).toBe(1);
			await runtime.remove('contract-false');
			const killed = await runtime.start(containerSpec('contract-sleep', lowers, ['sleep', '60']));
			expect(await runtime.processes('contract-sleep')).toContain(killed.pid);
			await killed.kill(9);
			await outputOf(killed);
			expect((await killed.exited).code).toBe(137);
			await runtime.remove('contract-sleep');
		});

		it('says what is missing as runc does', async () => {
			const { runtime, lowers } = await make();
			const spec = containerSpec('contract-missing', lowers, ['nosuchcmd']);
			await expect(runtime.start(spec)).rejects.toMatchObject({
				message: expect.stringContaining('exec: "nosuchcmd": executable file not found in $PATH') as string,
			});
		});

		it('runs further processes in a container', async () => {
			const { runtime, lowers } = await make();
			const task = await runtime.start(containerSpec('contract-exec', lowers, ['sleep', '60']));
			const exec = await runtime.exec('contract-exec', processSpec(['echo', 'inside']));
			expect(await outputOf(exec)).toBe('inside\n');
			expect((await exec.exited).code).toBe(0);
			await task.kill(9);
			await outputOf(task);
			await task.exited;
			await runtime.remove('contract-exec');
		});

		it('reads what it has written in the guest, and says so when there is nothing', async () => {
			const { runtime } = await make();
			const content = new TextEncoder().encode('kept');
			await runtime.writeFile('', '/tmp/contract', content);
			expect(new TextDecoder().decode(await runtime.readFile('', '/tmp/contract', 100))).toBe('kept');
			expect((await runtime.stat('', '/tmp/contract')).size).toBe(4);
			await expect(runtime.readFile('', '/tmp/nosuch', 100)).rejects.toMatchObject({ kind: 'not-found' });
		});
	});
}

async function outputOf(process: RunningProcess): Promise<string> {
	const [out] = await Promise.all([
		readAll(process.io.stdout),
		process.io.stderr ? readAll(process.io.stderr) : undefined,
	]);
	return new TextDecoder().decode(out);
}

function processSpec(argv: string[], more: Partial<ProcessSpec> = {}): ProcessSpec {
	return {
		argv,
		env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
		cwd: '/',
		user: '',
		tty: false,
		stdin: false,
		rows: 0,
		cols: 0,
		caps: 0n,
		privileged: false,
		noNewPrivileges: false,
		...more,
	};
}

function containerSpec(
	id: string,
	lowers: string[],
	argv: string[],
	more: Partial<ProcessSpec> = {},
): ContainerSpec {
	return {
		id,
		lowers,
		process: processSpec(argv, more),
		extraGroups: [],
		readOnlyRoot: false,
		init: false,
		hostname: 'contract',
		domainname: '',
		files: [],
		mounts: [
			{ source: 'proc', target: '/proc', type: 'proc', options: [], createSource: false },
			{ source: 'tmpfs', target: '/dev', type: 'tmpfs', options: ['mode=755'], createSource: false },
		],
		rlimits: [],
		cgroup: [],
		cgroupParent: '',
		seccomp: new Uint8Array(),
		maskedPaths: [],
		readOnlyPaths: [],
		sysctls: [],
		devices: [],
		oomScoreAdj: 0,
		namespaces: { net: 'none', pid: '', ipc: '', uts: '', cgroup: '' },
		endpoints: [],
		ports: [],
		rulesUp: '',
		rulesDown: '',
	};
}
