import type { ExecCreateRequest, ExecInspect, ExecStartRequest } from '#api';
import { conflict, invalid, messageOf, notFound, type Duplex } from '#base';
import { ClientInput, ClientOutput } from '../containers/attach.ts';
import type { Container } from '../containers/container.ts';
import { parseDetachKeys } from '../containers/detach.ts';
import { emitContainerEvent } from '../containers/find.ts';
import { linkedEnv } from '../containers/links.ts';
import { processEnv } from '../containers/spec.ts';
import { exitCodeFor, explain } from '../containers/start.ts';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import type { ProcessSpec, RunningProcess } from '../ports.ts';
import { ALL_CAPABILITIES, capabilityMask } from '../security/capabilities.ts';
import { securityOptions } from '../security/options.ts';
import { checkUser } from './user.ts';

const ENDED_EXECS_KEPT = 64;

/** A further process of a container, from its creation until the container's end. */
export interface ExecRecord {
	id: string;
	container: Container;
	request: ExecCreateRequest;
	argv: string[];
	isRunning: boolean;
	hasStarted: boolean;
	exitCode: number | null;
	pid: number;
	process: RunningProcess | null;
	/** Resolves when the process runs, or could not be started. */
	started: Promise<void>;
	notifyStarted: () => void;
}

/** POST /containers/{id}/exec. Throws conflict in Docker's words when the container does not run. */
export async function createExec(
	daemon: Daemon,
	container: Container,
	ref: string,
	request: ExecCreateRequest,
): Promise<{ Id: string }> {
	assertExecutable(container, ref);
	const argv = request.Cmd ?? [];
	if (argv.length === 0) throw invalid('No exec command specified');
	parseDetachKeys(request.DetachKeys ?? '');
	if (request.User) await checkUser(daemon, container, request.User);
	let notifyStarted = () => {};
	const started = new Promise<void>((resolve) => {
		notifyStarted = resolve;
	});
	const exec: ExecRecord = {
		id: newId(daemon.ports.random),
		container,
		request,
		argv,
		isRunning: false,
		hasStarted: false,
		exitCode: null,
		pid: 0,
		process: null,
		started,
		notifyStarted,
	};
	forgetOldExecs(daemon, container);
	container.execs.set(exec.id, exec);
	daemon.execs.set(exec.id, exec);
	emitContainerEvent(daemon, container, actionOf('exec_create', argv), { execID: exec.id });
	return { Id: exec.id };
}

/** Of those that have ended only the last ones can still be asked about. */
function forgetOldExecs(daemon: Daemon, container: Container): void {
	const ended = [...container.execs.values()].filter((exec) => exec.hasStarted && !exec.isRunning);
	for (const { id } of ended.slice(0, Math.max(0, ended.length - ENDED_EXECS_KEPT))) {
		container.execs.delete(id);
		daemon.execs.delete(id);
	}
}

function assertExecutable(container: Container, ref: string): void {
	if (!container.isRunning) throw conflict(`container ${container.id} is not running`);
	if (container.isPaused) throw conflict(`Container ${ref} is paused, unpause the container before exec`);
	if (container.phase === 'restarting') {
		throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
	}
}

/** The exec of that id. Throws not-found in Docker's words. */
export function resolveExec(daemon: Daemon, id: string): ExecRecord {
	const exec = daemon.execs.get(id);
	if (!exec) throw notFound(`No such exec instance: ${id}`);
	return exec;
}

/** Checks that it may start now, and marks it so: the answer's head is sent before the process runs. */
export function beginExec(exec: ExecRecord, request: ExecStartRequest): void {
	assertExecutable(exec.container, exec.container.id);
	if (exec.hasStarted) {
		throw conflict(
			exec.isRunning
				? `exec command ${exec.id} is already running`
				: `exec command ${exec.id} has already run`,
		);
	}
	exec.hasStarted = true;
	exec.isRunning = true;
	if (request.Tty && request.ConsoleSize) exec.request.ConsoleSize = request.ConsoleSize;
}

/** Runs it on a connection until it ends; `isRaw` as its start asked for, whatever its creation did. What goes wrong is told on the connection, as Docker does. */
export async function runExec(
	daemon: Daemon,
	exec: ExecRecord,
	isRaw: boolean,
	connection: Duplex,
): Promise<void> {
	const { request } = exec;
	const tty = request.Tty ?? false;
	const wants = { stdout: request.AttachStdout ?? false, stderr: request.AttachStderr ?? false };
	let process: RunningProcess;
	try {
		process = await startExec(daemon, exec);
	} catch (error) {
		const told = new ClientOutput(connection.writable, { stdout: true, stderr: true, framed: !isRaw });
		await told.write('stdout', new TextEncoder().encode(`${messageOf(error)}\r\n`));
		told.end();
		new ClientInput(connection.readable, null).stop();
		return;
	}
	const output = new ClientOutput(connection.writable, { ...wants, framed: !isRaw });
	const input = new ClientInput(connection.readable, tty ? parseDetachKeys(request.DetachKeys ?? '') : null);
	if (request.AttachStdin && process.io.stdin) {
		void feed(process.io.stdin, input, tty).then((outcome) => {
			if (outcome !== 'detached') return;
			emitContainerEvent(daemon, exec.container, 'exec_detach', { execID: exec.id });
			output.end();
		});
	}
	await Promise.all([
		pump(process.io.stdout, (bytes) => output.write('stdout', bytes)),
		process.io.stderr && pump(process.io.stderr, (bytes) => output.write('stderr', bytes)),
	]);
	await endExec(daemon, exec, process);
	output.end();
	input.stop();
}

