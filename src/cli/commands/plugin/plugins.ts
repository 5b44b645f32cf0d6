import { filterQuery } from '../../filters.ts';
import { formatList, type ListKind } from '../../formatter/list.ts';
import { shortId } from '../../formatter/text.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

interface PluginRow {
	Id: string;
	Name: string;
	Enabled: boolean;
	Config: { Description: string };
}

function pluginList(trunc: boolean): ListKind<PluginRow> {
	return {
		type: '*plugin.pluginContext',
		headers: { ID: 'ID', Name: 'NAME', Description: 'DESCRIPTION', Enabled: 'ENABLED' },
		table: '{{.ID}}\\t{{.Name}}\\t{{.Description}}\\t{{.Enabled}}',
		quiet: '{{.ID}}',
		columns: {
			ID: (row) => (trunc ? shortId(row.Id) : row.Id),
			Name: (row) => row.Name,
			Description: (row) => row.Config.Description,
			Enabled: (row) => String(row.Enabled),
		},
	};
}

/** `docker plugin ls`. */
export const ls: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const rows = await client.json<PluginRow[]>('GET', '/plugins', {
			query: filterQuery(flags.list('filter')),
		});
		const options = { format: flags.string('format'), quiet: flags.bool('quiet') };
		await context.stdout.write(formatList(pluginList(!flags.bool('no-trunc')), rows, options));
		return 0;
	},
};
