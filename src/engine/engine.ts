import type { HttpHandler } from '#api';
import { handleExit } from './containers/exit.ts';
import { cgroupPath } from './containers/pause.ts';
import { runInGuest } from './containers/size.ts';
import { Daemon } from './daemon.ts';
import type { EnginePorts, Task } from './ports.ts';
import type { Container } from './containers/container.ts';
import { createServer } from './server/server.ts';

/** A Docker engine over whatever `ports` stand for. */
export interface Engine {
	/** The Engine API. */
	handle: HttpHandler;
	/** After the guest's agent was restarted: takes up the containers that still run, and notes the ends of those that do not. */
	reconcile(): Promise<void>;
	/** Nothing is restarted any more; connections are left to their owners. */
	dispose(): void;
}

export function createEngine(ports: EnginePorts): Engine {
	const daemon = new Daemon(ports);
	return {
		handle: createServer(daemon),
		reconcile: () => reconcile(daemon),
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
		if (!task) continue;
		const state = found.get(container.id);
		if (state?.running) await adopt(daemon, container);
		else {
			if (!state) await clearAway(daemon, container);
			const at = daemon.ports.clock.now();
			await handleExit(daemon, container, task, state?.exit ?? { code: 255, oomKilled: false, at });
		}
	}
}

/** A container whose shim is gone has nobody who ends it or takes its mounts away. */
async function clearAway(daemon: Daemon, container: Container): Promise<void> {
	const cgroup = cgroupPath(container);
	const { errors } = await runInGuest(daemon, [
		'sh',
		'-c',
		`echo 1 >${cgroup}/cgroup.kill; umount -l /var/lib/docker/overlay2/${container.id}/merged; sleep 0.1; rmdir ${cgroup}`,
	]);
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
	container.stdio.connect(task, (stream, bytes) => container.log.append(stream, bytes));
	void task.exited.then((status) => handleExit(daemon, container, task, status));
}
