import type { NetworkInspect } from '#api';
import { filterQuery } from '../../filters.ts';
import { networkList } from '../../formatter/kinds/network.ts';
import { formatList } from '../../formatter/list.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

/** `docker network ls`, by name. */
export const ls: CommandModule = {
	arity: NONE,
	async run({ context, client, flags, config }) {
		const quiet = flags.bool('quiet');
		const format = flags.string('format') || (quiet ? 'table' : (config.networksFormat ?? 'table'));
		const rows = await client.json<NetworkInspect[]>('GET', '/networks', {
			query: filterQuery(flags.list('filter')),
		});
		rows.sort((a, b) => (a.Name < b.Name ? -1 : 1));
		await context.stdout.write(
			formatList(networkList({ trunc: !flags.bool('no-trunc') }), rows, { format, quiet }),
		);
		return 0;
	},
};
