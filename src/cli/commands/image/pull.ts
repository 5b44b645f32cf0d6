import { bodyStream } from '#client';
import type { Output } from '../../context.ts';
import { invalid } from '#base';
import type { CommandModule, Invocation } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { drawMessages } from '../../terminal/progress.ts';
import { registryAuth } from '../registry/auth.ts';
import { split } from './reference.ts';

/** `docker pull`. */
export const pull: CommandModule = {
	arity: exactly(1),
	async run(invocation) {
		const { context, flags, args } = invocation;
		const image = args[0] ?? '';
		const all = flags.bool('all-tags');
		const quiet = flags.bool('quiet');
		const { name, tag, digest } = split(image);
		if (all && (tag !== '' || digest !== '')) throw invalid("tag can't be used with --all-tags/-a");
		if (!all && tag === '' && digest === '' && !quiet)
			await context.stdout.write('Using default tag: latest\n');
		await pullImage(invocation, image, {
			out: context.stdout,
			quiet,
			all,
			platform: flags.string('platform'),
		});
		const suffix = all ? '' : digest !== '' ? `@${digest}` : `:${tag === '' ? 'latest' : tag}`;
		await context.stdout.write(`${name}${suffix}\n`);
		return 0;
	},
};

/** Asks the engine to pull and draws how it goes. */
export async function pullImage(
	{ context, client, config }: Invocation,
	image: string,
	options: { out: Output; quiet?: boolean; all?: boolean; platform?: string },
): Promise<void> {
	const { name, tag, digest } = split(image);
	const response = await client.request('POST', '/images/create', {
		query: {
			fromImage: name,
			...(!options.all && { tag: digest !== '' ? digest : tag === '' ? 'latest' : tag }),
			...(options.platform && { platform: options.platform }),
		},
		headers: { 'X-Registry-Auth': registryAuth(config, name) },
		signal: context.signal,
	});
	const silent: Output = { isTty: false, write: async () => undefined };
	await drawMessages(bodyStream(response), options.quiet ? silent : options.out, {
		cols: context.terminal.size().cols,
	});
}
