import { ask } from '../../confirm.ts';
import { filterQuery } from '../../filters.ts';
import { alignColumns } from '../../formatter/tabwriter.ts';
import { humanSize } from '../../formatter/units.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';
import { parseBool } from '../../parser/bool.ts';
import { memoryBytes } from '../container/create-request.ts';

/** `docker builder prune`, with the summary that the build plugin of current Docker prints, or that of the command itself where the plugin is switched off. */
export const prune: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const all = flags.bool('all');
		const question = `WARNING! This will remove all ${all ? '' : 'dangling '}build cache. Are you sure you want to continue?`;
		if (!flags.bool('force') && !(await ask(context, question))) return 0;
		const keep = memoryBytes(flags, 'keep-storage');
		const { CachesDeleted, SpaceReclaimed } = await client.json<{
			CachesDeleted: string[] | null;
			SpaceReclaimed: number;
		}>('POST', '/build/prune', {
			query: {
				...filterQuery(flags.list('filter')),
				...(all && { all: '1' }),
				...(keep > 0 && { 'keep-storage': String(keep), 'reserved-space': String(keep) }),
			},
		});
		const rows = (CachesDeleted ?? []).map((id) => `${id}\n`).join('');
		if (parseBool(context.env['DOCKER_BUILDKIT'] ?? '') === false) {
			const list = rows && `Deleted build cache objects:\n${rows}\n`;
			await context.stdout.write(`${list}Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
			return 0;
		}
		await context.stdout.write(`${rows}${alignColumns(`Total:\t${humanSize(SpaceReclaimed)}\n`, TOTAL)}`);
		return 0;
	},
};

const TOTAL = { minWidth: 1, padding: 1 };
