import { segment } from '#client';
import { exitError, type CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';

/** `docker volume update`: of volumes that a swarm has, and there is no swarm. */
export const update: CommandModule = {
	arity: exactly(1),
	async run({ client, args }) {
		await client.send('GET', `/volumes/${segment(args[0] ?? '')}`);
		throw exitError(1, 'can only update cluster volumes');
	},
};
