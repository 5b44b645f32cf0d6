import type { ContainersPruneResponse } from '#api';
import { confirm } from '../../confirm.ts';
import { filterQuery } from '../../filters.ts';
import { humanSize } from '../../formatter/units.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

/** `docker container prune`. */
export const prune: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		if (
			!flags.bool('force') &&
			!(await confirm(context, 'WARNING! This will remove all stopped containers.'))
		)
			return 0;
		const { ContainersDeleted, SpaceReclaimed } = await client.json<ContainersPruneResponse>(
			'POST',
			'/containers/prune',
			{
				query: filterQuery(flags.list('filter')),
			},
		);
		const deleted = ContainersDeleted ?? [];
		if (deleted.length > 0) await context.stdout.write(`Deleted Containers:\n${deleted.join('\n')}\n\n`);
		await context.stdout.write(`Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
		return 0;
	},
};
