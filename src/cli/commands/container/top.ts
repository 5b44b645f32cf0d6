import type { TopResponse } from '#api';
import { segment } from '#client';
import { TOP, alignColumns } from '../../formatter/tabwriter.ts';
import type { CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';

/** `docker top`. */
export const top: CommandModule = {
	arity: atLeast(1),
	stopsAtArgument: true,
	async run({ context, client, args }) {
		const [name = '', ...options] = args;
		const { Titles, Processes } = await client.json<TopResponse>('GET', `/containers/${segment(name)}/top`, {
			query: options.length > 0 ? { ps_args: options.join(' ') } : {},
		});
		await context.stdout.write(
			alignColumns(`${[Titles, ...(Processes ?? [])].map((row) => row.join('\t')).join('\n')}\n`, TOP),
		);
		return 0;
	},
};
