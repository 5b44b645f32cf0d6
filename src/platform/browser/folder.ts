import { invalid } from '#base';
import { isPackFile, PACK_LIMITS } from './pack-limits.ts';

/** What a browser tells of a file or folder that was dropped on a page. */
export interface DroppedEntry {
	name: string;
	isFile: boolean;
	isDirectory: boolean;
	file?(found: (file: Blob) => void, failed: (error: Error) => void): void;
	createReader?(): {
		readEntries(found: (entries: DroppedEntry[]) => void, failed: (error: Error) => void): void;
	};
}

/** The files below dropped folders, by their paths from there. Throws `invalid` when they are more than a pack may be. */
export async function readDropped(entries: readonly DroppedEntry[]): Promise<Map<string, Uint8Array>> {
	const chosen: { path: string; file: Blob }[] = [];
	const visit = async (entry: DroppedEntry, path: string): Promise<void> => {
		if (!isPackFile(path)) return;
		if (entry.isFile) {
			checkCount(chosen.length + 1);
			chosen.push({ path, file: await fileOf(entry) });
		} else for (const child of await childrenOf(entry)) await visit(child, `${path}/${child.name}`);
	};
	for (const entry of entries) await visit(entry, entry.name);
	return readChosen(chosen);
}

/** The same for files that a dialog has given. */
export async function readChosen(
	chosen: readonly { path: string; file: Blob }[],
): Promise<Map<string, Uint8Array>> {
	const wanted = chosen.filter(({ path }) => isPackFile(path));
	checkCount(wanted.length);
	const total = wanted.reduce((sum, { file }) => sum + file.size, 0);
	if (total > PACK_LIMITS.total) throw invalid(`the folder holds more than ${PACK_LIMITS.total >> 20} MB`);
	const files = new Map<string, Uint8Array>();
	for (const { path, file } of wanted) files.set(path, new Uint8Array(await file.arrayBuffer()));
	return files;
}

function checkCount(count: number): void {
	if (count > PACK_LIMITS.files) throw invalid(`the folder holds more than ${PACK_LIMITS.files} files`);
}

function fileOf(entry: DroppedEntry): Promise<Blob> {
	return new Promise((resolve, reject) => entry.file?.(resolve, reject));
}

/** A browser gives a folder's entries in portions, and an empty one at the end. */
async function childrenOf(entry: DroppedEntry): Promise<DroppedEntry[]> {
	const reader = entry.createReader?.();
	const children: DroppedEntry[] = [];
	for (;;) {
		const some = await new Promise<DroppedEntry[]>((resolve, reject) =>
			reader ? reader.readEntries(resolve, reject) : resolve([]),
		);
		if (some.length === 0) return children;
		children.push(...some);
	}
}
