import type { Clock } from '#base';
import { endingWith } from '#client';
import { runDocker, type CommandContext, type PathInfo } from '#cli';
import type { ProcessSpec } from '#engine';
import type { GuestRuntime, HostCommand } from '#guest';
import { FileType, isType } from '#oci';

/** Writes a file piece by piece; what was there stays until the first piece has come. */
async function writeFile(
	runtime: GuestRuntime,
	path: string,
	content: Uint8Array | ReadableStream<Uint8Array>,
	mode: number | undefined,
): Promise<void> {
	const options = { parents: true, ...(mode !== undefined && { mode }) };
	if (content instanceof Uint8Array) return runtime.writeFile('', path, content, options);
	const reader = content.getReader();
	for (let append = false; ; append = true) {
		const { done, value } = await reader.read();
		if (!done) await runtime.writeFile('', path, value, { ...options, append });
		else if (!append) await runtime.writeFile('', path, new Uint8Array(), options);
		if (done) return;
	}
}

function removal(path: string): ProcessSpec {
	return {
		argv: ['/bin/rm', '-rf', '--', path],
		env: [],
		cwd: '/',
		user: '',
		tty: false,
		stdin: false,
		rows: 0,
		cols: 0,
		caps: 0n,
		privileged: false,
		noNewPrivileges: false,
	};
}

/** The guest's own files. */
const GUEST = { id: '', lowers: [], binds: [] };

function kindOf(mode: number): PathInfo['kind'] {
	if (isType(mode, FileType.DIRECTORY)) return 'directory';
	if (isType(mode, FileType.FILE)) return 'file';
	if (isType(mode, FileType.SYMLINK)) return 'link';
	return isType(mode, FileType.CHARACTER) || isType(mode, FileType.BLOCK) ? 'device' : 'other';
}

/** The `docker` command of a stub in the guest, run here against the engine. Resolves with its exit code. */
export function dockerCommand(
	command: HostCommand,
	{ engine, registries }: Pick<CommandContext, 'engine' | 'registries'>,
	runtime: GuestRuntime,
	clock: Clock,
): Promise<number> {
	const encoder = new TextEncoder();
	const connections = new AbortController();
	const end = () => connections.abort();
	command.signal.addEventListener('abort', end, { once: true });
	const output = (write: (bytes: Uint8Array) => Promise<void>, isTty: boolean) => ({
		isTty,
		write: (bytes: Uint8Array | string) => write(typeof bytes === 'string' ? encoder.encode(bytes) : bytes),
	});
	const context: CommandContext = {
		argv: command.argv,
		env: command.env,
		cwd: command.cwd,
		stdin: { stream: command.stdin, isTty: command.tty.stdin },
		stdout: output((bytes) => command.writeStdout(bytes), command.tty.stdout),
		stderr: output((bytes) => command.writeStderr(bytes), command.tty.stderr),
		engine: endingWith(engine, connections.signal),
		registries,
		files: {
			read: (path) => runtime.readFile('', path, Number.MAX_SAFE_INTEGER),
			write: (path, content, mode) => writeFile(runtime, path, content, mode),
			stat: async (path) => {
				const { mode, size } = await runtime.stat('', path, { follow: true });
				return { isDirectory: isType(mode, FileType.DIRECTORY), size, mode: mode & 0o7777 };
			},
			lstat: async (path) => {
				const { mode, linkTarget } = await runtime.statPath(GUEST, path);
				return { kind: kindOf(mode), linkTarget };
			},
			archive: async (path, name) => (await runtime.archive(GUEST, path, name)).tar,
			remove: async (path) => {
				const process = await runtime.spawn(removal(path));
				await process.exited;
			},
			// What is copied out of a container belongs to whoever runs the command.
			extract: (path, tar) => runtime.extract(GUEST, path, tar, { keepKinds: true, owner: '0:0' }),
		},
		clock,
		terminal: {
			size: () => command.size(),
			setRaw: (raw) => command.setRaw(raw),
			onResize: (listener) => command.onResize(listener),
		},
		onSignal: (listener) => command.onSignal(listener),
		signal: command.signal,
	};
	return runDocker(context).finally(end);
}
