import { invalid, readAll } from '#base';
import { compressionOf, unpackLayer } from '#oci';
import type { Daemon } from '../daemon.ts';
import { toolProcess } from '../tool.ts';

const LARGEST = 1024 ** 3;

/** The tar in an archive, compressed in any way that Docker knows. Throws `invalid` on damage or when it grows too large. */
export async function unpackArchive(daemon: Daemon, bytes: Uint8Array): Promise<Uint8Array> {
	const kind = compressionOf(bytes);
	// What has no decoder here has a program in the guest.
	if (kind === 'bzip2' || kind === 'xz') return inGuest(daemon, [kind, '-dc'], bytes);
	return unpackLayer(bytes, { limit: LARGEST, gunzip: daemon.ports.gunzip });
}

async function inGuest(daemon: Daemon, argv: string[], bytes: Uint8Array): Promise<Uint8Array> {
	const process = await daemon.ports.runtime.spawn(toolProcess(argv));
	const { stdin, stdout, stderr } = process.io;
	const writer = stdin?.getWriter();
	const fed = (async () => {
		await writer?.write(bytes);
		await writer?.close();
	})();
	// A program that stops reading says why on its own.
	fed.catch(() => undefined);
	const [tar, errors, { code }] = await Promise.all([
		readAll(stdout, LARGEST),
		stderr ? readAll(stderr) : new Uint8Array(),
		process.exited,
	]);
	if (code !== 0) throw invalid(new TextDecoder().decode(errors).trim() || `${argv[0]} failed`);
	return tar;
}
