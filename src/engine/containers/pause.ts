import { conflict } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { emitContainerEvent, runningTask } from './find.ts';

/** POST /containers/{id}/pause: freezes its cgroup. */
export function pauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		runningTask(container);
		if (container.isPaused) throw conflict(`Container ${container.id} is already paused`);
		await freeze(daemon, container, true);
		container.isPaused = true;
		emitContainerEvent(daemon, container, 'pause');
	});
}

/** POST /containers/{id}/unpause. */
export function unpauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (!container.isPaused) throw conflict(`Container ${container.id} is not paused`);
		await thaw(daemon, container);
		emitContainerEvent(daemon, container, 'unpause');
	});
}

async function thaw(daemon: Daemon, container: Container): Promise<void> {
	await freeze(daemon, container, false);
	container.isPaused = false;
}

async function freeze(daemon: Daemon, container: Container, frozen: boolean): Promise<void> {
	const value = new TextEncoder().encode(frozen ? '1' : '0');
	await daemon.ports.runtime.writeFile('', `${cgroupPath(container)}/cgroup.freeze`, value);
}

/** The directory of a container's control group in the guest. */
export function cgroupPath(container: Container): string {
	const parent = container.hostConfig.CgroupParent || 'docker';
	return `/sys/fs/cgroup/${parent.replace(/^\//, '')}/${container.id}`;
}
