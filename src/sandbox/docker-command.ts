import type { HttpHandler } from '#api';
import type { Clock } from '#base';
import { runDocker, type CommandContext } from '#cli';
import type { GuestRuntime, HostCommand } from '#guest';
import { FileType, isType } from '#oci';

/** The `docker` command of a stub in the guest, run here against the engine. Resolves with its exit code. */
export function dockerCommand(
	command: HostCommand,
	engine: HttpHandler,
	runtime: GuestRuntime,
	clock: Clock,
): Promise<number> {
	const encoder = new TextEncoder();
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
		engine,
		files: {
			read: (path) => runtime.readFile('', path, Number.MAX_SAFE_INTEGER),
			write: (path, content, mode) =>
				runtime.writeFile('', path, content, { parents: true, ...(mode !== undefined && { mode }) }),
			stat: async (path) => {
				const { mode, size } = await runtime.stat('', path, { follow: true });
				return { isDirectory: isType(mode, FileType.DIRECTORY), size, mode: mode & 0o7777 };
			},
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
	return runDocker(context);
}
