import type { ImageSummary } from '#api';
import { loadConfig } from '../../config.ts';
import { filterQuery } from '../../filters.ts';
import { imageList, imageRows } from '../../formatter/kinds/image.ts';
import { formatList } from '../../formatter/list.ts';
import type { CommandModule } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';

/** `docker images`. */
export const ls: CommandModule = {
	arity: between(0, 1),
	async run({ context, client, flags, args }) {
		const quiet = flags.bool('quiet');
		const digests = flags.bool('digests');
		const filters = [...flags.list('filter'), ...(args[0] === undefined ? [] : [`reference=${args[0]}`])];
		const config = await loadConfig(context);
		const format = flags.string('format') || (quiet ? 'table' : (config.imagesFormat ?? 'table'));
		const images = await client.json<ImageSummary[]>('GET', '/images/json', {
			query: { ...(flags.bool('all') && { all: '1' }), ...filterQuery(filters) },
		});
		const kind = imageList({ now: context.clock.now() / 1000, trunc: !flags.bool('no-trunc'), digests });
		const rows = imageRows(images, digests || /\.Digest/.test(format));
		// One line an image, not one a name, when only ids are wanted.
		const shown =
			quiet && !digests
				? rows.filter((row, index) => rows.findIndex((other) => other.image.Id === row.image.Id) === index)
				: rows;
		await context.stdout.write(formatList(kind, shown, { format, quiet }));
		return 0;
	},
};
