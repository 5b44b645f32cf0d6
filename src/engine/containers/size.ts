import { readAll } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';

/** Where the guest keeps a container's writable layer. */
export function upperDirectory(container: { id: string }): string {
	return `/var/lib/docker/overlay2/${container.id}/diff`;
}

/** Bytes in a container's writable layer. */
export async function diskUsage(daemon: Daemon, container: Container): Promise<number> {
	const [used = 0] = await daemon.ports.runtime.usage([upperDirectory(container)]);
	return used;
}

/** Runs a program of the guest to its end; its standard output as text. */
export async function runInGuest(
	daemon: Daemon,
	argv: string[],
	stdin?: string,
): Promise<{ code: number; output: string; errors: string }> {
	const process = await daemon.ports.runtime.spawn({
		argv,
		env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C'],
		cwd: '/',
		user: '',
		tty: false,
		stdin: stdin !== undefined,
		rows: 0,
		cols: 0,
		caps: 0n,
		privileged: true,
		noNewPrivileges: false,
	});
	if (stdin !== undefined && process.io.stdin) {
		const writer = process.io.stdin.getWriter();
		await writer.write(new TextEncoder().encode(stdin));
		await writer.close();
	}
	const [output, errors, { code }] = await Promise.all([
		readAll(process.io.stdout),
		process.io.stderr ? readAll(process.io.stderr) : new Uint8Array(),
		process.exited,
	]);
	const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
	return { code, output: text(output), errors: text(errors) };
}
