import { serveHttp, type HttpHandler } from '#api';
import { notFound, SandboxError, duplexPair, type Duplex } from '#base';
import { readLayerTree } from '#oci';
import type {
	ContainerSpec,
	ExitStatus,
	ExtractOptions,
	FileChange,
	FileRoot,
	FileStat,
	PathStat,
	ProcessIo,
	ProcessSpec,
	Publication,
	Runtime,
	RunningProcess,
	Task,
} from '#engine';
import { FakeFiles } from './fake-files.ts';

/** What a scripted program may do. */
export interface ProgramContext {
	argv: string[];
	spec: ProcessSpec;
	stdin: ReadableStreamDefaultReader<Uint8Array> | null;
	out(text: string): Promise<void>;
	err(text: string): Promise<void>;
	/** Resolves with the next signal sent to it. */
	signal(): Promise<number>;
	size: { rows: number; cols: number };
}
export type Program = (context: ProgramContext) => Promise<number>;

/** Programs of the fake guest, by argv[0]. A signal that a program does not wait for ends it, but for process 1's SIGTERM. */
const PROGRAMS: Record<string, Program> = {
	true: async () => 0,
	false: async () => 1,
	echo: async ({ argv, out }) => {
		await out(`${argv.slice(1).join(' ')}\n`);
		return 0;
	},
	warn: async ({ argv, err }) => {
		await err(`${argv.slice(1).join(' ')}\n`);
		return 0;
	},
	exit: async ({ argv }) => Number(argv[1]),
	cat: async ({ stdin, out }) => {
		for (;;) {
			const next = await stdin?.read();
			if (!next || next.done) return 0;
			await out(new TextDecoder().decode(next.value));
		}
	},
	sleep: async ({ signal }) => {
		for (;;) {
			const number = await signal();
			if (number === 9) return 137;
		}
	},
	polite: async ({ signal }) => {
		await signal();
		return 0;
	},
};

/** A process that runs one of the programs above. */
class FakeProcess implements Task {
	readonly pid: number;
	readonly io: ProcessIo;
	readonly exited: Promise<ExitStatus>;
	readonly size: { rows: number; cols: number };
	onOutOfMemory: () => void = () => undefined;
	readonly #signals: number[] = [];
	#waiting: ((signal: number) => void) | null = null;
	#killed: (status: ExitStatus) => void = () => {};

	constructor(pid: number, spec: ProcessSpec, program: Program, now: () => number) {
		this.pid = pid;
		this.size = { rows: spec.rows, cols: spec.cols };
		const stdin = spec.stdin ? new TransformStream<Uint8Array, Uint8Array>() : null;
		const stdout = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 64 });
		const stderr = spec.tty
			? null
			: new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 64 });
		this.io = {
			stdin: stdin?.writable ?? null,
			stdout: stdout.readable,
			stderr: stderr?.readable ?? null,
		};
		const out = stdout.writable.getWriter();
		const err = stderr?.writable.getWriter() ?? out;
		const write = (to: WritableStreamDefaultWriter<Uint8Array>) => (text: string) =>
			to.write(new TextEncoder().encode(text));
		const killed = new Promise<ExitStatus>((resolve) => {
			this.#killed = resolve;
		});
		const ran = program({
			argv: spec.argv,
			spec,
			stdin: stdin?.readable.getReader() ?? null,
			out: write(out),
			err: write(err),
			signal: () => this.#nextSignal(),
			size: this.size,
		}).then((code): ExitStatus => ({ code, oomKilled: false, at: now() }));
		this.exited = Promise.race([ran, killed]).then(async (status) => {
			await Promise.all([out.close(), err === out ? undefined : err.close()]);
			return status;
		});
	}

	async kill(signal: number): Promise<void> {
		if (this.#waiting) {
			const waiting = this.#waiting;
			this.#waiting = null;
			waiting(signal);
		} else if (signal === 9) {
			this.#killed({ code: 137, oomKilled: false, at: 0 });
		} else {
			this.#signals.push(signal);
		}
	}

	async resize(rows: number, cols: number): Promise<void> {
		Object.assign(this.size, { rows, cols });
	}

	/** Ends it from outside, as the kernel's out-of-memory killer does. */
	end(status: ExitStatus): void {
		this.#killed(status);
	}

	#nextSignal(): Promise<number> {
		const queued = this.#signals.shift();
		if (queued !== undefined) return Promise.resolve(queued);
		return new Promise((resolve) => {
			this.#waiting = resolve;
		});
	}
}

/** A guest made of scripted programs, for tests of the engine. */
export class FakeRuntime implements Runtime {
	readonly programs: Record<string, Program> = { ...PROGRAMS };
	readonly layers = new Map<string, Uint8Array>();
	readonly started: ContainerSpec[] = [];
	/** What containers publish since their networks have changed. */
	readonly published = new Map<string, Publication>();
	readonly spawned: ProcessSpec[] = [];
	readonly removed: string[] = [];
	readonly files = new Map<string, Uint8Array>();
	/** The files of each container, and of the guest (`''`). */
	readonly roots = new Map<string, FakeFiles>();
	readonly tasks = new Map<string, FakeProcess>();
	/** The next start fails with this. */
	failure: SandboxError | null = null;
	#pid = 100;
	readonly #now: () => number;

