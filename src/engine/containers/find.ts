import { conflict } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Task } from '../ports.ts';
import type { Container } from './container.ts';

/** Emits an event about a container. */
export function emitContainerEvent(
	daemon: Daemon,
	container: Container,
	action: string,
	attributes: Record<string, string> = {},
): void {
	daemon.events.emit('container', action, container.id, { ...container.attributes, ...attributes });
}

/** Tells that a container's volumes come into use, or are no longer. */
export function emitMountEvents(daemon: Daemon, container: Container, action: 'mount' | 'unmount'): void {
	for (const { volume, destination, isReadOnly } of container.mounts) {
		if (!volume) continue;
		daemon.events.emit('volume', action, volume, {
			container: container.id,
			driver: 'local',
			...(action === 'mount' && { destination, propagation: '', 'read/write': String(!isReadOnly) }),
		});
	}
}

/** The process of a running container. Throws conflict in Docker's words when it does not run. */
export function runningTask(container: Container): Task {
	if (!container.task) throw conflict(`container ${container.id} is not running`);
	return container.task;
}

/** Whose network a container is in: its own, or that at the end of those it joins. */
export function networkOwner(daemon: Daemon, container: Container): Container {
	const seen = new Set<Container>();
	let owner = container;
	while (owner.hostConfig.NetworkMode.startsWith('container:') && !seen.has(owner)) {
		seen.add(owner);
		owner = daemon.containers.find(owner.hostConfig.NetworkMode.slice('container:'.length)) ?? owner;
	}
	return owner;
}
