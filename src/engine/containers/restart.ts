import { kindOf } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';
import { startContainer } from './start.ts';
import { stopContainer, type StopOptions } from './stop.ts';

/** POST /containers/{id}/restart: stops it if it runs, then starts it. */
export async function restartContainer(
	daemon: Daemon,
	container: Container,
	options: StopOptions,
): Promise<void> {
	const { AutoRemove } = container.hostConfig;
	// Removing itself between the two halves is not what was asked for.
	container.hostConfig.AutoRemove = false;
	try {
		await stopContainer(daemon, container, options);
	} catch (error) {
		if (kindOf(error) !== 'not-modified') throw error;
	} finally {
		container.hostConfig.AutoRemove = AutoRemove;
	}
	await startContainer(daemon, container);
	emitContainerEvent(daemon, container, 'restart');
}
