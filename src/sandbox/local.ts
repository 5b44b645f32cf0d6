import { observeCalls, serveHttp, UNOBSERVED, type ApiCall } from '#api';
import {
	internal,
	messageOf,
	unavailable,
	type Clock,
	type Log,
	type Random,
	type SandboxError,
} from '#base';
import { createEngine, type Engine, type EnginePorts, type ProcessSpec, type RegistryFetch } from '#engine';
import { GuestRuntime, Session, serveCommands, type NinePServer } from '#guest';
import type { FetchFile, Machine, MachineEnd } from '#vm';
import { dockerCommand } from './docker-command.ts';
import { openMachine } from './machine.ts';
import { createRegistry, type FetchHub } from '#registry';
import { createMemoryStores, type Stores } from '#storage';
import { PUBLIC_LOGIN, registryFetch } from './registry.ts';
import { feedInput, take } from './script-streams.ts';
import { KeptMachines, type SnapshotParts } from './snapshots.ts';
import type { BootProgress, Sandbox, ScriptResult, TerminalSession } from './sandbox.ts';

export interface LocalSandboxOptions {
	/** A file of the machine, by its name beside machine.json. */
	fetchMachine: FetchFile;
	fetchHub: FetchHub;
	/** Registries that the host reaches itself, besides the public one. */
	mirror?: { domains: ReadonlySet<string>; fetch: RegistryFetch };
	/** Asks the mirrors that the guest's daemon.json names, where the guest does not know them. */
	outside?: EnginePorts['outside'];
	/** Where images, and what is pushed to the public registry, are kept; by default as long as the sandbox. */
	stores?: { images?: Stores; registry?: Stores };
	/** Unpacks gzip faster than a stream, where the platform has a way. */
	gunzip?: EnginePorts['gunzip'];
	clock: Clock;
	random: Random;
	log: Log;
	memoryMb?: number;
	/** Boot afresh even if there is a saved state. */
	fresh?: boolean;
}

/** Where a script's output goes as it comes. */
export interface ScriptOutput {
	stdout: WritableStream<Uint8Array>;
	stderr: WritableStream<Uint8Array>;
}

/** A sandbox in this thread, with what only its owner may do. */
export interface LocalSandbox extends Sandbox {
	/** As of every sandbox; with `output` the streams go there and the result's are empty. */
	runScript(
		script: string,
		options?: { stdin?: Uint8Array; signal?: AbortSignal; output?: ScriptOutput },
	): Promise<ScriptResult>;
	/** The running machine; resolves when there is one. */
	machine: Promise<Machine>;
	/** Starts a shell for the next `openTerminal` with just this environment, which takes it over as it is; resolves with its pid. */
	prepareTerminal(env: string[]): Promise<number>;
	/** The machine's state and its 9P server's, taken while it stands still. */
	save(): Promise<{ state: Uint8Array; fids: unknown }>;
}

type TerminalOptions = Parameters<Sandbox['openTerminal']>[0];

/** A fresh boot takes seconds, on a slow and busy computer a minute. */
const ANSWER_MS = 180_000;
const ENVIRONMENT = [
	'HOME=/root',
	'USER=root',
	'LOGNAME=root',
	'SHELL=/bin/bash',
	'LANG=C.UTF-8',
	'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
];

/** Starts a machine with its engine in this thread. Returns at once; `ready` tells when it can be used. */
export function createLocalSandbox(options: LocalSandboxOptions): LocalSandbox {
	return new ThreadSandbox(options);
}

class ThreadSandbox implements LocalSandbox {
	readonly ready: Promise<void>;
	readonly machine: Promise<Machine>;
	readonly #options: LocalSandboxOptions;
	readonly #progressListeners = new Set<(progress: BootProgress) => void>();
	readonly #callListeners = new Set<(call: ApiCall) => void>();
	#progress: BootProgress = { stage: 'fetching', message: 'Fetching the machine', done: 0, total: 0 };
	#runtime: GuestRuntime | null = null;
	#engine: Engine | null = null;
	#disposed = false;
	/** Why there is no machine any more; null while there is. */
	#ended: SandboxError | null = null;
	#session: Session | null = null;
	#reconciled: Promise<void> = Promise.resolve();
	readonly snapshots: KeptMachines;

