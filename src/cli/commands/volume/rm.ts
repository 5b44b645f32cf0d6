import { segment } from '#client';
import { confirm } from '../../confirm.ts';
import { filterQuery } from '../../filters.ts';
import { humanSize } from '../../formatter/units.ts';
import { forEachArgument, type CommandModule } from '../../invocation.ts';
import { NONE, atLeast } from '../../parser/arguments.ts';

/** `docker volume rm`. */
export const rm: CommandModule = {
	arity: atLeast(1),
	run: (invocation) =>
		forEachArgument(invocation, async (name) => {
			await invocation.client.send('DELETE', `/volumes/${segment(name)}`, {
				query: invocation.flags.bool('force') ? { force: '1' } : {},
			});
			return name;
		}),
};

/** `docker volume prune`: anonymous volumes, with `-a` all that are not used. */
export const prune: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const all = flags.bool('all');
		const warning = `WARNING! This will remove ${all ? 'all' : 'anonymous'} local volumes not used by at least one container.`;
		if (!flags.bool('force') && !(await confirm(context, warning))) return 0;
		const { VolumesDeleted, SpaceReclaimed } = await client.json<{
			VolumesDeleted: string[] | null;
			SpaceReclaimed: number;
		}>('POST', '/volumes/prune', {
			query: filterQuery([...flags.list('filter'), ...(all ? ['all=true'] : [])]),
		});
		const names = VolumesDeleted ?? [];
		if (names.length > 0) await context.stdout.write(`Deleted Volumes:\n${names.join('\n')}\n\n`);
		await context.stdout.write(`Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
		return 0;
	},
};
