import type { ImagesPruneResponse } from '#api';
import { confirm } from '../../confirm.ts';
import { filterQuery } from '../../filters.ts';
import { humanSize } from '../../formatter/units.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

/** `docker image prune`. */
export const prune: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const all = flags.bool('all');
		const warning = all
			? 'WARNING! This will remove all images without at least one container associated to them.'
			: 'WARNING! This will remove all dangling images.';
		if (!flags.bool('force') && !(await confirm(context, warning))) return 0;
		const { ImagesDeleted, SpaceReclaimed } = await client.json<ImagesPruneResponse>(
			'POST',
			'/images/prune',
			{
				query: filterQuery([...flags.list('filter'), `dangling=${!all}`]),
			},
		);
		const lines = (ImagesDeleted ?? []).map(({ Untagged, Deleted }) =>
			Untagged ? `untagged: ${Untagged}` : `deleted: ${Deleted}`,
		);
		if (lines.length > 0) await context.stdout.write(`Deleted Images:\n${lines.join('\n')}\n\n`);
		await context.stdout.write(`Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
		return 0;
	},
};
