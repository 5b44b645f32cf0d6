import { conflict, kindOf } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { endsWithin } from './ending.ts';
import { afterRestart, cancelRestart } from './exit.ts';
import { emitContainerEvent, runningTask } from './find.ts';
import { resume } from './pause.ts';
import { parseSignal, SIGKILL } from './signals.ts';

const KILL_PATIENCE_MS = 10_000;

/** POST /containers/{id}/kill. SIGKILL waits for the end. Throws conflict when it does not run. */
export async function killContainer(daemon: Daemon, container: Container, signal: number): Promise<void> {
	await afterRestart(container);
	if (container.phase === 'restarting') {
		container.hasBeenManuallyStopped = true;
		cancelRestart(container);
		return;
	}
	if (!container.task) {
		throw conflict(`container ${container.id} is not running`);
	}
	const exited = container.nextExit();
	await sendSignal(daemon, container, signal);
	if (signal === SIGKILL) await endsWithin(daemon, exited, KILL_PATIENCE_MS);
}

/**
 * Sends a signal to process 1 and tells of it; one that has just ended is no error. One that is meant to end it ends
 * its restarts too, and a pause, in which nothing could act on it.
 */
export async function sendSignal(daemon: Daemon, container: Container, signal: number): Promise<void> {
	const task = runningTask(container);
	const { StopSignal } = container.config;
	const isEnd = signal === SIGKILL || !StopSignal || parseSignal(StopSignal) === signal;
	if (isEnd) container.isRestartCancelled = true;
	container.hasBeenManuallyStopped = true;
	try {
		await task.kill(signal);
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
	}
	emitContainerEvent(daemon, container, 'kill', { signal: String(signal) });
	if (isEnd && signal !== SIGKILL) await resume(daemon, container);
}