	constructor(now: () => number = () => 0) {
		this.#now = now;
	}

	/** What answers HTTP at `ADDRESS:PORT`. */
	readonly servers = new Map<string, HttpHandler>();

	async dial(address: string, port: number): Promise<Duplex> {
		const handler = this.servers.get(`${address}:${port}`);
		if (!handler) throw new SandboxError('internal', 'connection refused');
		const [near, far] = duplexPair();
		void serveHttp(far, handler, { now: this.#now, log: () => undefined });
		return near;
	}

	async addLayer(diffId: string, tar: Uint8Array): Promise<void> {
		readLayerTree(tar);
		this.layers.set(diffId, tar);
	}

	async removeLayer(diffId: string): Promise<void> {
		this.layers.delete(diffId);
	}

	async start(spec: ContainerSpec): Promise<Task> {
		const { failure } = this;
		this.failure = null;
		if (failure) throw failure;
		const task = this.#run(spec.process);
		this.started.push(spec);
		for (const { path, content } of spec.files)
			this.files.set(`:/var/lib/docker/containers/${spec.id}/${path}`, content);
		this.tasks.set(spec.id, task);
		void task.exited.then(() => this.tasks.delete(spec.id));
		return task;
	}

	async publish(id: string, publication: Publication): Promise<void> {
		this.published.set(id, publication);
	}

	async exec(_containerId: string, spec: ProcessSpec): Promise<RunningProcess> {
		return this.#run(spec);
	}

	async spawn(spec: ProcessSpec): Promise<RunningProcess> {
		this.spawned.push(spec);
		const program = this.programs[spec.argv[0] ?? ''] ?? (async () => 0);
		return new FakeProcess(this.#pid++, spec, program, this.#now);
	}

	async remove(id: string): Promise<void> {
		this.removed.push(id);
	}

	async list() {
		return [...this.tasks].map(([id, { pid }]) => ({ id, pid, running: true, exit: null }));
	}

	async adopt(id: string): Promise<Task> {
		const task = this.tasks.get(id);
		if (!task) throw notFound(`no shim for ${id}`);
		return task;
	}

	async processes(id: string): Promise<number[]> {
		const task = this.tasks.get(id);
		return task ? [task.pid] : [];
	}

	async readFile(id: string, path: string): Promise<Uint8Array> {
		const file = this.files.get(`${id}:${path}`);
		if (!file) throw notFound(`${path}: no such file or directory`);
		return file;
	}

	async writeFile(id: string, path: string, content: Uint8Array): Promise<void> {
		this.files.set(`${id}:${path}`, content);
	}

	async stat(id: string, path: string): Promise<FileStat> {
		const { length } = await this.readFile(id, path);
		return { mode: 0o100644, size: length, mtimeMs: 0, uid: 0, gid: 0, linkTarget: '', major: 0, minor: 0 };
	}

	async statPath(root: FileRoot, path: string): Promise<PathStat> {
		return this.#filesOf(root).stat(path);
	}

	async archive(root: FileRoot, path: string, name: string) {
		return this.#filesOf(root).archive(path, name);
	}

	async extract(
		root: FileRoot,
		path: string,
		tar: ReadableStream<Uint8Array>,
		options: ExtractOptions = {},
	): Promise<void> {
		await this.#filesOf(root).extract(path, tar, options);
	}

	async changes(root: FileRoot): Promise<FileChange[]> {
		return this.#filesOf(root).changes();
	}

	async layer(root: FileRoot): Promise<ReadableStream<Uint8Array>> {
		return this.#filesOf(root).layer();
	}

	async usage(paths: string[]): Promise<number[]> {
		return paths.map((path) => {
			const id = /^\/var\/lib\/docker\/overlay2\/([0-9a-f]+)\/diff$/.exec(path)?.[1] ?? '';
			return this.roots.get(id)?.size ?? 0;
		});
	}

	#filesOf({ id, lowers }: FileRoot): FakeFiles {
		const known = this.roots.get(id);
		if (known) return known;
		const files = new FakeFiles(lowers.map((diffId) => this.layers.get(diffId) ?? new Uint8Array()));
		this.roots.set(id, files);
		return files;
	}

	async facts() {
		return {
			kernelVersion: '6.1.0',
			operatingSystem: 'Drydock',
			osVersion: '1',
			hostname: 'docker-host',
			memoryBytes: 512 * 1024 * 1024,
			cpus: 1,
		};
	}

	#run(spec: ProcessSpec): FakeProcess {
		const name = spec.argv[0] ?? '';
		const program = this.programs[name];
		if (!program) {
			throw new SandboxError(
				'not-found',
				`exec: ${JSON.stringify(name)}: executable file not found in $PATH`,
			);
		}
		return new FakeProcess(this.#pid++, spec, program, this.#now);
	}
}