	constructor(options: LocalSandboxOptions) {
		this.#options = options;
		const parts = this.#start();
		this.machine = parts.then(({ machine }) => machine);
		this.machine.catch(() => undefined);
		this.ready = parts.then(({ connected }) => connected);
		this.snapshots = new KeptMachines(this.ready.then(() => this.#snapshotParts()));
		this.ready.then(
			() => this.#tell('ready', 'Ready'),
			(error: unknown) => this.#tell('failed', messageOf(error)),
		);
	}

	engine: Sandbox['engine'] = async (request) => {
		await this.#usable();
		if (!this.#engine) throw unavailable('The machine has been shut down.');
		return this.#engine.handle(request);
	};

	onProgress(listener: (progress: BootProgress) => void): () => void {
		this.#progressListeners.add(listener);
		listener(this.#progress);
		return () => this.#progressListeners.delete(listener);
	}

	onApiCall(listener: (call: ApiCall) => void): () => void {
		this.#callListeners.add(listener);
		return () => this.#callListeners.delete(listener);
	}

	async openTerminal(options: TerminalOptions): Promise<TerminalSession> {
		const runtime = await this.#useRuntime();
		const shell = await runtime.spawn(terminalSpec(options));
		const { stdin, stdout } = shell.io;
		if (!stdin) throw internal('a terminal has an input');
		return {
			io: { readable: stdout, writable: stdin },
			resize: (newRows, newCols) => shell.resize(newRows, newCols),
			exited: shell.exited.then(({ code }) => code),
			close: async () => {
				const SIGHUP = 1;
				// A shell that has ended needs no hang-up.
				await shell.kill(SIGHUP).catch(() => undefined);
			},
		};
	}

	async prepareTerminal(env: string[]): Promise<number> {
		return (await this.#useRuntime()).prepare(terminalSpec({ rows: 24, cols: 80, env }));
	}

	async runScript(
		script: string,
		{ stdin, signal, output }: { stdin?: Uint8Array; signal?: AbortSignal; output?: ScriptOutput } = {},
	): Promise<ScriptResult> {
		const runtime = await this.#useRuntime();
		const shell = await runtime.spawn(
			processSpec({
				argv: ['/bin/bash', '-l', '-c', script],
				env: [...ENVIRONMENT, 'TERM=dumb'],
				tty: false,
				stdin: stdin !== undefined,
				rows: 0,
				cols: 0,
			}),
		);
		const stop = () => {
			const SIGKILL = 9;
			void shell.kill(SIGKILL).catch(() => undefined);
		};
		signal?.addEventListener('abort', stop);
		const feed = stdin && shell.io.stdin ? feedInput(shell.io.stdin, stdin) : Promise.resolve();
		const [stdout, stderr, status] = await Promise.all([
			take(shell.io.stdout, output?.stdout),
			shell.io.stderr ? take(shell.io.stderr, output?.stderr) : new Uint8Array(),
			shell.exited,
			feed,
		]);
		signal?.removeEventListener('abort', stop);
		return { exitCode: status.code, stdout, stderr };
	}

	async ping(): Promise<void> {
		await this.#usable();
		await this.#session?.ready();
		await this.#session?.setClock();
	}

	async instructions(): Promise<number> {
		return (await this.machine).instructions();
	}

	async save(): Promise<{ state: Uint8Array; fids: unknown }> {
		return (await this.machine).save();
	}

	async dispose(): Promise<void> {
		if (this.#disposed) return;
		this.#disposed = true;
		this.#engine?.dispose();
		const machine = await this.machine.catch(() => null);
		await machine?.dispose();
	}

	async #useRuntime(): Promise<GuestRuntime> {
		await this.#usable();
		if (this.#disposed || !this.#runtime) throw unavailable('The machine has been shut down.');
		return this.#runtime;
	}

	/** Throws what has become of the machine when there is none any more. */
	async #usable(): Promise<void> {
		await this.ready;
		await this.snapshots.settled;
		if (this.#ended) throw this.#ended;
	}

	async #snapshotParts(): Promise<SnapshotParts> {
		const machine = await this.machine;
		if (!this.#runtime || !this.#engine || !this.#session)
			throw internal('a machine that is ready has an engine');
		return {
			machine,
			runtime: this.#runtime,
			engine: this.#engine,
			session: this.#session,
			reconciled: () => this.#reconciled,
		};
	}

	async #start(): Promise<{ machine: Machine; connected: Promise<void> }> {
		const { fetchMachine, log, memoryMb, fresh } = this.#options;
		const { machine, server, restored } = await openMachine({
			fetch: fetchMachine,
			log,
			onProgress: (done, total) => this.#tell('fetching', 'Fetching the machine', { done, total }),
			...(memoryMb !== undefined && { memoryMb }),
			...(fresh !== undefined && { fresh }),
		});
		this.#tell(restored ? 'restoring' : 'booting', restored ? 'Waking the machine' : 'Booting Linux');
		const session = this.#connect(server);
		const ended = machine.ended.then(async ({ reason, error }) => {
			this.#end(reason, error);
			session.drop();
			await machine.dispose();
			throw error;
		});
		ended.catch(() => undefined);
		await machine.run();
		if (restored) {
			session.resume();
			this.#tell('connecting', 'Connecting to the machine');
		}
		return { machine, connected: Promise.race([this.#answer(session), ended]) };
	}

	/** The machine is gone, and with it all that ran there. */
	#end(reason: MachineEnd['reason'], error: SandboxError): void {
		this.#ended = error;
		this.#tell('failed', error.message, { ended: reason });
		this.#engine?.dispose();
		this.#runtime?.end();
	}

	/** Waits for the agent; a machine that does not get that far is given up. */
	async #answer(session: Session): Promise<void> {
		const settled = new AbortController();
		const late = this.#options.clock.sleep(ANSWER_MS, settled.signal).then(
			() => {
				throw unavailable('The machine does not answer. Start it again; close other programs if it is slow.');
			},
			() => undefined,
		);
		try {
			await Promise.race([session.ready(settled.signal), late]);
		} finally {
			settled.abort();
		}
	}

	/** Everything that lives on the agent's session: runtime, engine, commands, connections to docker.sock. */
	#connect(server: NinePServer): Session {
		const { clock, random, log, fetchHub, gunzip, outside } = this.#options;
		const session = new Session({ port: server.control, clock, log });
		const runtime = new GuestRuntime({ session, layers: server, clock });
		const { images = createMemoryStores(), registry = createMemoryStores() } = this.#options.stores ?? {};
		const hub = createRegistry({
			hub: fetchHub,
			stores: registry,
			clock,
			random,
			login: PUBLIC_LOGIN,
		});
		const { mirror } = this.#options;
		const engine = createEngine({
			runtime,
			registry: registryFetch(hub, mirror?.fetch),
			...(mirror && { mirrors: mirror.domains }),
			stores: images,
			...(gunzip && { gunzip }),
			...(outside && { outside }),
			clock,
			random,
			log,
		});
		this.#runtime = runtime;
		this.#session = session;
		this.#engine = engine;
		// What the learner does is observed; what checks ask of the engine is not.
		const observed = observeCalls(engine.handle, (call) => {
			for (const listener of [...this.#callListeners]) listener(call);
		});
		serveCommands(
			session,
			(command) => {
				const handler = command.env[UNOBSERVED] !== undefined ? engine.handle : observed;
				return dockerCommand(command, { engine: handler, registries: engine.registries }, runtime, clock);
			},
			log,
		);
		let wasConnected = false;
		session.listen({
			connected: () => {
				if (wasConnected)
					this.#reconciled = engine
						.reconcile()
						.catch((error: unknown) =>
							log('error', `containers could not be taken up again: ${messageOf(error)}`),
						);
				wasConnected = true;
				void engine.configure('start');
			},
			event: (event) => {
				if (event.name === 'RELOAD') void engine.configure('reload');
				if (event.name !== 'CONNECTION') return;
				const channel = session.channel(event.body.channel);
				if (channel)
					void serveHttp({ readable: channel.readable, writable: channel.writable }, observed, {
						now: () => clock.now(),
						log,
					});
			},
		});
		return session;
	}

	#tell(
		stage: BootProgress['stage'],
		message: string,
		rest: Partial<Omit<BootProgress, 'stage' | 'message'>> = {},
	): void {
		if (this.#progress.stage === 'failed') return;
		this.#progress = { stage, message, done: 0, total: 0, ...rest };
		for (const listener of [...this.#progressListeners]) listener(this.#progress);
	}
}

function processSpec(
	own: Pick<ProcessSpec, 'argv' | 'env' | 'tty' | 'stdin' | 'rows' | 'cols'>,
	cwd = '/root',
): ProcessSpec {
	return { ...own, cwd, user: '', caps: 0n, privileged: false, noNewPrivileges: false };
}

function terminalSpec(options: TerminalOptions): ProcessSpec {
	const { rows, cols, command = ['/bin/bash', '-l'], env = [], cwd } = options;
	return processSpec(
		{
			argv: command,
			env: [...ENVIRONMENT, 'TERM=xterm-256color', ...env],
			tty: true,
			stdin: true,
			rows,
			cols,
		},
		cwd,
	);
}
