import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BootProgress } from '#sandbox';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

const type = (script: string) => good(sandbox, script);
const state = (name: string, what = '.State.Status') => type(`docker inspect -f '{{${what}}}' ${name}`);
/** Waits until a container's state is what is wanted. */
const becomes = (name: string, wanted: string, what?: string) =>
	expect.poll(() => state(name, what), { timeout: 60_000, interval: 200 }).toBe(wanted);
const killShim = (name: string) =>
	type(
		`kill -9 $(ps -eo pid,args | grep "[c]ontainerd-shim.*$(docker inspect -f {{.Id}} ${name})" | awk '{print $1}')`,
	);

/** What containers leave in the machine while they run, and must not leave behind. */
const TRACES = `mount | grep -c overlay2.*merged; ls -d /sys/fs/cgroup/docker/*/ 2>/dev/null | wc -l
ip -o link | grep -c veth; iptables-save | grep -c -- '-j DNAT'; pgrep -fc '^/usr/bin/(docker-proxy|containerd-shim)'
ls /var/lib/docker/containers | wc -l; lsns -n -t net | wc -l; true`;

describe('what is killed in the guest', () => {
	it('is truly told: process 1 of a container', async () => {
		await type('docker run -d --name one busybox sleep 1000');
		await type(`kill -9 ${await state('one', '.State.Pid')}`);
		await becomes('one', 'exited 137 0', '.State.Status}} {{.State.ExitCode}} {{.State.Pid');
		await type('docker rm one');
	});

	it('is truly told: a shim, which takes its container with it and leaves nothing', async () => {
		const before = await type(TRACES);
		await type('docker run -d --name one -p 8080:80 busybox sleep 1000');
		const pid = await state('one', '.State.Pid');
		await killShim('one');
		await becomes('one', 'exited 137 false', '.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled');
		expect((await run(sandbox, `kill -0 ${pid}`)).code).toBe(1);
		await type('docker start one');
		expect(await type('docker exec one echo again')).toBe('again');
		await type('docker rm -f one');
		expect(await type(TRACES)).toBe(before);
	});

	it('is truly told: a shim whose container publishes elsewhere than at its start', async () => {
		const before = await type(TRACES);
		await type('docker network create -d bridge second; docker network create third');
		await type('docker run -d --name one --network second -p 8080:80 busybox sleep 1000');
		await type('docker network connect --gw-priority 1 third one');
		expect(await type('iptables -t nat -S DOCKER')).toContain('--dport 8080');
		await killShim('one');
		await becomes('one', 'exited 137', '.State.Status}} {{.State.ExitCode');
		await type('docker rm one; docker network rm second third');
		expect(await type('iptables -t nat -S DOCKER')).not.toContain('--dport 8080');
		expect(await type(TRACES)).toBe(before);
	});

	it('is truly told: a shim and the agent together, and nothing is left either', async () => {
		const before = await type(TRACES);
		await type('docker run -d --name both -p 8080:80 -p 8053:53/udp busybox sleep 1000');
		const pid = await state('both', '.State.Pid');
		const shim = `$(pgrep -f "containerd-shim.*$(docker inspect -f {{.Id}} both)") $(pgrep -x dockerd)`;
		await sandbox.runScript(`kill -9 ${shim}`).catch(() => undefined);
		await expect.poll(() => state('both').catch(() => ''), { timeout: 60_000, interval: 200 }).toBe('exited');
		expect((await run(sandbox, `kill -0 ${pid}`)).code).toBe(1);
		await type('docker rm both');
		expect(await type(TRACES)).toBe(before);
	});

	it('ends the command that waited, and starts again what is to be restarted', async () => {
		const ran = run(sandbox, 'docker run --rm --name brief busybox sleep 1000');
		await expect.poll(() => run(sandbox, 'docker top brief').then(({ code }) => code)).toBe(0);
		await killShim('brief');
		expect(await ran).toEqual({ code: 137, out: '', err: '' });
		expect(await type('docker ps -aq')).toBe('');
		await type('docker run -d --name kept --restart always busybox sleep 1000');
		await killShim('kept');
		await becomes('kept', 'running 1', '.State.Status}} {{.RestartCount');
		await type('docker rm -f kept');
	});

	it('is the agent: a new one starts what its policy wants, and only that', async () => {
		await type(`for policy in always unless-stopped no; do
docker run -d --name $policy --restart $policy busybox sleep 1000; docker stop -t 0 $policy; done
docker run -d --name live --restart no busybox sleep 1000`);
		await sandbox.runScript('pkill -9 -x dockerd').catch(() => undefined);
		const states = () =>
			run(sandbox, "docker inspect -f '{{.State.Status}}' always unless-stopped no live").then(
				({ out }) => out,
				() => '',
			);
		await expect.poll(states, { timeout: 60_000, interval: 200 }).toBe('running\nexited\nexited\nrunning\n');
		await type('docker rm -f always unless-stopped no live');
	});
});

