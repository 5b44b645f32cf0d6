import { invalid, kindOf, readAll, streamOf } from '#base';
import type { CommandContext } from './context.ts';

/** A path as the one who typed it means it. */
export function absolutePath(context: CommandContext, path: string): string {
	const parts: string[] = [];
	for (const part of (path.startsWith('/') ? path : `${context.cwd}/${path}`).split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
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

/** Copies a stream to a file, or to stdout when none is named. */
export async function saveTo(
	context: CommandContext,
	path: string,
	stream: ReadableStream<Uint8Array>,
): Promise<void> {
	if (path !== '') {
		await context.files.write(absolutePath(context, path), await readAll(stream), 0o600);
		return;
	}
	const reader = stream.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		await context.stdout.write(value);
	}
}
