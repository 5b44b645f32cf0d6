import { invalid, readAll } from '#base';
import { unpackLayer } from '#oci';
import type { Daemon } from '../daemon.ts';
import { toolProcess } from '../tool.ts';

const LARGEST = 1024 ** 3;

/** How an archive may be compressed besides gzip and zstd, and the guest's program that undoes it. */
const PROGRAMS: { magic: number[]; argv: string[] }[] = [
	{ magic: [0x42, 0x5a, 0x68], argv: ['bzip2', '-dc'] },
	{ magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], argv: ['xz', '-dc'] },
];

/** The tar in an archive, compressed in any way that Docker knows. Throws `invalid` on damage or when it grows too large. */
export async function unpackArchive(daemon: Daemon, bytes: Uint8Array): Promise<Uint8Array> {
	const program = PROGRAMS.find(({ magic }) => magic.every((byte, at) => bytes[at] === byte));
	return program ? inGuest(daemon, program.argv, bytes) : unpackLayer(bytes, LARGEST);
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
