import { kindOf } from '#base';
import { segment } from '#client';
import { errorText, type CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';

/** `docker rm`. With `-f` a container that is not there is told, but is no failure. */
export const rm: CommandModule = {
	arity: atLeast(1),
	async run({ context, client, flags, args }) {
		const errors: string[] = [];
		let code = 0;
		const query = {
			...(flags.bool('force') && { force: '1' }),
			...(flags.bool('link') && { link: '1' }),
			...(flags.bool('volumes') && { v: '1' }),
		};
		for (const arg of args) {
			const name = arg.replace(/^\/+|\/+$/g, '');
			try {
				await client.send('DELETE', `/containers/${segment(name)}`, { query });
				await context.stdout.write(`${arg}\n`);
			} catch (error) {
				errors.push(errorText(error));
				if (!(flags.bool('force') && kindOf(error) === 'not-found')) code = 1;
			}
		}
		if (errors.length > 0) await context.stderr.write(`${errors.join('\n')}\n`);
		return code;
	},
};
