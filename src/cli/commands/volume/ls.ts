import { filterQuery } from '../../filters.ts';
import type { VolumeInspect } from '#api';
import { volumeList } from '../../formatter/kinds/volume.ts';
import { formatList } from '../../formatter/list.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

/** `docker volume ls`, by name. */
export const ls: CommandModule = {
	arity: NONE,
	async run({ context, client, flags, config }) {
		const quiet = flags.bool('quiet');
		const format = flags.string('format') || (quiet ? 'table' : (config.volumesFormat ?? 'table'));
		const { Volumes, Warnings } = await client.json<{
			Volumes: VolumeInspect[] | null;
			Warnings: string[] | null;
		}>('GET', '/volumes', { query: filterQuery(flags.list('filter')) });
		const rows = (Volumes ?? []).sort((a, b) => (a.Name < b.Name ? -1 : 1));
		await context.stdout.write(formatList(volumeList(), rows, { format, quiet }));
		for (const warning of Warnings ?? []) await context.stderr.write(`${warning}\n`);
		return 0;
	},
};