describe('a container that is paused', () => {
	it('goes on with a signal that is to end it', async () => {
		await type(
			'docker run -d --name still busybox sleep 1000; docker pause still; docker kill -s TERM still',
		);
		expect(await state('still')).toBe('running');
		await type('docker pause still; docker stop -t 1 still');
		expect(await state('still', '.State.ExitCode')).toBe('137');
		const actions = await type(
			"docker events --since 1h --until $(date +%s.%N) --filter container=still --format '{{.Action}}'",
		);
		expect(actions.split('\n')).toEqual(
			'create start pause kill unpause pause kill unpause kill stop die'.split(' '),
		);
		await type('docker rm still');
	});

	it('says what cannot be done meanwhile', async () => {
		await type('docker run -d --name still busybox sleep 1000; docker pause still');
		const errors = async (script: string) => (await run(sandbox, script)).err;
		const id = await state('still', '.Id');
		expect(await errors('docker exec still true')).toBe(
			'Error response from daemon: Container still is paused, unpause the container before exec\n',
		);
		expect(await errors('docker attach still')).toBe(
			'You cannot attach to a paused container, unpause it first\n',
		);
		expect(await errors('docker pause still')).toBe(
			`Error response from daemon: Container ${id} is already paused\n`,
		);
		expect(await errors('docker rm still')).toBe(
			'Error response from daemon: cannot remove container "still": container is paused and must be unpaused first\n',
		);
		await type('docker kill still');
		await becomes('still', 'exited 137', '.State.Status}} {{.State.ExitCode');
		await type('docker rm still');
	});
});

describe('restart policies', () => {
	it('give up after the tries that on-failure has', async () => {
		await type("docker run -d --name fails --restart on-failure:2 busybox sh -c 'exit 3'");
		await becomes('fails', 'exited 3 2', '.State.Status}} {{.State.ExitCode}} {{.RestartCount');
		expect(await type('docker wait fails')).toBe('3');
		await type('docker rm fails');
	});

	it('end with stop, kill and rm -f, also while a restart is waited for', async () => {
		for (const end of ['docker stop again', 'docker kill again', 'docker rm -f again']) {
			await type('docker run -d --name again --restart always busybox true');
			await becomes('again', 'true', 'ge .RestartCount 3');
			await becomes('again', 'restarting');
			expect(await type(end)).toBe('again');
			if (end.includes('rm')) continue;
			expect(await state('again')).toBe('exited');
			await type('docker rm again');
		}
		expect(await type('docker ps -aq')).toBe('');
	});
});

describe('stopping', () => {
	const exit = '.State.Status}} {{.State.ExitCode';

	it('is waited for by wait, for several in turn', async () => {
		await type(`docker run -d --name four busybox sh -c 'sleep 1; exit 4'
docker run -d --name five busybox sh -c 'sleep 2; exit 5'`);
		expect(await run(sandbox, 'docker wait four nosuch five')).toEqual({
			code: 1,
			out: '4\n5\n',
			err: 'Error response from daemon: No such container: nosuch\n',
		});
		await type('docker rm four five');
	});

	it('with --init reaches a program that takes no care of it, and orphans are reaped', async () => {
		await type('docker run -d --init --name cared busybox sleep 1000');
		expect(await type('docker exec cared cat /proc/1/comm')).toBe('docker-init');
		await type(`docker exec cared sh -c 'sh -c "sleep 0.1 & exit 0"'`);
		const zombies = 'docker exec cared sh -c \'grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l\'';
		await expect.poll(() => type(zombies)).toBe('0');
		await type('docker stop cared');
		expect(await state('cared', exit)).toBe('exited 143');
		await type('docker rm cared');
	});
});

