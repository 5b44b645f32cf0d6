import type { HealthConfig } from '#api';
import { durationText, messageOf } from '#base';
import type { Daemon } from '../daemon.ts';
import { createExec, endExec, resolveExec, startExec } from '../exec/exec.ts';
import type { ProcessIo } from '../ports.ts';
import { formatTime } from '../time.ts';
import type { Container } from './container.ts';
import { endsWithin } from './ending.ts';
import { emitContainerEvent } from './find.ts';

const DEFAULT_MS = { interval: 30_000, timeout: 30_000, startInterval: 5000 };
const DEFAULT_RETRIES = 3;
const KEPT = 5;
const LONGEST_OUTPUT = 4096;
const SIGKILL = 9;
/** What Docker tells of a probe that it has ended itself. */
const KILLED_CODE = 127;

/** A run begins: a container that has a health check is probed for as long as it lasts. The log of earlier runs stays. */
export function watchHealth(daemon: Daemon, container: Container): void {
	const Log = container.health?.Log ?? [];
	container.health = probeArgv(container) ? { Status: 'starting', FailingStreak: 0, Log } : null;
	resumeHealth(daemon, container);
}

/** Probes from now on, whatever the health was. */
export function resumeHealth(daemon: Daemon, container: Container): void {
	const config = container.config.Healthcheck;
	const argv = probeArgv(container);
	container.healthWatch?.abort();
	container.healthWatch = null;
	if (!config || !argv || !container.health) return;
	container.healthWatch = new AbortController();
	void probeUntilEnd(daemon, container, config, argv, container.healthWatch.signal);
}

/** Nobody knows how a container is that has ended or is paused: Docker calls it unhealthy. */
export function stopHealth(container: Container): void {
	if (!container.healthWatch) return;
	container.healthWatch.abort();
	container.healthWatch = null;
	if (container.health) container.health.Status = 'unhealthy';
}

function probeArgv({ config }: Container): string[] | null {
	const [kind, ...args] = config.Healthcheck?.Test ?? [];
	if (kind === 'CMD') return args;
	if (kind === 'CMD-SHELL') return [...(config.Shell ?? ['/bin/sh', '-c']), ...args];
	return null;
}

async function probeUntilEnd(
	daemon: Daemon,
	container: Container,
	config: HealthConfig,
	argv: string[],
	signal: AbortSignal,
): Promise<void> {
	const ms = (ns: number | undefined, fallback: number) => (ns ? ns / 1e6 : fallback);
	const startPeriod = ms(config.StartPeriod, 0);
	const isInStart = () =>
		daemon.ports.clock.now() - Number((container.startedAt ?? 0n) / 1_000_000n) < startPeriod;
	try {
		for (;;) {
			const pause =
				isInStart() && container.health?.Status === 'starting'
					? ms(config.StartInterval, DEFAULT_MS.startInterval)
					: ms(config.Interval, DEFAULT_MS.interval);
			await daemon.ports.clock.sleep(pause, signal);
			const beganInStart = isInStart();
			const result = await probe(daemon, container, argv, ms(config.Timeout, DEFAULT_MS.timeout), signal);
			if (signal.aborted) return;
			record(daemon, container, result, config.Retries || DEFAULT_RETRIES, beganInStart);
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
	signal: AbortSignal,
): Promise<ProbeResult> {
	const start = formatTime(daemon.time.now());
	const outcome = await runProbe(daemon, container, argv, timeoutMs, signal).catch((error: unknown) => ({
		exitCode: -1,
		output: messageOf(error),
	}));
	return { start, end: formatTime(daemon.time.now()), ...outcome };
}

async function runProbe(
	daemon: Daemon,
	container: Container,
	argv: string[],
	timeoutMs: number,
	signal: AbortSignal,
): Promise<{ exitCode: number; output: string }> {
	const { Id } = await createExec(daemon, container, container.id, {
		Cmd: argv,
		AttachStdout: true,
		AttachStderr: true,
	});
	const exec = resolveExec(daemon, Id);
	exec.hasStarted = true;
	exec.isRunning = true;
	const process = await startExec(daemon, exec);
	const kill = () => void process.kill(SIGKILL).catch(() => undefined);
	signal.addEventListener('abort', kill);
	const output = new ProbeOutput();
	const ended = output.take(process.io);
	const inTime = await endsWithin(daemon, Promise.all([ended, process.exited]), timeoutMs);
	if (!inTime) kill();
	await ended;
	signal.removeEventListener('abort', kill);
	await endExec(daemon, exec, process, inTime ? undefined : KILLED_CODE);
	if (inTime) return { exitCode: exec.exitCode ?? -1, output: output.text };
	const late = `Health check exceeded timeout (${durationText(BigInt(Math.trunc(timeoutMs * 1e6)))})`;
	return { exitCode: -1, output: output.text ? `${late}: ${output.text}` : late };
}

/** What a probe says on both its streams, as it comes; the beginning of it is kept. */
class ProbeOutput {
	readonly #decoder = new TextDecoder();
	#kept = '';
	#length = 0;

	async take({ stdout, stderr }: ProcessIo): Promise<void> {
		await Promise.all([this.#read(stdout), stderr && this.#read(stderr)]);
	}

	get text(): string {
		return this.#length > LONGEST_OUTPUT ? `${this.#kept}...` : this.#kept;
	}

	async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
		try {
			for await (const bytes of stream) {
				this.#kept += this.#decoder.decode(bytes.subarray(0, Math.max(0, LONGEST_OUTPUT - this.#length)));
				this.#length += bytes.length;
			}
		} catch {
			// The stream broke with the process's machine; its exit says so.
		}
	}
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
