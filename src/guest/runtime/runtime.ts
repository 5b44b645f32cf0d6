import { kindOf, type Clock, type Duplex } from '#base';
import type {
	ContainerSpec,
	ExitStatus,
	ExtractOptions,
	FileChange,
	FileRoot,
	FileStat,
	MachineFacts,
	PathStat,
	ProcessSpec,
	Publication,
	RunningProcess,
	Runtime,
	Task,
	TaskState,
} from '../../engine/ports.ts';
import { Flag, WriteFlag, type EventBody } from '../protocol/index.ts';
import type { Hello, Session } from '../session/session.ts';
import { GuestFiles } from './files.ts';
import { GuestLayers, type FrozenLayers, type LayerExport } from './layers.ts';
import { GuestProcess, Streams } from './process.ts';
import { spawnBody, startBody } from './spec.ts';

export interface GuestRuntimeOptions {
	session: Session;
	layers: LayerExport;
	clock: Clock;
}

/** How much of a file one READ asks for. */
const READ_SIZE = 128 * 1024;

/**
 * Process 1 of a container gets only the signals it has asked for. On a machine as slow as this, whoever starts it and
 * stops it at once would be there before it has: it is given this long.
 */
const YOUTH_MS = 100;

/** The engine's runtime over the guest's agent. */
export class GuestRuntime implements Runtime {
	readonly #session: Session;
	readonly #layers: GuestLayers;
	readonly #clock: Clock;
	readonly #files: GuestFiles;
	readonly #processes = new Map<number, GuestProcess>();
	readonly #tasks = new Map<string, GuestProcess>();
	/** Every container the agent has a shim or a directory for. */
	readonly #states = new Map<string, TaskState>();
	#nextHandle = 1;

	constructor({ session, layers, clock }: GuestRuntimeOptions) {
		this.#session = session;
		this.#clock = clock;
		this.#files = new GuestFiles(session, (diffIds) => this.#layers.lowersOf(diffIds));
		this.#layers = new GuestLayers(layers, session, this.#files, clock);
		session.listen({
			connected: (hello) => this.#connected(hello),
			lost: () => this.#lost(),
			event: (event) => {
				if (event.name === 'EXITED') this.#exited(event.body);
				else if (event.name === 'CONTAINER_EXITED') this.#containerExited(event.body);
				else if (event.name === 'CONTAINER_OUT_OF_MEMORY') this.#tasks.get(event.body.id)?.onOutOfMemory();
			},
		});
	}

	/** What it must know again when the machine is put back. */
	freeze(): FrozenLayers {
		return this.#layers.freeze();
	}

	/** The machine has been put back: nothing that was under way goes on, and containers wait to be adopted. */
	thaw(frozen: FrozenLayers): void {
		this.#layers.thaw(frozen);
		this.#forgetTasks();
	}

	addLayer(diffId: string, tar: Uint8Array): Promise<void> {
		return this.#layers.add(diffId, tar);
	}

	removeLayer(diffId: string): Promise<void> {
		return this.#layers.remove(diffId);
	}

