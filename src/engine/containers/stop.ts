import { notModified } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { afterRestart, cancelRestart } from './exit.ts';
import { emitContainerEvent } from './find.ts';
import { endsWithin } from './ending.ts';
import { sendSignal } from './kill.ts';
import { parseSignal, SIGKILL, SIGTERM } from './signals.ts';

const DEFAULT_TIMEOUT_S = 10;
/** After SIGKILL the end must come; a machine that is restarting may take its time. */
const KILL_PATIENCE_MS = 10_000;

export interface StopOptions {
	/** Seconds; negative waits for ever. */
	timeoutS?: number | undefined;
	signal?: string | undefined;
}

/** POST /containers/{id}/stop. Throws not-modified when it does not run. */
export async function stopContainer(
	daemon: Daemon,
	container: Container,
	options: StopOptions,
): Promise<void> {
	const signal = parseSignal(options.signal || container.config.StopSignal || String(SIGTERM));
	container.hasBeenManuallyStopped = true;
	container.isRestartCancelled = true;
	await afterRestart(container);
	if (cancelRestart(container)) {
		emitContainerEvent(daemon, container, 'stop');
		return;
	}
	if (!container.task) throw notModified('');
	container.isStopping = true;
	const exited = container.nextExit();
	const timeoutS = options.timeoutS ?? container.config.StopTimeout ?? DEFAULT_TIMEOUT_S;
	await sendSignal(daemon, container, signal);
	if (await endsWithin(daemon, exited, timeoutS < 0 ? null : timeoutS * 1000)) return;
	await sendSignal(daemon, container, SIGKILL);
	await endsWithin(daemon, exited, KILL_PATIENCE_MS);
}
