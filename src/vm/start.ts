import { messageOf, type Log } from '#base';
import { fetchMachineFiles, fetchVerified, stateMismatch, unpacked, type FetchFile } from './files.ts';
import { Machine } from './machine.ts';
import type { FileServer } from './options.ts';
import type { FileRef, MachineFiles, SavedStateRef } from './machine-files.ts';

export interface StartOptions<S extends FileServer> {
	fetch: FetchFile;
	/** Makes the 9P server over the root filesystem whose index (gzip) this is. */
	serve: (rootIndex: Uint8Array) => Promise<S>;
	log: Log;
	/** Another size than machine.json's: the saved state cannot be used then. */
	memoryMb?: number;
	/** Boot afresh even if there is a saved state. */
	fresh?: boolean;
	onSerial?: (text: string) => void;
	/** Bytes fetched so far, and in all as far as is known. */
	onProgress?: (done: number, total: number) => void;
}

export interface StartedMachine<S extends FileServer> {
	/** Stands still; `run` starts it. */
	machine: Machine;
	server: S;
	files: MachineFiles;
	/** Whether it goes on from the saved state rather than booting. */
	restored: boolean;
}

/**
 * Makes the machine that machine.json describes: from its saved state when that fits, else to be booted.
 * Rejects with a SandboxError whose message says what to do.
 */
export async function startMachine<S extends FileServer>(
	options: StartOptions<S>,
): Promise<StartedMachine<S>> {
	const files = await fetchMachineFiles(options.fetch);
	const memoryMb = options.memoryMb ?? files.memoryMb;
	const mismatch = options.fresh ? 'a fresh boot was asked for' : stateMismatch(files, memoryMb);
	if (files.state && !mismatch) {
		try {
			return await start(options, files, memoryMb, files.state);
		} catch (error) {
			options.log('warn', `the machine is booted afresh: ${messageOf(error)}`);
		}
	} else options.log('info', `the machine is booted afresh: ${mismatch}`);
	return start(options, files, memoryMb, undefined);
}

async function start<S extends FileServer>(
	options: StartOptions<S>,
	files: MachineFiles,
	memoryMb: number,
	saved: SavedStateRef | undefined,
): Promise<StartedMachine<S>> {
	const get = fetcher(options, saved ? [saved, saved.fids] : [files.kernel, files.bios, files.vgaBios]);
	const state = saved && get(saved);
	// Awaited in the end; a failure before that must not count as nobody's.
	state?.catch(() => undefined);
	const [wasm, server, fids, boot] = await Promise.all([
		get(files.wasm).then((bytes) => unpacked(files.wasm, bytes)),
		get(files.root).then(options.serve),
		saved && get(saved.fids).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as unknown),
		saved ? undefined : fetchBoot(get, files),
	]);
	if (saved) server.thaw(fids);
	const { onSerial } = options;
	const machine = await Machine.create({
		wasm,
		memoryMb,
		ninep: server,
		...(state && { state }),
		...(boot && { boot }),
		...(onSerial && { onSerial }),
	});
	return { machine, server, files, restored: saved !== undefined };

	/** Fetches and checks, and tells of the progress of all fetches together. */
	function fetcher({ fetch, onProgress }: StartOptions<S>, more: FileRef[]) {
		const refs = [files.wasm, files.root, ...more];
		const total = refs.reduce((sum, { size }) => sum + size, 0);
		const done = new Map<FileRef, number>();
		return (ref: FileRef) =>
			fetchVerified(fetch, ref, (received) => {
				done.set(ref, received);
				onProgress?.(
					[...done.values()].reduce((sum, bytes) => sum + bytes, 0),
					total,
				);
			});
	}
}

async function fetchBoot(get: (ref: FileRef) => Promise<Uint8Array>, files: MachineFiles) {
	const [kernel, bios, vgaBios] = await Promise.all([get(files.kernel), get(files.bios), get(files.vgaBios)]);
	return { kernel, bios, vgaBios, cmdline: files.cmdline };
}
