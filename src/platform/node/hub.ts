import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { notFound } from '#base';

/** Each piece costs a turn of the event loop: large ones make a pull fast. */
const PIECE = 1024 * 1024;

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
			return contentOf(handle, signal);
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code;
			if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')
				throw notFound(`no ${file}`, { cause: error });
			throw error;
		}
	};
}

function contentOf(handle: FileHandle, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
	return new ReadableStream(
		{
			async pull(controller) {
				try {
					signal?.throwIfAborted();
					const { bytesRead, buffer } = await handle.read(new Uint8Array(PIECE), 0, PIECE);
					if (bytesRead > 0) {
						controller.enqueue(buffer.subarray(0, bytesRead));
						return;
					}
				} catch (error) {
					await handle.close();
					throw error;
				}
				await handle.close();
				controller.close();
			},
			cancel: () => handle.close(),
		},
		{ highWaterMark: 0 },
	);
}
