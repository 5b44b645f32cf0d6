import { invalid } from '#base';
import { bodyStream, segment } from '#client';
import type { Output } from '../../context.ts';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { drawMessages } from '../../terminal/progress.ts';
import { registryAuth } from '../registry/auth.ts';
import { split } from './reference.ts';

/** `docker push`. */
export const push: CommandModule = {
	arity: exactly(1),
	async run({ context, client, flags, args, config }) {
		const { name, familiar, tag, digest } = split(args[0] ?? '');
		const all = flags.bool('all-tags');
		const quiet = flags.bool('quiet');
		if (all && (tag !== '' || digest !== '')) throw invalid("tag can't be used with --all-tags/-a");
		if (digest !== '') throw invalid('cannot push a digest reference');
		if (!all && tag === '' && !quiet) await context.stdout.write('Using default tag: latest\n');
		const pushed = tag === '' ? 'latest' : tag;
		const response = await client.request('POST', `/images/${segment(familiar)}/push`, {
			query: {
				...(!all && { tag: pushed }),
				...(flags.has('platform') && { platform: flags.string('platform') }),
			},
			headers: { 'X-Registry-Auth': registryAuth(config, name) },
			signal: context.signal,
		});
		const silent: Output = { isTty: false, write: async () => undefined };
		await drawMessages(bodyStream(response), quiet ? silent : context.stdout, {
			cols: context.terminal.size().cols,
		});
		if (quiet) await context.stdout.write(`${name}${all ? '' : `:${pushed}`}\n`);
		return 0;
	},
};
