import { cleanPath, conflict } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { emitContainerEvent, runningTask } from './find.ts';
import { resumeHealth, stopHealth } from './health.ts';

/** POST /containers/{id}/pause: freezes its cgroup. */
export function pauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (container.phase === 'restarting') throw conflict(restartingText(container));
		runningTask(container);
		if (container.isPaused) throw conflict(`Container ${container.id} is already paused`);
		await freeze(daemon, container, true);
		container.isPaused = true;
		stopHealth(container);
		emitContainerEvent(daemon, container, 'pause');
	});
}

function restartingText({ id }: Container): string {
	return `Container ${id} is restarting, wait until the container is running`;
}

/** POST /containers/{id}/unpause. */
export function unpauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (!container.isPaused) throw conflict(`Container ${container.id} is not paused`);
		await resume(daemon, container);
	});
}

/** Lets a container go on, if it is paused. */
export async function resume(daemon: Daemon, container: Container): Promise<void> {
	if (!container.isPaused) return;
	await freeze(daemon, container, false);
	container.isPaused = false;
	resumeHealth(daemon, container);
	emitContainerEvent(daemon, container, 'unpause');
}

async function freeze(daemon: Daemon, container: Container, frozen: boolean): Promise<void> {
	const value = new TextEncoder().encode(frozen ? '1' : '0');
	await daemon.ports.runtime.writeFile('', `${cgroupPath(container)}/cgroup.freeze`, value);
}

/** The directory of a container's control group in the guest. */
export function cgroupPath(container: Container): string {
	const parent = cgroupParent(container.hostConfig.CgroupParent) || '/docker';
	return `/sys/fs/cgroup${parent}/${container.id}`;
}

/** However `--cgroup-parent` is written, it stays below the root of the control groups. */
export function cgroupParent(path: string): string {
	return path === '' ? '' : cleanPath(`/${path}`);
}