	async start(spec: ContainerSpec): Promise<Task> {
		const streams = new Streams(this.#session, spec.process, true);
		const task = new GuestProcess(this.#session, { handle: 0, container: spec.id }, streams);
		this.#tasks.set(spec.id, task);
		try {
			const { pid } = await this.#session.request(
				'START',
				startBody(spec, this.#layers.lowersOf(spec.lowers), streams.numbers),
			);
			task.pid = pid;
			task.grown = this.#clock.sleep(YOUTH_MS);
			// One that ends at once may have told so already.
			if (!task.status) this.#states.set(spec.id, { id: spec.id, pid, running: true, exit: null });
			return task;
		} catch (error) {
			this.#tasks.delete(spec.id);
			for (const channel of streams.channels) channel.close();
			throw error;
		}
	}

	async publish(id: string, { ports, rulesUp, rulesDown }: Publication): Promise<void> {
		await this.#session.request('PUBLISH', { id, ports, rulesUp, rulesDown });
	}

	exec(containerId: string, spec: ProcessSpec): Promise<RunningProcess> {
		return this.#spawn(containerId, spec);
	}

	spawn(spec: ProcessSpec): Promise<RunningProcess> {
		return this.#spawn('', spec);
	}

	/** Starts a program on a terminal for the next `spawn` of the same, which then finds it where it has got to. */
	async prepare(spec: ProcessSpec): Promise<number> {
		const body = spawnBody(0, '', spec, { stdin: 0, stdout: 0, stderr: 0 });
		const { pid } = await this.#session.request('SPAWN', { ...body, flags: body.flags | Flag.SPARE });
		return pid;
	}

	async remove(id: string): Promise<void> {
		await this.#session.request('REMOVE', { id });
		this.#states.delete(id);
	}

	async list(): Promise<TaskState[]> {
		return [...this.#states.values()];
	}

	async adopt(id: string, options: { tty: boolean; stdin: boolean }): Promise<Task> {
		const known = this.#tasks.get(id);
		if (known) return known;
		const streams = new Streams(this.#session, options, true);
		const task = new GuestProcess(this.#session, { handle: 0, container: id }, streams);
		task.pid = this.#states.get(id)?.pid ?? 0;
		this.#tasks.set(id, task);
		await this.#session.request('ADOPT', { id, ...streams.numbers });
		return task;
	}

	async processes(id: string): Promise<number[]> {
		return (await this.#session.request('PROCESSES', { container: id })).pids;
	}

	async readFile(id: string, path: string, maxBytes: number): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		let length = 0;
		for (;;) {
			const wanted = Math.min(READ_SIZE, maxBytes - length);
			const { content, more } = await this.#session.request('READ', {
				container: id,
				path,
				max: wanted,
				offset: BigInt(length),
			});
			parts.push(content.slice());
			length += content.length;
			if (!more || content.length === 0 || length >= maxBytes) break;
		}
		const whole = new Uint8Array(length);
		let at = 0;
		for (const part of parts) {
			whole.set(part, at);
			at += part.length;
		}
		return whole;
	}

	async writeFile(
		id: string,
		path: string,
		content: Uint8Array,
		options: { mode?: number; append?: boolean; parents?: boolean } = {},
	): Promise<void> {
		let append = options.append ?? false;
		let at = 0;
		do {
			const flags = (append ? WriteFlag.APPEND : 0) | (options.parents ? WriteFlag.PARENTS : 0);
			const part = content.subarray(at, at + READ_SIZE);
			await this.#session.request('WRITE', {
				container: id,
				path,
				flags,
				mode: options.mode ?? 0o644,
				content: part,
			});
			at += part.length;
			append = true;
		} while (at < content.length);
	}

	async stat(id: string, path: string, options: { follow?: boolean } = {}): Promise<FileStat> {
		const { size, mtimeNs, ...stat } = await this.#session.request('STAT', {
			container: id,
			path,
			follow: options.follow ?? false,
		});
		return { ...stat, size: Number(size), mtimeMs: Number(mtimeNs / 1_000_000n) };
	}

	statPath(root: FileRoot, path: string): Promise<PathStat> {
		return this.#files.statPath(root, path);
	}

	archive(
		root: FileRoot,
		path: string,
		name: string,
	): Promise<{ stat: PathStat; tar: ReadableStream<Uint8Array> }> {
		return this.#files.archive(root, path, name);
	}

	extract(
		root: FileRoot,
		path: string,
		tar: ReadableStream<Uint8Array>,
		options: ExtractOptions = {},
	): Promise<void> {
		return this.#files.extract(root, path, tar, options);
	}

	changes(root: FileRoot): Promise<FileChange[]> {
		return this.#files.changes(root);
	}

	layer(root: FileRoot): Promise<ReadableStream<Uint8Array>> {
		return this.#files.layer(root);
	}

	usage(paths: string[]): Promise<number[]> {
		return this.#files.usage(paths);
	}

	async dial(address: string, port: number): Promise<Duplex> {
		const channel = this.#session.openChannel('both');
		try {
			await this.#session.request('DIAL', { address, port, channel: channel.id });
		} catch (error) {
			channel.close();
			throw error;
		}
		return { readable: channel.readable, writable: channel.writable };
	}

	async facts(): Promise<MachineFacts> {
		const read = async (path: string) =>
			new TextDecoder().decode(await this.readFile('', path, 64 * 1024)).trim();
		const [release, os, hostname, memory] = await Promise.all([
			read('/proc/sys/kernel/osrelease'),
			read('/etc/os-release'),
			read('/proc/sys/kernel/hostname'),
			read('/proc/meminfo'),
		]);
		const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(os)?.[1] ?? '';
		return {
			kernelVersion: release,
			operatingSystem: field('PRETTY_NAME'),
			osVersion: field('VERSION_ID'),
			hostname,
			memoryBytes: Number(/^MemTotal:\s+(\d+)/m.exec(memory)?.[1] ?? 0) * 1024,
			// v86 has one processor.
			cpus: 1,
		};
	}

	async #spawn(container: string, spec: ProcessSpec): Promise<RunningProcess> {
		const streams = new Streams(this.#session, spec, false);
		const handle = this.#nextHandle++;
		const process = new GuestProcess(this.#session, { handle, container }, streams);
		this.#processes.set(handle, process);
		try {
			const { pid } = await this.#session.request(
				'SPAWN',
				spawnBody(handle, container, spec, streams.numbers),
			);
			process.pid = pid;
			return process;
		} catch (error) {
			this.#processes.delete(handle);
			for (const channel of streams.channels) channel.close();
			throw error;
		}
	}

	#connected(hello: Hello): void {
		this.#states.clear();
		for (const { id, pid, running, exitCode, oom, exitedNs } of hello.shims) {
			const exit = running ? null : this.#status(exitCode, oom, exitedNs);
			this.#states.set(id, { id, pid, running, exit });
		}
		for (const [id, task] of [...this.#tasks]) void this.#takeUp(id, task);
	}

	/** Goes on with a container after the agent was restarted: its streams are the same, only the road is new. */
	async #takeUp(id: string, task: GuestProcess): Promise<void> {
		const state = this.#states.get(id);
		if (!state?.running) this.#tasks.delete(id);
		if (!state) {
			task.finish({ code: 255, oomKilled: false, at: this.#clock.now() });
			return;
		}
		task.streams.rebind();
		try {
			const adopted = this.#session.request('ADOPT', { id, ...task.streams.numbers });
			task.streams.resume();
			await adopted;
		} catch (error) {
			// Lost again: the next session will take it up. Anything else means that it is gone.
			if (kindOf(error) === 'unavailable') return;
			this.#tasks.delete(id);
			task.finish({ code: 255, oomKilled: false, at: this.#clock.now() });
			return;
		}
		if (state.exit) task.finishLate(state.exit);
	}

	/** The machine is gone: nothing runs there any more, and nothing will be adopted. */
	end(): void {
		this.#lost();
		this.#forgetTasks();
	}

	#forgetTasks(): void {
		const tasks = [...this.#tasks.values()];
		this.#tasks.clear();
		this.#states.clear();
		for (const task of tasks) task.finish({ code: 255, oomKilled: false, at: this.#clock.now() });
	}

	/** Processes that were spawned die with the agent's end of their pipes; containers wait to be adopted. */
	#lost(): void {
		for (const process of this.#processes.values())
			process.finish({ code: 255, oomKilled: false, at: this.#clock.now() });
		this.#processes.clear();
	}

	#exited({ handle, code }: EventBody<'EXITED'>): void {
		const process = this.#processes.get(handle);
		this.#processes.delete(handle);
		process?.finish({ code, oomKilled: false, at: this.#clock.now() });
	}

	#containerExited({ id, code, oom, unixNs }: EventBody<'CONTAINER_EXITED'>): void {
		const task = this.#tasks.get(id);
		this.#tasks.delete(id);
		const exit = this.#status(code, oom, unixNs);
		this.#states.set(id, { id, pid: 0, running: false, exit });
		task?.finish(exit);
	}

	#status(code: number, oomKilled: boolean, unixNs: bigint): ExitStatus {
		return { code, oomKilled, at: unixNs === 0n ? this.#clock.now() : Number(unixNs / 1000n) / 1000 };
	}
}
