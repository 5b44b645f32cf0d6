import { cleanPath, dirName, invalid, kindOf, resolvePath, streamOf } from '#base';
import type { CommandContext, CommandFiles, PathInfo } from './context.ts';

/** A path as the one who typed it means it. */
export function absolutePath(context: CommandContext, path: string): string {
	return resolvePath(context.cwd, path);
}

/** A file's bytes. Throws in the words of the real command's operating system. */
export async function openInput(context: CommandContext, path: string): Promise<ReadableStream<Uint8Array>> {
	try {
		return streamOf(await context.files.read(absolutePath(context, path)));
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
		throw invalid(`open ${path}: no such file or directory`, { cause: error });
	}
}

/** Archives are not for a terminal's eyes. Throws when stdout is one and no file was named. */
export function refuseTerminal(context: CommandContext, path: string): void {
	if (path === '' && context.stdout.isTty)
		throw invalid('cowardly refusing to save to a terminal. Use the -o flag or redirect');
}

/** Throws unless a file can be made or replaced at that path. */
export async function checkOutputFile({ files, cwd }: CommandContext, path: string): Promise<void> {
	const found = await infoOf(files, resolvePath(cwd, path));
	if (found?.kind === 'directory') throw invalid('cannot write to a directory');
	if (found?.kind === 'device') throw invalid('cannot write to a character device file');
	const folder = dirName(path);
	if (!(await infoOf(files, resolvePath(cwd, folder))))
		throw invalid(`invalid output path: stat ${folder}: no such file or directory`);
}

/** Throws unless files can be put at that path: `cp`'s own words for the same. */
export async function validateOutputPath({ files }: CommandContext, path: string): Promise<void> {
	if (path === '-') return;
	const folder = dirName(cleanPath(path));
	if (!(await infoOf(files, folder)))
		throw invalid(`invalid output path: directory ${JSON.stringify(folder)} does not exist`);
	const found = await infoOf(files, cleanPath(path));
	if (found && found.kind !== 'directory' && /\/\.?$/.test(path))
		throw invalid(`stat ${path}: not a directory`);
	if (found?.kind === 'device')
		throw invalid(
			`invalid output path: ${JSON.stringify(path)} must be a directory or a regular file: got a device`,
		);
}

/** What is at the end of a path, links followed; null when nothing is. */
async function infoOf(files: CommandFiles, path: string): Promise<PathInfo | null> {
	try {
		const found = await files.lstat(path);
		return found.kind === 'link' ? await files.lstat(found.linkTarget) : found;
	} catch (error) {
		if (kindOf(error) === 'not-found') return null;
		throw error;
	}
}

/** Copies a stream to a file, or to stdout when none is named. */
export async function saveTo(
	context: CommandContext,
	path: string,
	stream: ReadableStream<Uint8Array>,
): Promise<void> {
	if (path !== '') return context.files.write(absolutePath(context, path), stream, 0o600);
	for await (const chunk of chunksOf(stream)) await context.stdout.write(chunk);
}

/** A stream's pieces, in order. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
	const reader = stream.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}
