import type { HttpHandler } from '#api';
import { messageOf } from '#base';
import { handleExit, watchTask } from './containers/exit.ts';
import { resumeHealth } from './containers/health.ts';
import { cgroupPath } from './containers/pause.ts';
import { runInGuest } from './containers/size.ts';
import { connectOutput, launch } from './containers/start.ts';
import { Daemon } from './daemon.ts';
import { rulesFor } from './networks/rules.ts';
import { configure } from './system/configure.ts';
import type { EnginePorts, Task } from './ports.ts';
import type { Container } from './containers/container.ts';
import { registryClient, type RegistryClient } from './registry/client.ts';
import { createServer } from './server/server.ts';
import { freezeDaemon, thawDaemon, type FrozenDaemon } from './snapshot.ts';

/** A Docker engine over whatever `ports` stand for. */
export interface Engine {
	/** The Engine API. */
	handle: HttpHandler;
	/**
	 * After the guest's agent was restarted: takes up the containers that still run, notes the ends of those that do not,
	 * and starts those that a new engine is to start.
	 */
	reconcile(): Promise<void>;
	/** For the `docker` command, where it asks registries itself. */
	registries: RegistryClient;
	/** Reads `/etc/docker/daemon.json`, as dockerd does when it starts and, then told as an event, on SIGHUP. */
	configure(why: 'start' | 'reload'): Promise<void>;
	/** Takes down everything it knows, for a machine that is kept. */
	freeze(): FrozenDaemon;
	/** Knows that again; the next `reconcile` takes the containers up as they were and starts none. */
	thaw(frozen: FrozenDaemon): void;
	/** Nothing is restarted any more; connections are left to their owners. */
	dispose(): void;
}

export function createEngine(ports: EnginePorts): Engine {
	const daemon = new Daemon(ports);
	let isThawed = false;
	return {
		handle: createServer(daemon),
		registries: registryClient(daemon),
		reconcile: async () => {
			const wasThawed = isThawed;
			isThawed = false;
			await reconcile(daemon);
			if (!wasThawed) startAgain(daemon);
		},
		configure: (why) => configure(daemon, why),
		freeze: () => freezeDaemon(daemon),
		thaw: (frozen) => {
			isThawed = true;
			thawDaemon(daemon, frozen);
		},
		dispose: () => {
			daemon.isDisposed = true;
			for (const container of daemon.containers.list()) container.restartWait?.abort();
		},
	};
}

async function reconcile(daemon: Daemon): Promise<void> {
	const found = new Map((await daemon.ports.runtime.list()).map((task) => [task.id, task]));
	for (const container of daemon.containers.list()) {
		const { task } = container;
		// Without a task it runs only by what was taken down before the machine was put back.
		if (!task && container.phase === 'restarting') void relaunch(daemon, container);
		if (!task && container.phase !== 'running') continue;
		const state = found.get(container.id);
		if (state?.running) await adopt(daemon, container);
		else {
			if (!state) await clearAway(daemon, container);
			const at = daemon.ports.clock.now();
			await handleExit(daemon, container, task, state?.exit ?? { code: 255, oomKilled: false, at });
		}
	}
}

/** What restart policies ask of an engine that has just started, for containers that it does not find running. */
function startAgain(daemon: Daemon): void {
	for (const container of daemon.containers.list()) {
		const { Name, MaximumRetryCount } = container.hostConfig.RestartPolicy;
		const hasTriesLeft = MaximumRetryCount === 0 || container.restartCount < MaximumRetryCount;
		const isWanted =
			Name === 'always' ||
			(Name === 'unless-stopped' && !container.hasBeenManuallyStopped) ||
			(Name === 'on-failure' && container.exitCode !== 0 && hasTriesLeft);
		if (container.phase !== 'exited' || container.startedAt === null || !isWanted) continue;
		container.isRestartCancelled = false;
		void relaunch(daemon, container);
	}
}

/** Its wait for the next start was not taken down with it: it is over. */
async function relaunch(daemon: Daemon, container: Container): Promise<void> {
	await container.lock
		.run(async () => {
			if (container.phase === 'restarting' || container.phase === 'exited') await launch(daemon, container);
		})
		.catch((error: unknown) =>
			daemon.ports.log('warn', `container ${container.id} did not restart: ${messageOf(error)}`),
		);
}

/** A container whose shim is gone has nobody who ends it, or takes its mounts and its rules away. */
async function clearAway(daemon: Daemon, container: Container): Promise<void> {
	const cgroup = cgroupPath(container);
	const [, rulesDown] = rulesFor(container);
	const lines = [
		`echo 1 >${cgroup}/cgroup.kill`,
		`umount -l /var/lib/docker/overlay2/${container.id}/merged`,
		...(rulesDown ? [`iptables-restore --noflush <<'RULES'\n${rulesDown}RULES`] : []),
		`for _ in $(seq 50); do grep -q 'populated 0' ${cgroup}/cgroup.events && break; sleep 0.1; done`,
		`find ${cgroup} -depth -type d -exec rmdir {} ';'`,
	];
	const { errors } = await runInGuest(daemon, ['sh', '-c', lines.join('\n')]);
	if (errors) daemon.ports.log('debug', `clearing away ${container.id}: ${errors.trim()}`);
}

/** The process is the same; only the road to it is new. A runtime that kept the road gives the same task. */
async function adopt(daemon: Daemon, container: Container): Promise<void> {
	const { config } = container;
	const task: Task = await daemon.ports.runtime.adopt(container.id, {
		tty: config.Tty,
		stdin: config.OpenStdin,
	});
	if (task === container.task) return;
	container.task = task;
	container.pid = task.pid;
	connectOutput(daemon, container, task);
	if (!container.isPaused) resumeHealth(daemon, container);
	watchTask(daemon, container, task);
}
