import { invalid, messageOf, readAll } from '#base';
import { bodyStream, headerOf, segment } from '#client';
import { absolutePath, checkOutputFile, openInput, refuseTerminal, saveTo } from '../../files.ts';
import type { CommandModule, Invocation } from '../../invocation.ts';
import { NONE, atLeast, exactly } from '../../parser/arguments.ts';
import { drawMessages } from '../../terminal/progress.ts';
import { platformQuery } from './platform.ts';
import { split } from './reference.ts';

/** `docker save`: a tar archive of images on stdout or in a file. */
export const save: CommandModule = {
	arity: atLeast(1),
	async run(invocation) {
		const { context, client, flags, args } = invocation;
		await prepareOutput(invocation, 'failed to save image');
		const platform = platformQuery(flags);
		const response = await client.request('GET', '/images/get', {
			query: { names: args, ...platform },
			signal: context.signal,
		});
		await saveTo(context, flags.string('output'), bodyStream(response));
		return 0;
	},
};

/** `docker export CONTAINER`: a tar archive of a container's files. */
export const exportContainer: CommandModule = {
	arity: exactly(1),
	async run(invocation) {
		const { context, client, flags, args } = invocation;
		await prepareOutput(invocation, 'failed to export container');
		const response = await client.request('GET', `/containers/${segment(args[0] ?? '')}/export`, {
			signal: context.signal,
		});
		await saveTo(context, flags.string('output'), bodyStream(response));
		return 0;
	},
};

/** `docker load`: images from stdin or a file. */
export const load: CommandModule = {
	arity: NONE,
	async run(invocation) {
		const { context, client, flags } = invocation;
		const path = flags.string('input');
		if (path === '' && context.stdin.isTty) throw invalid('requested load from stdin, but stdin is empty');
		const quiet = flags.bool('quiet') || !context.stdout.isTty;
		const query = { quiet: quiet ? '1' : '0', ...platformQuery(flags) };
		const response = await client.request('POST', '/images/load', {
			query,
			headers: { 'Content-Type': 'application/x-tar' },
			stream: path === '' ? context.stdin.stream : await openArchive(invocation, path, '/images/load', query),
			signal: context.signal,
		});
		if (headerOf(response, 'content-type') === 'application/json')
			await drawMessages(bodyStream(response), context.stdout, { cols: context.terminal.size().cols });
		else await context.stdout.write(await readAll(bodyStream(response)));
		return 0;
	},
};

/** `docker import FILE|URL|- [REPOSITORY[:TAG]]`: an image of one layer from a tar archive. */
export const importImage: CommandModule = {
	arity: atLeast(1),
	async run(invocation) {
		const { context, client, flags, args } = invocation;
		const [source = '', reference] = args;
		const isUrl = /^https?:\/\//.test(source);
		const query = {
			fromSrc: isUrl ? source : '-',
			...(reference !== undefined && { repo: reference }),
			...(flags.has('message') && { message: flags.string('message') }),
			...(flags.has('platform') && { platform: flags.string('platform').toLowerCase() }),
			...(flags.has('change') && { changes: flags.list('change') }),
		};
		const stream = isUrl
			? undefined
			: source === '-'
				? context.stdin.stream
				: await openArchive(invocation, source, '/images/create', query);
		// Throws for what is no name, before anything is sent.
		if (reference) split(reference);
		const response = await client.request('POST', '/images/create', {
			query,
			...(stream && { stream, headers: { 'Content-Type': 'text/plain' } }),
			signal: context.signal,
		});
		await drawMessages(bodyStream(response), context.stdout, { cols: context.terminal.size().cols });
		return 0;
	},
};

/** A file to be sent. That a folder cannot be read, the real client finds out when it sends it. */
async function openArchive(
	{ context, client }: Invocation,
	path: string,
	endpoint: string,
	query: Record<string, string | string[]>,
): Promise<ReadableStream<Uint8Array>> {
	const found = await context.files.stat(absolutePath(context, path)).catch(() => null);
	if (found?.isDirectory) throw client.unsent('POST', endpoint, query, `read ${path}: is a directory`);
	return openInput(context, path);
}

/** Whether an archive can be put where it is to go is known before the engine is asked for it. */
async function prepareOutput({ context, flags }: Invocation, failure: string): Promise<void> {
	const path = flags.string('output');
	refuseTerminal(context, path);
	if (path === '') return;
	try {
		await checkOutputFile(context, path);
	} catch (error) {
		throw invalid(`${failure}: ${messageOf(error)}`, { cause: error });
	}
}
