import { conflict, internal, invalid, messageOf, notModified, SandboxError } from '#base';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import { connectEndpoints, releaseEndpoints } from '../networks/attach.ts';
import type { Task } from '../ports.ts';
import { watchTask } from './exit.ts';
import { emitContainerEvent, emitMountEvents } from './find.ts';
import type { Container } from './container.ts';
import { checkLinked } from './links.ts';
import { checkLogValues, LOGGING_FAILED } from './log-config.ts';
import { LogFile } from './log-file.ts';
import { mountVolumes, unmountVolumes } from '../volumes/mounted.ts';
import { containerSpec } from './spec.ts';

/** POST /containers/{id}/start. Throws not-modified when it runs already; other errors leave the container as it was, with the reason noted. */
export function startContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (container.isPaused) throw conflict('cannot start a paused container, try unpause instead');
		if (container.phase === 'running') throw notModified('');
		if (container.isRemoving) throw conflict('container is marked for removal and cannot be started');
		if (container.phase === 'dead') throw conflict('container is dead and cannot be started');
		container.restartWait?.abort();
		container.hasBeenManuallyStopped = false;
		container.isRestartCancelled = false;
		container.restartCount = 0;
		container.nextRestartDelayMs = 0;
		await launch(daemon, container);
	});
}

/** Starts the process. The caller holds the container's lock and has checked that it may. */
export async function launch(daemon: Daemon, container: Container): Promise<void> {
	let task: Task;
	try {
		checkLinked(daemon, container);
		await mountVolumes(daemon, container);
		emitMountEvents(daemon, container, 'mount');
		container.sandboxId = newId(daemon.ports.random);
		takeHostname(daemon, container);
		await connectEndpoints(daemon, container);
		checkLogValues(container.hostConfig);
		task = await daemon.ports.runtime.start(await containerSpec(daemon, container));
	} catch (error) {
		throw await noteFailure(daemon, container, error);
	}
	container.task = task;
	container.pid = task.pid;
	container.phase = 'running';
	container.exitCode = 0;
	container.error = '';
	container.oomKilled = false;
	container.startedAt = daemon.time.now();
	container.finishedAt = container.finishedAt ?? null;
	container.log.open();
	emitContainerEvent(daemon, container, 'start');
	connectOutput(daemon, container, task);
	daemon.watchHealth(container);
	watchTask(daemon, container, task);
}

/** What the process writes goes to the log and to those attached. */
export function connectOutput(daemon: Daemon, container: Container, task: Task): void {
	const { Type } = container.hostConfig.LogConfig;
	if (Type === 'json-file') container.logFile ??= new LogFile(daemon, container);
	container.stdio.connect(task, (stream, bytes) => {
		if (Type === 'none') return;
		container.log.append(stream, bytes);
		container.logFile?.wake();
	});
}

/** In another container's network, a container is called as that one is. */
function takeHostname(daemon: Daemon, { config, hostConfig: { NetworkMode } }: Container): void {
	if (!NetworkMode.startsWith('container:')) return;
	const { Hostname = '', Domainname = '' } =
		daemon.containers.find(NetworkMode.slice('container:'.length))?.config ?? {};
	Object.assign(config, { Hostname, Domainname });
}

async function noteFailure(daemon: Daemon, container: Container, error: unknown): Promise<SandboxError> {
	const failure = startFailure(container, error);
	releaseEndpoints(daemon, container);
	emitMountEvents(daemon, container, 'unmount');
	await unmountVolumes(daemon, container);
	container.exitCode = failure.exitCode;
	container.error = failure.error.message;
	if (container.phase === 'restarting') container.phase = 'exited';
	container.stdio.end();
	container.notifyExit();
	if (container.hostConfig.AutoRemove) daemon.removeSoon(container);
	return failure.error;
}

const RUNC_FAILED =
	'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: ';
const CREATE_FAILED = `${RUNC_FAILED}unable to start container process: `;

/** What Docker would say, and the exit code it would note. */
function startFailure(container: Container, error: unknown): { error: SandboxError; exitCode: number } {
	const message = messageOf(error);
	if (!(error instanceof SandboxError)) return { error: internal(message, { cause: error }), exitCode: 128 };
	if (
		/^failed to set up container networking|^Cannot link to |^unable to find (user|group)|^uids and gids |^container [0-9a-f]+ not attached |^No such container|^(joining|cannot join|failed to join) |^error gathering device|^could not get container|^cannot access path |^path concatenation |^error while resolving symlinks |^Decoding seccomp |^error while mounting volume |^both '/.test(
			message,
		)
	) {
		return { error, exitCode: 128 };
	}
	if (message.startsWith(LOGGING_FAILED)) return { error, exitCode: exitCodeFor(message) };
	if (/^failed to bind host port|^Bind for /.test(message)) {
		return { error: networkingFailure(container, message), exitCode: 128 };
	}
	// What the runtime finds out before it makes anything.
	if (/^(string \S+ is not a valid |wrong rlimit value: )/.test(message)) {
		return { error: internal(`${RUNC_FAILED}${message}`, { cause: error }), exitCode: 128 };
	}
	const explained = explain(message);
	const inner = /^error during container init: /.test(message)
		? explained
		: `error during container init: ${explained}`;
	const exitCode = exitCodeFor(message);
	const make = exitCode === 128 ? internal : invalid;
	return { error: make(`${CREATE_FAILED}${inner}`, { cause: error }), exitCode };
}

/** What the kernel says of a program or a mount that cannot be, with what Docker adds. */
export function explain(message: string): string {
	if (message.endsWith(': is a directory')) return `${message}: permission denied`;
	if (!message.endsWith(': not a directory')) return message;
	return `${message}: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`;
}

/** 126 for what cannot be run, 127 for what is not there or of another kind. */
export function exitCodeFor(message: string): number {
	if (/permission denied|is a directory|exec format error/i.test(message)) return 126;
	if (
		/not a directory|executable file not found|no such file or directory|system cannot find the file/i.test(
			message,
		)
	)
		return 127;
	return 128;
}

/** A failure to publish ports, in the words of libnetwork. */
export function networkingFailure(container: Container, message: string): SandboxError {
	const endpoint = container.endpoints[0]?.live?.endpointId ?? newEndpointName(container);
	return internal(
		`failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name} (${endpoint}): ${message}`,
	);
}

function newEndpointName(container: Container): string {
	return container.sandboxId;
}
