import type { Daemon } from '../daemon.ts';
import { refreshPeers, releaseEndpoints } from '../networks/attach.ts';
import type { ExitStatus, Task } from '../ports.ts';
import { toSeconds } from '../time.ts';
import { unmountVolumes } from '../volumes/mounted.ts';
import type { Container } from './container.ts';
import { emitContainerEvent, emitMountEvents } from './find.ts';
import { stopHealth } from './health.ts';
import { launch } from './start.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
/** A run this long counts as a success: the next delay starts from the beginning. */
const STEADY_MS = 10_000;
const DRAIN_MS = 2000;

/** From now on it is heard what becomes of a running container's process. */
export function watchTask(daemon: Daemon, container: Container, task: Task): void {
	task.onOutOfMemory = () => noteOutOfMemory(daemon, container);
	void task.exited.then((status) => handleExit(daemon, container, task, status));
}

/** A container's process has ended: once per run, whatever ended it. */
export async function handleExit(
	daemon: Daemon,
	container: Container,
	task: Task | null,
	status: ExitStatus,
): Promise<void> {
	if (container.task !== task) return;
	await drain(daemon, container);
	await writeLog(container);
	const ranFor = container.startedAt ? daemon.time.now() - container.startedAt : 0n;
	releaseEndpoints(daemon, container);
	emitMountEvents(daemon, container, 'unmount');
	await unmountVolumes(daemon, container);
	stopHealth(container);
	// What fails in it is told in the log.
	void refreshPeers(daemon, container);
	container.task = null;
	container.pid = 0;
	container.isPaused = false;
	container.exitCode = status.code;
	container.finishedAt = daemon.time.now();
	container.log.close();
	dropUnstartedExecs(daemon, container);
	const delay = daemon.isDisposed ? null : restartDelay(container, Number(ranFor / 1_000_000n));
	container.phase = delay === null ? 'exited' : 'restarting';
	container.stdio.end();
	container.notifyExit();
	if (status.oomKilled && !container.oomKilled) noteOutOfMemory(daemon, container);
	if (container.isStopping) emitContainerEvent(daemon, container, 'stop');
	container.isStopping = false;
	emitContainerEvent(daemon, container, 'die', {
		exitCode: String(status.code),
		execDuration: String(toSeconds(ranFor)),
	});
	if (delay !== null) await restartAfter(daemon, container, delay);
	else if (container.hostConfig.AutoRemove) daemon.removeSoon(container);
}

/** The kernel has killed a process of the container for want of memory. */
function noteOutOfMemory(daemon: Daemon, container: Container): void {
	container.oomKilled = true;
	emitContainerEvent(daemon, container, 'oom');
}

/** Whoever sees that it has ended finds all of its log in the file; one that is removed at once needs none. */
async function writeLog({ log, logFile, hostConfig }: Container): Promise<void> {
	log.endLines();
	if (logFile && !hostConfig.AutoRemove) await logFile.flush();
}

/** What was to run in it and never did cannot be asked about any more; what ran can. */
function dropUnstartedExecs(daemon: Daemon, container: Container): void {
	for (const { id, hasStarted } of container.execs.values()) if (!hasStarted) daemon.execs.delete(id);
	container.execs.clear();
}

/** Output may still be on its way to somebody slow: it is given a moment, not for ever. */
async function drain(daemon: Daemon, container: Container): Promise<void> {
	const enough = new AbortController();
	const patience = daemon.ports.clock.sleep(DRAIN_MS, enough.signal).catch(() => undefined);
	await Promise.race([container.stdio.drained, patience]);
	enough.abort();
}

/** Milliseconds until the next start, or `null` when the policy wants none. */
function restartDelay(container: Container, ranForMs: number): number | null {
	const { Name, MaximumRetryCount } = container.hostConfig.RestartPolicy;
	if (container.isRestartCancelled) return null;
	if (Name === 'on-failure') {
		if (container.exitCode === 0) return null;
		if (MaximumRetryCount > 0 && container.restartCount >= MaximumRetryCount) return null;
	} else if (Name === 'unless-stopped') {
		if (container.hasBeenManuallyStopped) return null;
	} else if (Name !== 'always') {
		return null;
	}
	const previous = ranForMs >= STEADY_MS ? 0 : container.nextRestartDelayMs;
	container.nextRestartDelayMs = Math.min(LONGEST_DELAY_MS, previous === 0 ? FIRST_DELAY_MS : previous * 2);
	return container.nextRestartDelayMs;
}

async function restartAfter(daemon: Daemon, container: Container, delayMs: number): Promise<void> {
	const wait = new AbortController();
	container.restartWait = wait;
	container.restartCount++;
	try {
		await daemon.ports.clock.sleep(delayMs, wait.signal);
	} catch {
		// Somebody stopped, started or removed it meanwhile.
		return;
	}
	await container.lock.run(async () => {
		if (container.restartWait !== wait || container.phase !== 'restarting') return;
		container.restartWait = null;
		try {
			await launch(daemon, container);
		} catch (error) {
			daemon.ports.log('warn', `container ${container.id} did not restart: ${String(error)}`);
		}
	});
}

/** A restart that is under way is waited for: what is being started cannot be stopped before it is there. */
export async function afterRestart(container: Container): Promise<void> {
	while (container.phase === 'restarting' && !container.restartWait) {
		await container.lock.run(() => Promise.resolve());
	}
}

/** Gives up waiting for a restart: the container counts as exited. */
export function cancelRestart(container: Container): boolean {
	if (container.phase !== 'restarting') return false;
	container.restartWait?.abort();
	container.restartWait = null;
	container.phase = 'exited';
	container.notifyExit();
	return true;
}
