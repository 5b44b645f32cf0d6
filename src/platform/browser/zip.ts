import { unzip, type UnzipFileInfo } from 'fflate';
import { invalid } from '#base';
import { isPackFile, PACK_LIMITS } from './pack-limits.ts';

/** The files of a zipped pack. Throws `invalid` when it is no zip, or unpacks to more than a pack may be. */
export async function readZip(
	bytes: Uint8Array,
	limits: { total: number; files: number } = PACK_LIMITS,
): Promise<Map<string, Uint8Array>> {
	let total = 0;
	let files = 0;
	let excess = '';
	const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
		if (name.endsWith('/') || !isPackFile(name)) return false;
		// What the zip declares is what is unpacked at most: a file cannot outgrow its own declaration.
		total += originalSize;
		files++;
		if (total > limits.total) excess = `more than ${limits.total >> 20} MB`;
		if (files > limits.files) excess = `more than ${limits.files} files`;
		return excess === '';
	};
	const found = await new Promise<Record<string, Uint8Array>>((resolve, reject) =>
		unzip(bytes, { filter }, (error, files) =>
			error ? reject(invalid(`this is not a zip that can be read: ${error.message}`)) : resolve(files),
		),
	);
	if (excess) throw invalid(`the zip unpacks to ${excess}`);
	return new Map(Object.entries(found));
}
