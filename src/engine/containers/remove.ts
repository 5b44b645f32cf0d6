import { conflict, kindOf } from '#base';
import type { Daemon } from '../daemon.ts';
import { unmountImages } from '../volumes/image-mounts.ts';
import { removeVolume } from '../volumes/volumes.ts';
import type { Container } from './container.ts';
import { afterRestart, cancelRestart } from './exit.ts';
import { emitContainerEvent } from './find.ts';
import { killContainer } from './kill.ts';
import { SIGKILL } from './signals.ts';

export interface RemoveOptions {
	force: boolean;
	/** Its anonymous volumes too. */
	volumes: boolean;
}

/** DELETE /containers/{id}. Throws conflict in Docker's words when it runs and is not forced. */
export async function removeContainer(
	daemon: Daemon,
	container: Container,
	options: RemoveOptions,
): Promise<void> {
	if (container.isRemoving) {
		throw conflict(`removal of container ${container.name} is already in progress`);
	}
	container.isRemoving = true;
	try {
		await end(daemon, container, options.force);
		await container.lock.run(async () => {
			await daemon.ports.runtime.remove(container.id);
			await unmountImages(daemon, container.mounts);
		});
	} catch (error) {
		container.isRemoving = false;
		throw error;
	}
	daemon.containers.delete(container);
	container.stdio.end();
	if (options.volumes) await removeAnonymousVolumes(daemon, container);
	emitContainerEvent(daemon, container, 'destroy');
	container.notifyRemoval();
	for (const image of container.images) await daemon.releaseImage(image);
}

async function end(daemon: Daemon, container: Container, force: boolean): Promise<void> {
	if (!container.isRunning) return;
	if (!force) {
		const what = `cannot remove container "${container.name}": container is ${container.status}`;
		if (container.isPaused) throw conflict(`${what} and must be unpaused first`);
		throw conflict(`${what}: stop the container before removing or force remove`);
	}
	container.hasBeenManuallyStopped = true;
	container.isRestartCancelled = true;
	await afterRestart(container);
	if (cancelRestart(container)) return;
	try {
		await killContainer(daemon, container, SIGKILL);
	} catch (error) {
		if (kindOf(error) !== 'conflict') throw error;
	}
	if (container.task) throw conflict(`could not kill container ${container.id}`);
}

async function removeAnonymousVolumes(daemon: Daemon, container: Container): Promise<void> {
	for (const mount of container.mounts) {
		const volume = mount.volume ? daemon.volumes.get(mount.volume) : null;
		if (!volume?.isAnonymous || daemon.volumes.usersOf(daemon, volume.name).length > 0) continue;
		await removeVolume(daemon, volume.name, false);
	}
}
