import { invalid } from '#base';
import type { CommandModule } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';
import { split } from './reference.ts';

/** `docker commit CONTAINER [REPOSITORY[:TAG]]`: prints the new image's id. */
export const commit: CommandModule = {
	arity: between(1, 2),
	stopsAtArgument: true,
	async run({ context, client, flags, args }) {
		const [container = '', reference] = args;
		const target = reference ? split(reference) : { name: '', tag: '', digest: '' };
		if (target.digest !== '') throw invalid('refusing to create a tag with a digest reference');
		const { Id } = await client.json<{ Id: string }>('POST', '/commit', {
			query: {
				author: flags.string('author'),
				comment: flags.string('message'),
				container,
				repo: target.name,
				tag: target.name !== '' && target.tag === '' ? 'latest' : target.tag,
				...(flags.has('change') && { changes: flags.list('change') }),
				...(!flags.bool('pause', true) && { pause: '0' }),
			},
		});
		await context.stdout.write(`${Id}\n`);
		return 0;
	},
};
