import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The machine's files in a folder like `public/vm`, by their name there. */
export function machineFilesIn(folder: string): (file: string) => Promise<Uint8Array> {
	return (file) => readFile(path.join(folder, ...file.split('/')));
}
