import { invalid } from '#base';
import { ask } from '../../confirm.ts';
import { filterQuery } from '../../filters.ts';
import { humanSize } from '../../formatter/units.ts';
import type { CommandModule, Invocation } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

/** What a prune request answers, whatever was pruned. */
interface Answer {
	ContainersDeleted?: string[] | null;
	NetworksDeleted?: string[] | null;
	VolumesDeleted?: string[] | null;
	ImagesDeleted?: { Untagged?: string; Deleted?: string }[] | null;
	CachesDeleted?: string[] | null;
	SpaceReclaimed?: number;
}

/** `docker system prune`. */
export const prune: CommandModule = {
	arity: NONE,
	async run(invocation) {
		const { context, flags } = invocation;
		if (flags.bool('volumes') && flags.list('filter').some((filter) => filter.startsWith('until=')))
			throw invalid(`ERROR: The "until" filter is not supported with "--volumes"`);
		if (!flags.bool('force') && !(await ask(context, question(invocation)))) return 0;
		let reclaimed = 0;
		for (const [title, path, query] of steps(invocation)) {
			const answer = await invocation.client.json<Answer>('POST', path, { query });
			reclaimed += answer.SpaceReclaimed ?? 0;
			const lines = deleted(answer);
			if (lines.length > 0) await context.stdout.write(`Deleted ${title}:\n${lines.join('\n')}\n\n`);
		}
		await context.stdout.write(`Total reclaimed space: ${humanSize(reclaimed)}\n`);
		return 0;
	},
};

function steps({ flags }: Invocation): [title: string, path: string, query: Record<string, string>][] {
	const filters = flags.list('filter');
	const plain = filterQuery(filters);
	const all = flags.bool('all');
	return [
		['Containers', '/containers/prune', plain],
		['Networks', '/networks/prune', plain],
		...(flags.bool('volumes')
			? [['Volumes', '/volumes/prune', plain] as [string, string, Record<string, string>]]
			: []),
		['Images', '/images/prune', filterQuery([...filters, `dangling=${!all}`])],
		['build cache objects', '/build/prune', { ...(all && { all: '1' }), filters: plain['filters'] ?? '' }],
	];
}

function deleted(answer: Answer): string[] {
	const images = (answer.ImagesDeleted ?? []).map(({ Untagged, Deleted }) =>
		Untagged ? `untagged: ${Untagged}` : `deleted: ${Deleted}`,
	);
	const { ContainersDeleted, NetworksDeleted, VolumesDeleted, CachesDeleted } = answer;
	return [ContainersDeleted, NetworksDeleted, VolumesDeleted, images, CachesDeleted].flatMap(
		(names) => names ?? [],
	);
}

function question({ flags }: Invocation): string {
	const all = flags.bool('all');
	const warnings = [
		'all stopped containers',
		'all networks not used by at least one container',
		...(flags.bool('volumes') ? ['all anonymous volumes not used by at least one container'] : []),
		all ? 'all images without at least one container associated to them' : 'all dangling images',
		all ? 'all build cache' : 'unused build cache',
	];
	const filters = flags.list('filter');
	const filtered =
		filters.length > 0
			? `\n  Items to be pruned will be filtered with:\n${filters.map((filter) => `  - ${filter}\n`).join('')}`
			: '';
	return `WARNING! This will remove:\n${warnings.map((line) => `  - ${line}\n`).join('')}${filtered}\nAre you sure you want to continue?`;
}
