import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

describe('limits', () => {
	it('refuses a rule for devices, which nothing here would keep', async () => {
		const { code, err } = await run(sandbox, 'docker run --rm --device-cgroup-rule "c 1:3 r" busybox true');
		expect(code).toBe(125);
		expect(err).toContain('--device-cgroup-rule cannot be honoured');
	});

	it('tells what pruning volumes has freed', async () => {
		await good(sandbox, 'docker run --rm -v freed:/d busybox sh -c "head -c 300000 /dev/zero > /d/f"');
		expect(await good(sandbox, 'docker volume prune -a -f')).toContain('Total reclaimed space: 300kB');
	});

	it('stand in the container’s cgroup', async () => {
		const files = ['cpu.max', 'memory.max', 'memory.swap.max', 'pids.max', 'cpu.weight'];
		const seen = await good(
			sandbox,
			`docker run --rm --cpus 0.5 -m 64m --memory-swap 128m --pids-limit 50 --cpu-shares 512 busybox sh -c 'cd /sys/fs/cgroup; cat ${files.join(' ')}'`,
		);
		expect(seen.split('\n')).toEqual(['50000 100000', '67108864', '67108864', '50', '20']);
	});

	it('are held by the kernel: memory', async () => {
		expect((await run(sandbox, 'docker run --name oom -m 16m busybox tail /dev/zero')).code).toBe(137);
		expect(await good(sandbox, "docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' oom")).toBe(
			'true 137',
		);
	});

	it('are held by the kernel: processes', async () => {
		const { err } = await run(
			sandbox,
			"docker run --rm --pids-limit 5 busybox sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 5 & done'",
		);
		expect(err).toContain("can't fork: Resource temporarily unavailable");
	});

	it.each([
		[
			'--blkio-weight 100',
			'Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.',
		],
		[
			'--cpuset-cpus 0',
			'Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.',
		],
	])('that the kernel has no means for are discarded: %s', async (options, warning) => {
		expect((await run(sandbox, `docker create ${options} busybox`)).err).toContain(`WARNING: ${warning}`);
	});

	it.each([
		['--gpus all', 'could not select device driver "" with capabilities: [[gpu]]'],
		[
			'--storage-opt size=1g',
			"--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
		],
		['--log-driver nosuch', 'error looking up logging plugin nosuch: plugin "nosuch" not found'],
		['--log-opt nosuch=1', "unknown log opt 'nosuch' for json-file log driver"],
		['--isolation hyperv', "invalid isolation (hyperv): linux only supports 'default'"],
		['--oom-score-adj 2000', 'Invalid value 2000, range for oom score adj is [-1000, 1000]'],
	])('that cannot be are refused: %s', async (options, message) => {
		expect((await run(sandbox, `docker create ${options} busybox`)).err).toContain(message);
	});
});

describe('what a container writes', () => {
	it('is kept as far as max-size and max-file go', async () => {
		await good(
			sandbox,
			'docker run --name rotated --log-opt max-size=10k --log-opt max-file=2 busybox seq 5000',
		);
		const lines = (await good(sandbox, 'docker logs rotated')).split('\n');
		expect(lines.at(-1)).toBe('5000');
		expect(lines.length).toBeGreaterThan(130);
		expect(lines.length).toBeLessThan(300);
	});
});
