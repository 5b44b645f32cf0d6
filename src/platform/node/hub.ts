import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { notFound } from '#base';

/** The static registry in a folder like `public/hub`. */
export function hubIn(
	folder: string,
): (file: string, options: { signal?: AbortSignal }) => Promise<ReadableStream<Uint8Array>> {
	return async (file, { signal }) => {
		// A reference is the learner's: it must not lead out of the folder.
		const target = path.resolve(folder, file);
		if (!target.startsWith(path.resolve(folder) + path.sep)) throw notFound(`no ${file}`);
		try {
			const handle = await open(target);
			if (!(await handle.stat()).isFile()) {
				await handle.close();
				throw notFound(`no ${file}`);
			}
			return Readable.toWeb(handle.createReadStream(signal ? { signal } : {})) as ReadableStream<Uint8Array>;
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code;
			if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')
				throw notFound(`no ${file}`, { cause: error });
			throw error;
		}
	};
}
