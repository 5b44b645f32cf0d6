import type { ContainerSummary } from '#api';
import type { CommandModule } from '../../invocation.ts';
import { filterQuery } from '../../filters.ts';
import { EMPTY_CONTAINER, containerList } from '../../formatter/kinds/container.ts';
import { formatList, tryFormat } from '../../formatter/list.ts';
import { NONE } from '../../parser/arguments.ts';

/** `docker ps`. */
export const ls: CommandModule = {
	arity: NONE,
	async run({ context, client, flags, config }) {
		const quiet = flags.bool('quiet');
		const format = flags.string('format') || (config.psFormat ?? 'table');
		if (quiet && flags.string('format') !== '')
			await context.stderr.write(
				'WARNING: Ignoring custom format, because both --format and --quiet are set.\n',
			);
		const size = flags.bool('size') || (!flags.has('size') && /\{\{[^}]*\.Size/.test(format));
		const kind = containerList({ now: context.clock.now() / 1000, trunc: !flags.bool('no-trunc'), size });
		if (!['table', 'json', 'raw'].includes(format)) tryFormat(kind, format, EMPTY_CONTAINER);
		const last = flags.bool('latest') && !flags.has('last') ? 1 : flags.int('last', -1);
		const rows = await client.json<ContainerSummary[]>('GET', '/containers/json', {
			query: {
				...((flags.bool('all') || last > 0) && flags.bool('all') && { all: '1' }),
				...(last > 0 && { limit: String(last) }),
				...(size && { size: '1' }),
				...filterQuery(flags.list('filter')),
			},
		});
		await context.stdout.write(
			formatList(kind, rows, { format: quiet && format !== 'raw' ? 'table' : format, quiet }),
		);
		return 0;
	},
};
