import { invalid, messageOf, unavailable } from '#base';
import { DEVICES_KEY } from './machine.ts';
import type { FileRef, MachineFiles } from './machine-files.ts';

/** The version of v86 this build was made with; part of a saved state's identity. */
export const V86_VERSION = '0.5.462';

/** Fetches a file beside machine.json, whole. `onBytes` hears of progress, `signal` gives up. */
export type FetchFile = (file: string, onBytes?: (received: number) => void) => Promise<Uint8Array>;

/** Reads machine.json. Rejects with `unavailable` or `invalid`, saying what to do. */
export async function fetchMachineFiles(fetch: FetchFile): Promise<MachineFiles> {
	const bytes = await fetch('machine.json').catch((error: unknown) => {
		throw unavailable(
			`The machine's description (machine.json) could not be loaded: ${messageOf(error)}. Check the connection and reload the page.`,
			{
				cause: error,
			},
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
			{
				cause: error,
			},
		);
	});
	if ((await sha256(bytes)) !== ref.sha256)
		throw invalid(
			`A file of the machine (${ref.file}) is damaged. Reload the page without its cache (Ctrl-Shift-R); if that does not help, the site was not installed whole.`,
		);
	return bytes;
}

/** Hex sha256. */
export async function sha256(bytes: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Why the saved state must not be used with these files, or null when it fits. */
export function stateMismatch(files: MachineFiles, memoryMb: number): string | null {
	const { state } = files;
	if (!state) return 'there is no saved state';
	const facts: [string, unknown, unknown][] = [
		['v86', state.v86Version, V86_VERSION],
		['wasm', state.wasm, files.wasm.sha256],
		['BIOS', state.bios, files.bios.sha256],
		['VGA BIOS', state.vgaBios, files.vgaBios.sha256],
		['root filesystem', state.root, files.root.sha256],
		['memory size', state.memoryMb, memoryMb],
		['devices', state.devices, DEVICES_KEY],
	];
	const wrong = facts.filter(([, saved, ours]) => saved !== ours).map(([what]) => what);
	return wrong.length > 0 ? `the saved state was made with another ${wrong.join(', ')}` : null;
}
