import type { HealthConfig } from '#api';
import { messageOf, readAll } from '#base';
import type { Daemon } from '../daemon.ts';
import type { RunningProcess, Task } from '../ports.ts';
import { formatTime } from '../time.ts';
import type { Container } from './container.ts';
import { linkedEnv } from './links.ts';
import { emitContainerEvent } from './find.ts';
import { processEnv } from './spec.ts';

const DEFAULT_MS = { interval: 30_000, timeout: 30_000, startInterval: 5000 };
const DEFAULT_RETRIES = 3;
const KEPT = 5;
const LONGEST_OUTPUT = 4096;
const SIGKILL = 9;

/** Probes a container that has a health check, for as long as this run of it lasts. */
export function watchHealth(daemon: Daemon, container: Container): void {
	const config = container.config.Healthcheck;
	const task = container.task;
	container.health = null;
	const argv = config && probeArgv(container, config);
	if (!config || !argv || !task) return;
	container.health = { Status: 'starting', FailingStreak: 0, Log: [] };
	const ended = new AbortController();
	void task.exited.then(() => ended.abort());
	void probeUntilEnd(daemon, container, task, config, argv, ended.signal);
}

function probeArgv(container: Container, { Test = [] }: HealthConfig): string[] | null {
	const [kind, ...args] = Test;
	if (kind === 'CMD') return args;
	if (kind === 'CMD-SHELL') return [...(container.config.Shell ?? ['/bin/sh', '-c']), ...args];
	return null;
}

async function probeUntilEnd(
	daemon: Daemon,
	container: Container,
	task: Task,
	config: HealthConfig,
	argv: string[],
	signal: AbortSignal,
): Promise<void> {
	const ms = (ns: number | undefined, fallback: number) => (ns ? ns / 1e6 : fallback);
	const startedAt = daemon.ports.clock.now();
	const startPeriod = ms(config.StartPeriod, 0);
	try {
		while (container.task === task) {
			const isStarting =
				daemon.ports.clock.now() - startedAt < startPeriod && container.health?.Status === 'starting';
			const pause = isStarting
				? ms(config.StartInterval, DEFAULT_MS.startInterval)
				: ms(config.Interval, DEFAULT_MS.interval);
			await daemon.ports.clock.sleep(pause, signal);
			if (container.isPaused) continue;
			const result = await probe(daemon, container, argv, ms(config.Timeout, DEFAULT_MS.timeout));
			if (container.task !== task) return;
			const inStart = daemon.ports.clock.now() - startedAt < startPeriod;
			record(daemon, container, result, config.Retries || DEFAULT_RETRIES, inStart);
		}
	} catch (error) {
		if (!signal.aborted) daemon.ports.log('warn', `health of ${container.id}: ${messageOf(error)}`);
	}
}

interface ProbeResult {
	start: string;
	end: string;
	exitCode: number;
	output: string;
}

async function probe(
	daemon: Daemon,
	container: Container,
	argv: string[],
	timeoutMs: number,
): Promise<ProbeResult> {
	const start = formatTime(daemon.time.now());
	const outcome = await runProbe(daemon, container, argv, timeoutMs).catch((error: unknown) => ({
		exitCode: -1,
		output: messageOf(error),
	}));
	return { start, end: formatTime(daemon.time.now()), ...outcome };
}

async function runProbe(daemon: Daemon, container: Container, argv: string[], timeoutMs: number) {
	const { config } = container;
	const process = await daemon.ports.runtime.exec(container.id, {
		argv,
		env: processEnv({ ...config, Tty: false }, linkedEnv(daemon, container)),
		cwd: config.WorkingDir || '/',
		user: config.User,
		tty: false,
		stdin: false,
		rows: 0,
		cols: 0,
		caps: 0n,
		privileged: false,
		noNewPrivileges: false,
	});
	const enough = new AbortController();
	const late = daemon.ports.clock.sleep(timeoutMs, enough.signal).then(
		() => 'late' as const,
		() => 'late' as const,
	);
	const ended = finish(process);
	const outcome = await Promise.race([ended, late]);
	enough.abort();
	if (outcome !== 'late') return outcome;
	await process.kill(SIGKILL);
	await ended;
	return { exitCode: -1, output: `Health check exceeded timeout (${timeoutMs / 1000}s)` };
}

async function finish(process: RunningProcess): Promise<{ exitCode: number; output: string }> {
	const [out, err, { code }] = await Promise.all([
		readAll(process.io.stdout),
		process.io.stderr ? readAll(process.io.stderr) : new Uint8Array(),
		process.exited,
	]);
	const text = new TextDecoder().decode(out) + new TextDecoder().decode(err);
	return { exitCode: code, output: text.slice(0, LONGEST_OUTPUT) };
}

function record(
	daemon: Daemon,
	container: Container,
	{ start, end, exitCode, output }: ProbeResult,
	retries: number,
	inStartPeriod: boolean,
): void {
	const { health } = container;
	if (!health) return;
	health.Log = [...health.Log, { Start: start, End: end, ExitCode: exitCode, Output: output }].slice(-KEPT);
	const before = health.Status;
	if (exitCode === 0) {
		health.FailingStreak = 0;
		health.Status = 'healthy';
	} else if (!(inStartPeriod && before === 'starting')) {
		health.FailingStreak++;
		if (health.FailingStreak >= retries) health.Status = 'unhealthy';
	}
	if (health.Status !== before) emitContainerEvent(daemon, container, `health_status: ${health.Status}`);
}