describe('health', () => {
	const health = '.State.Health.Status}} {{.State.Health.FailingStreak';

	it('is starting, unhealthy after the retries, healthy, and unhealthy once it has ended', async () => {
		await type(
			"docker run -d --name well --health-cmd 'test -f /ok && echo fine' --health-interval 500ms --health-retries 2 busybox sleep 1000",
		);
		expect(await type("docker ps --format '{{.Status}}'")).toContain('(health: starting)');
		await becomes('well', 'unhealthy', '.State.Health.Status');
		await type('docker exec well touch /ok');
		await becomes('well', 'healthy 0', health);
		expect(await state('well', 'range .State.Health.Log}}{{.Output}}{{end')).toContain('fine\n');
		await type('docker stop -t 0 well');
		expect(await state('well', '.State.Health.Status')).toBe('unhealthy');
		const told = await type(
			"docker events --since 1h --until $(date +%s.%N) --filter container=well --filter event=health_status --format '{{.Action}}'",
		);
		expect(told).toBe('health_status: unhealthy\nhealth_status: healthy');
		const probes = await type(
			"docker events --since 1h --until $(date +%s.%N) --filter container=well --filter event=exec_create --format '{{.Action}}' | sort -u",
		);
		expect(probes).toContain('exec_create: /bin/sh -c test -f /ok && echo fine');
		await type('docker rm well');
	});

	it('ends a probe that takes too long', async () => {
		await type(
			"docker run -d --name slow --health-cmd 'echo late; sleep 100' --health-interval 200ms --health-timeout 1500ms --health-retries 1 busybox sleep 1000",
		);
		await becomes('slow', 'unhealthy', '.State.Health.Status');
		expect(await state('slow', '(index .State.Health.Log 0).Output')).toBe(
			'Health check exceeded timeout (1.5s): late\n',
		);
		await type('docker rm -f slow');
	});
});

describe('twenty containers', () => {
	it('started at once all run, and leave nothing when they are removed', async () => {
		// The first ones leave what the machine keeps for all: bridges, slabs, workers of the kernel.
		const many = 'for i in $(seq 20); do docker run -d -p 80 --name n$i busybox sleep 1000 & done; wait';
		await type(`${many}; docker rm -f $(docker ps -aq)`);
		const users =
			"ps -e -o pid=,ppid=,comm= | awk '$2 != 2 && $1 != 2 {print $3}' | sort | uniq -c | grep -v -E ' (ps|awk|sort|uniq|grep)$'";
		const free = "echo 3 >/proc/sys/vm/drop_caches; awk '/MemAvailable/ {print $2}' /proc/meminfo";
		const before = [await type(TRACES), await type(users)];
		const memory = Number(await type(free));
		expect((await type(`${many}; docker ps -q`)).split('\n').length).toBeGreaterThanOrEqual(40);
		expect(await type('docker ps -q | wc -l')).toBe('20');
		await type('docker rm -f $(docker ps -aq)');
		expect([await type(TRACES), await type(users)]).toEqual(before);
		expect(memory - Number(await type(free))).toBeLessThan(2048);
	});
});

// The last of this file: it ends the machine.
describe('process 1 of the machine', () => {
	it('told to end, ends the machine, which then says so to everyone', async () => {
		const told = new Promise<BootProgress>((resolve) => {
			sandbox.onProgress((progress) => progress.stage === 'failed' && resolve(progress));
		});
		await type('docker run -d --name last --restart always busybox sleep 1000');
		const waiting = run(sandbox, 'docker wait last');
		expect((await sandbox.runScript('kill 1; sleep 1000')).exitCode).not.toBe(0);
		const message = 'The machine was shut down from inside. Reload the page to start a new one.';
		expect(await told).toMatchObject({ ended: 'machine-shut-down', message });
		expect((await waiting).code).not.toBe(0);
		await expect(run(sandbox, 'true')).rejects.toThrow(message);
		await expect(sandbox.ping()).rejects.toThrow(message);
		await expect(sandbox.openTerminal({ rows: 24, cols: 80 })).rejects.toThrow(message);
	});
});
