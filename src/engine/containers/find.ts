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

/** The process of a running container. Throws conflict in Docker's words when it does not run. */
export function runningTask(container: Container): Task {
	if (!container.task) throw conflict(`container ${container.id} is not running`);
	return container.task;
}
