import { segment } from '#client';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { invalid, messageOf } from '#base';
import { split, type ReferenceParts } from './reference.ts';

/** `docker tag SOURCE TARGET`. */
export const tag: CommandModule = {
	arity: exactly(2),
	stopsAtArgument: true,
	async run({ client, args }) {
		const [source = '', target = ''] = args;
		if (!/^[0-9a-f]{64}$/.test(source)) splitTold(source);
		const to = parseTarget(target);
		await client.send('POST', `/images/${segment(source)}/tag`, {
			query: { repo: to.name, ...(to.tag !== '' && { tag: to.tag }) },
		});
		return 0;
	},
};

function parseTarget(text: string): { name: string; tag: string } {
	const { name, tag, digest } = splitTold(text);
	if (digest !== '') throw invalid('refusing to create a tag with a digest reference');
	return { name, tag: tag === '' ? 'latest' : tag };
}

function splitTold(text: string): ReferenceParts {
	try {
		return split(text);
	} catch (error) {
		throw invalid(
			`Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: ${messageOf(error)}`,
			{ cause: error },
		);
	}
}
