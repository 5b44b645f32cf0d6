import type { ImageSummary } from '#api';
import { invalid } from '#base';
import { filterQuery } from '../../filters.ts';
import { imageList, imageRows } from '../../formatter/kinds/image.ts';
import { formatList } from '../../formatter/list.ts';
import type { CommandModule, Invocation } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';
import { drawTree } from './tree.ts';

/** What may have been meant as a command, not as a name. */
const VERBS = new Set('build history import inspect list load ls prune pull push rm save tag'.split(' '));

/** `docker images`. */
export const ls: CommandModule = {
	arity: between(0, 1),
	async run(invocation) {
		const { context, client, flags, args, command, config } = invocation;
		const quiet = flags.bool('quiet');
		const digests = flags.bool('digests');
		const filters = [...flags.list('filter'), ...(args[0] === undefined ? [] : [`reference=${args[0]}`])];
		if (flags.bool('tree')) return tree(invocation, filters);
		const format = flags.string('format') || (quiet ? 'table' : (config.imagesFormat ?? 'table'));
		const images = await client.json<ImageSummary[]>('GET', '/images/json', {
			query: { ...(flags.bool('all') && { all: '1' }), ...filterQuery(filters) },
		});
		const kind = imageList({ now: context.clock.now() / 1000, trunc: !flags.bool('no-trunc'), digests });
		const rows = imageRows(images, { digests, digestsOfTags: digests || format.includes('{{.Digest}}') });
		await context.stdout.write(formatList(kind, rows, { format, quiet }));
		const [name = ''] = args;
		if (images.length === 0 && command.name === 'images' && VERBS.has(name))
			await context.stderr.write(
				`\nNo images found matching ${JSON.stringify(name)}: did you mean "docker image ${name}"?\n`,
			);
		return 0;
	},
};

/** What the tree has no use for. */
const NOT_WITH_TREE: Record<string, string> = {
	quiet: 'quiet',
	'no-trunc': 'no-trunc',
	digests: 'show-digest',
	format: 'format',
};

async function tree({ context, client, flags }: Invocation, filters: string[]): Promise<number> {
	for (const [flag, name] of Object.entries(NOT_WITH_TREE))
		if (flags.has(flag)) throw invalid(`--${name} is not yet supported with --tree`);
	const all = flags.bool('all');
	const images = await client.json<ImageSummary[]>('GET', '/images/json', {
		query: { ...(all && { all: '1' }), ...filterQuery(filters), manifests: '1' },
	});
	const isNamed = ({ RepoTags, RepoDigests }: ImageSummary) =>
		(RepoTags ?? []).length + (RepoDigests ?? []).length > 0;
	await context.stdout.write(drawTree(context, all ? images : images.filter(isNamed)));
	return 0;
}
