import { segment } from '#client';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { invalid, messageOf } from '#base';
import { split } from './reference.ts';

/** `docker tag SOURCE TARGET`. */
export const tag: CommandModule = {
	arity: exactly(2),
	async run({ client, args }) {
		const [source = '', target = ''] = args;
		const to = parseTarget(target);
		await client.send('POST', `/images/${segment(source)}/tag`, {
			query: { repo: to.name, ...(to.tag !== '' && { tag: to.tag }) },
		});
		return 0;
	},
};

function parseTarget(text: string): { name: string; tag: string } {
	try {
		const { name, tag, digest } = split(text);
		if (digest !== '') throw invalid('refusing to create a tag with a digest reference');
		return { name, tag: tag === '' ? 'latest' : tag };
	} catch (error) {
		throw invalid(
			`Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: ${messageOf(error)}`,
			{ cause: error },
		);
	}
}
