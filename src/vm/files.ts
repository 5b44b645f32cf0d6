import { invalid, messageOf, readAll, streamOf, unavailable } from '#base';
import { DEVICES_KEY } from './emulator.ts';
import type { FileRef, MachineFiles, SavedStateRef } from './machine-files.ts';

/** The part of a saved state's description that must agree with the machine. */
export type StateIdentity = Omit<SavedStateRef, keyof FileRef | 'fids'>;

/** The version of v86 this build was made with; part of a saved state's identity. */
export const V86_VERSION = '0.5.462';

/** Fetches a file beside machine.json, whole. `onBytes` hears of progress, `signal` gives up. */
export type FetchFile = (file: string, onBytes?: (received: number) => void) => Promise<Uint8Array>;

/** Reads machine.json. Rejects with `unavailable` or `invalid`, saying what to do. */
export async function fetchMachineFiles(fetch: FetchFile): Promise<MachineFiles> {
	const bytes = await fetch('machine.json').catch((error: unknown) => {
		throw unavailable(
			`The machine's description (machine.json) could not be loaded: ${messageOf(error)}. Check the connection and reload the page.`,
			{ cause: error, detail: { reason: 'file-missing', file: 'machine.json' } },
		);
	});
	try {
		const files = JSON.parse(new TextDecoder().decode(bytes)) as MachineFiles;
		if (files.version === 1) return files;
	} catch {
		// Falls through to the same sentence: what came is not our file.
	}
	throw invalid(
		"The machine's description (machine.json) is damaged or of another version. Reload the page; if that does not help, the site was not installed whole.",
		{ detail: { reason: 'file-corrupt', file: 'machine.json' } },
	);
}

/** Fetches one file of the machine and checks that it is what machine.json says. */
export async function fetchVerified(
	fetch: FetchFile,
	ref: FileRef,
	onBytes?: (received: number) => void,
): Promise<Uint8Array> {
	const bytes = await fetch(ref.file, onBytes).catch((error: unknown) => {
		throw unavailable(
			`A file of the machine (${ref.file}) could not be loaded: ${messageOf(error)}. Check the connection and reload the page.`,
			{ cause: error, detail: { reason: 'file-missing', file: ref.file } },
		);
	});
	if ((await sha256(bytes)) !== ref.sha256)
		throw invalid(
			`A file of the machine (${ref.file}) is damaged. Reload the page without its cache (Ctrl-Shift-R); if that does not help, the site was not installed whole.`,
			{ detail: { reason: 'file-corrupt', file: ref.file } },
		);
	return bytes;
}

/** What a file holds: unpacked when its name ends in `.gzip` (not `.gz`: some web servers would send that as an encoding, and browsers undo it). */
export async function unpacked(ref: FileRef, bytes: Uint8Array): Promise<Uint8Array> {
	if (!ref.file.endsWith('.gzip')) return bytes;
	const gunzip = new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>;
	return readAll(streamOf(bytes).pipeThrough(gunzip));
}

/** Hex sha256. */
export async function sha256(bytes: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a state that is saved from these files' machine must be restored with. */
export function stateIdentity(files: MachineFiles, memoryMb = files.memoryMb): StateIdentity {
	return {
		v86Version: V86_VERSION,
		wasm: files.wasm.sha256,
		bios: files.bios.sha256,
		vgaBios: files.vgaBios.sha256,
		root: files.root.sha256,
		memoryMb,
		devices: DEVICES_KEY,
	};
}

const WORDS: Record<keyof StateIdentity, string> = {
	v86Version: 'version of v86',
	wasm: 'v86.wasm',
	bios: 'BIOS',
	vgaBios: 'VGA BIOS',
	root: 'root filesystem',
	memoryMb: 'memory size',
	devices: 'set of devices',
};

/** Why the saved state must not be used with these files, or null when it fits. */
export function stateMismatch(files: MachineFiles, memoryMb = files.memoryMb): string | null {
	const { state } = files;
	if (!state) return 'there is no saved state';
	const ours = stateIdentity(files, memoryMb);
	const wrong = (Object.keys(WORDS) as (keyof StateIdentity)[]).filter((key) => state[key] !== ours[key]);
	if (wrong.length === 0) return null;
	return `the saved state was made with another ${wrong.map((key) => WORDS[key]).join(', ')}`;
}