/** Runs it with nobody listening. Throws in Docker's words when it cannot be started. */
export async function runDetached(daemon: Daemon, exec: ExecRecord): Promise<void> {
	const process = await startExec(daemon, exec);
	void (async () => {
		const ignore = async () => {};
		await Promise.all([
			pump(process.io.stdout, ignore),
			process.io.stderr && pump(process.io.stderr, ignore),
		]);
		await endExec(daemon, exec, process);
	})();
}

/** As Docker writes it: a program without arguments is followed by a space too. */
function actionOf(action: string, [program = '', ...args]: string[]): string {
	return `${action}: ${program} ${args.join(' ')}`;
}

/** Starts what `createExec` has made. Throws in Docker's words. */
export async function startExec(daemon: Daemon, exec: ExecRecord): Promise<RunningProcess> {
	const { container, argv } = exec;
	emitContainerEvent(daemon, container, actionOf('exec_start', argv), { execID: exec.id });
	try {
		const spec = execSpec(daemon, exec);
		if (!spec.cwd.startsWith('/')) throw invalid('Cwd must be an absolute path');
		exec.process = await runtimeExec(daemon, container.id, spec);
		exec.pid = exec.process.pid;
		return exec.process;
	} catch (error) {
		exec.isRunning = false;
		const message = messageOf(error);
		exec.exitCode = exitCodeFor(message);
		throw invalid(`OCI runtime exec failed: exec failed: ${explain(message)}`, { cause: error });
	} finally {
		exec.notifyStarted();
	}
}

async function runtimeExec(daemon: Daemon, id: string, spec: ProcessSpec): Promise<RunningProcess> {
	try {
		return await daemon.ports.runtime.exec(id, spec);
	} catch (error) {
		throw invalid(`unable to start container process: ${messageOf(error)}`, { cause: error });
	}
}

function execSpec(daemon: Daemon, { container, request, argv }: ExecRecord): ProcessSpec {
	const { config, hostConfig } = container;
	const tty = request.Tty ?? false;
	const [rows, cols] = request.ConsoleSize ?? [0, 0];
	const privileged = request.Privileged ?? false;
	return {
		argv,
		env: processEnv({ ...config, Tty: tty }, linkedEnv(daemon, container), request.Env ?? []),
		cwd: request.WorkingDir || config.WorkingDir || '/',
		user: request.User || config.User,
		tty,
		stdin: request.AttachStdin ?? false,
		rows,
		cols,
		caps: privileged
			? ALL_CAPABILITIES
			: capabilityMask(hostConfig.CapAdd ?? [], hostConfig.CapDrop ?? [], hostConfig.Privileged),
		privileged: privileged || hostConfig.Privileged,
		noNewPrivileges: securityOptions(hostConfig).noNewPrivileges,
	};
}

/** Waits for its end and tells of it; `told` stands for its own where that is not what counts. */
export async function endExec(
	daemon: Daemon,
	exec: ExecRecord,
	process: RunningProcess,
	told?: number,
): Promise<void> {
	const { code: own } = await process.exited;
	const code = told ?? own;
	exec.isRunning = false;
	exec.exitCode = code;
	emitContainerEvent(daemon, exec.container, 'exec_die', { execID: exec.id, exitCode: String(code) });
}

async function feed(
	stdin: WritableStream<Uint8Array>,
	input: ClientInput,
	tty: boolean,
): Promise<'ended' | 'detached'> {
	const writer = stdin.getWriter();
	// The process may close its stdin, or end, before the client does: what it does not take is lost.
	const outcome = await input.read((bytes) => writer.write(bytes).catch(() => undefined));
	if (outcome === 'ended' && !tty) await writer.close().catch(() => undefined);
	return outcome;
}

async function pump(
	source: ReadableStream<Uint8Array>,
	take: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
	const reader = source.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			await take(value);
		}
	} catch {
		// The stream broke with the process's machine; its exit says so.
		return;
	}
}

/** GET /exec/{id}/json. */
export function inspectExec(exec: ExecRecord): ExecInspect {
	const { request, argv } = exec;
	const [entrypoint = '', ...args] = argv;
	return {
		ID: exec.id,
		Running: exec.isRunning,
		ExitCode: exec.exitCode,
		ProcessConfig: {
			tty: request.Tty ?? false,
			entrypoint,
			arguments: args,
			privileged: request.Privileged ?? false,
			...(request.User && { user: request.User }),
		},
		OpenStdin: request.AttachStdin ?? false,
		OpenStderr: request.AttachStderr ?? false,
		OpenStdout: request.AttachStdout ?? false,
		CanRemove: false,
		ContainerID: exec.container.id,
		DetachKeys: request.DetachKeys ?? '',
		Pid: exec.pid,
	};
}

/** POST /exec/{id}/resize: waits for a process that is being started. */
export async function resizeExec(exec: ExecRecord, rows: number, cols: number): Promise<void> {
	assertExecutable(exec.container, exec.container.id);
	if (exec.hasStarted) await exec.started;
	if (!exec.process || !exec.isRunning) throw conflict(`exec process is not started`);
	await exec.process.resize(rows, cols);
}
