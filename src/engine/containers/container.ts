import type { ContainerConfig, ContainerStatus, Health, HostConfig } from '#api';
import { Lock } from '#base';
import type { ExecRecord } from '../exec/exec.ts';
import type { ImageRecord } from '../images/store.ts';
import type { Endpoint } from '../networks/endpoint.ts';
import type { PortMapping } from '../networks/ports.ts';
import type { Task } from '../ports.ts';
import type { Timeline, UnixNs } from '../time.ts';
import type { ContainerMount } from '../volumes/mounts.ts';
import { ContainerLog, type LogLimits } from './log.ts';
import type { LogFile } from './log-file.ts';
import { Stdio } from './stdio.ts';

export interface ContainerSeed {
	id: string;
	name: string;
	image: ImageRecord;
	/** As the API spells it: inspect gives it back. */
	config: ContainerConfig;
	/** As the API spells it, with the engine's defaults filled in. */
	hostConfig: HostConfig;
	mounts: ContainerMount[];
	endpoints: Endpoint[];
	createdAt: UnixNs;
	logLimits: LogLimits;
}

/** One container: what it is, how it stands, and who waits for it. Operations on it live beside this file. */
export class Container {
	readonly id: string;
	/** Without the leading slash. */
	name: string;
	readonly image: ImageRecord;
	readonly config: ContainerConfig;
	hostConfig: HostConfig;
	readonly mounts: ContainerMount[];
	/** In the order in which their interfaces are made. */
	endpoints: Endpoint[];
	readonly createdAt: UnixNs;
	readonly log: ContainerLog;
	/** The log in the guest, as json-file has it; null before the first start, and with other drivers. */
	logFile: LogFile | null = null;
	readonly stdio: Stdio;
	/** Starting, removing, renaming and updating one after another. */
	readonly lock = new Lock();
	readonly execs = new Map<string, ExecRecord>();

	phase: 'created' | 'running' | 'restarting' | 'exited' | 'dead' = 'created';
	isPaused = false;
	isRemoving = false;
	task: Task | null = null;
	pid = 0;
	exitCode = 0;
	error = '';
	oomKilled = false;
	startedAt: UnixNs | null = null;
	finishedAt: UnixNs | null = null;
	restartCount = 0;
	/** The user sent it a signal: `unless-stopped` does not start it again, not even a new engine. */
	hasBeenManuallyStopped = false;
	/** The user asked it to end: no policy restarts it before the user or a new engine starts it. */
	isRestartCancelled = false;
	/** A stop is under way; its event stands before the one of the end. */
	isStopping = false;
	/** Ends the wait before a restart. */
	restartWait: AbortController | null = null;
	nextRestartDelayMs = 0;
	ports: PortMapping[] = [];
	sandboxId = '';
	health: Health | null = null;
	/** Ends the probing of its health. */
	healthWatch: AbortController | null = null;

	readonly #exitWaiters = new Set<(code: number) => void>();
	readonly #removalWaiters = new Set<(code: number) => void>();

	constructor(seed: ContainerSeed, time: Timeline) {
		this.id = seed.id;
		this.name = seed.name;
		this.image = seed.image;
		this.config = seed.config;
		this.hostConfig = seed.hostConfig;
		this.mounts = seed.mounts;
		this.endpoints = seed.endpoints;
		this.createdAt = seed.createdAt;
		this.log = new ContainerLog(time, seed.logLimits);
		this.stdio = new Stdio(seed.config.OpenStdin);
	}

	/** Running in Docker's sense: paused and waiting for a restart count. */
	get isRunning(): boolean {
		return this.phase === 'running' || this.phase === 'restarting';
	}

	get status(): ContainerStatus {
		if (this.phase === 'running') return this.isPaused ? 'paused' : 'running';
		if (this.isRemoving) return 'removing';
		return this.phase;
	}

	/** argv of its process 1: entrypoint, then command. */
	get argv(): string[] {
		return [...(this.config.Entrypoint ?? []), ...(this.config.Cmd ?? [])];
	}

	/** Every image it needs: its own, and those that are mounted in it. */
	get images(): ImageRecord[] {
		return [this.image, ...this.mounts.flatMap(({ image }) => (image ? [image.record] : []))];
	}

	/** What an event about it carries. */
	get attributes(): Record<string, string> {
		return { ...this.config.Labels, image: this.config.Image, name: this.name };
	}

	/** Resolves with the exit code of the run that ends next. */
	nextExit(): Promise<number> {
		return new Promise((resolve) => this.#exitWaiters.add(resolve));
	}

	/** Resolves with the last exit code when the container is gone. */
	removal(): Promise<number> {
		return new Promise((resolve) => this.#removalWaiters.add(resolve));
	}

	notifyExit(): void {
		settle(this.#exitWaiters, this.exitCode);
	}

	notifyRemoval(): void {
		settle(this.#exitWaiters, this.exitCode);
		settle(this.#removalWaiters, this.exitCode);
	}
}

function settle(waiters: Set<(code: number) => void>, code: number): void {
	for (const resolve of waiters) resolve(code);
	waiters.clear();
}
