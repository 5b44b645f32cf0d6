import { invalid } from '#base';
import type { CommandModule } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';

/** `docker volume create`: prints the volume's name. */
export const create: CommandModule = {
	arity: between(0, 1),
	async run({ context, client, flags, args }) {
		if (args.length === 1 && flags.has('name'))
			throw invalid(
				'conflicting options: cannot specify a volume-name through both --name and as a positional arg',
			);
		const name = args[0] ?? flags.string('name');
		const { Name } = await client.json<{ Name: string }>('POST', '/volumes/create', {
			json: {
				Driver: flags.string('driver', 'local'),
				...(flags.has('opt') && { DriverOpts: flags.map('opt') }),
				...(flags.has('label') && { Labels: flags.map('label') }),
				...(name !== '' && { Name: name }),
			},
		});
		await context.stdout.write(`${Name}\n`);
		return 0;
	},
};
