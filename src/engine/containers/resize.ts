import { invalid } from '#base';
import type { Container } from './container.ts';
import { runningTask } from './find.ts';
import type { Daemon } from '../daemon.ts';
import { emitContainerEvent } from './find.ts';

/** POST /containers/{id}/resize. */
export async function resizeContainer(
	daemon: Daemon,
	container: Container,
	rows: number,
	cols: number,
): Promise<void> {
	const task = runningTask(container);
	if (!Number.isInteger(rows) || !Number.isInteger(cols)) throw invalid('invalid resize height or width');
	if (container.config.Tty) await task.resize(rows, cols);
	emitContainerEvent(daemon, container, 'resize', { height: String(rows), width: String(cols) });
}
