import type { SearchResult } from '#api';
import { filterQuery } from '../../filters.ts';
import { searchList } from '../../formatter/kinds/image.ts';
import { formatList } from '../../formatter/list.ts';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { registryAuth } from './auth.ts';

/** `docker search`. */
export const search: CommandModule = {
	arity: exactly(1),
	async run({ context, client, flags, args, config }) {
		const filters = [
			...flags.list('filter'),
			...(flags.has('stars') ? [`stars=${flags.string('stars')}`] : []),
		];
		const rows = await client.json<SearchResult[]>('GET', '/images/search', {
			query: {
				term: args[0] ?? '',
				...(flags.has('limit') && { limit: flags.string('limit') }),
				...filterQuery(filters),
			},
			headers: { 'X-Registry-Auth': registryAuth(config, 'docker.io/library') },
		});
		await context.stdout.write(
			formatList(searchList({ trunc: !flags.bool('no-trunc') }), rows, { format: flags.string('format') }),
		);
		return 0;
	},
};
