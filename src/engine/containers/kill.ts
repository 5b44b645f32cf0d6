import { conflict, kindOf } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { endsWithin } from './ending.ts';
import { afterRestart, cancelRestart } from './exit.ts';
import { emitContainerEvent, runningTask } from './find.ts';
import { parseSignal, SIGKILL } from './signals.ts';

const KILL_PATIENCE_MS = 10_000;

/** POST /containers/{id}/kill. SIGKILL waits for the end. Throws conflict when it does not run. */
export async function killContainer(daemon: Daemon, container: Container, signal: string): Promise<void> {
	const number = parseSignal(signal || 'KILL');
	await afterRestart(container);
	if (container.phase === 'restarting') {
		container.hasBeenManuallyStopped = true;
		cancelRestart(container);
		return;
	}
	if (!container.task) {
		throw conflict(`cannot kill container: ${container.name}: container ${container.id} is not running`);
	}
	const stopSignal = container.config.StopSignal ? parseSignal(container.config.StopSignal) : null;
	if (number === SIGKILL || stopSignal === null || stopSignal === number) {
		container.hasBeenManuallyStopped = true;
	}
	const exited = container.nextExit();
	await sendSignal(daemon, container, number);
	if (number === SIGKILL) await endsWithin(daemon, exited, KILL_PATIENCE_MS);
}

/** Sends a signal to process 1 and tells of it; one that has just ended is no error. */
export async function sendSignal(daemon: Daemon, container: Container, signal: number): Promise<void> {
	const task = runningTask(container);
	try {
		await task.kill(signal);
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
	}
	emitContainerEvent(daemon, container, 'kill', { signal: String(signal) });
}
