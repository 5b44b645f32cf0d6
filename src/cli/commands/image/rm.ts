import type { ImageDelete } from '#api';
import { kindOf } from '#base';
import { segment } from '#client';
import { errorText, type CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';

/** `docker rmi`. With `-f` an image that is not there is told, but is no failure. */
export const rm: CommandModule = {
	arity: atLeast(1),
	async run({ context, client, flags, args }) {
		const errors: string[] = [];
		let code = 0;
		const force = flags.bool('force');
		const query = { ...(force && { force: '1' }), ...(flags.bool('no-prune') && { noprune: '1' }) };
		for (const name of args) {
			try {
				const deleted = await client.json<ImageDelete[]>('DELETE', `/images/${segment(name)}`, { query });
				for (const { Untagged, Deleted } of deleted)
					await context.stdout.write(Deleted ? `Deleted: ${Deleted}\n` : `Untagged: ${Untagged}\n`);
			} catch (error) {
				errors.push(errorText(error));
				if (!(force && kindOf(error) === 'not-found')) code = 1;
			}
		}
		if (errors.length > 0) await context.stderr.write(`${errors.join('\n')}\n`);
		return code;
	},
};
