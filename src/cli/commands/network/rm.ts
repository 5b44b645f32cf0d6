import type { NetworkInspect } from '#api';
import { kindOf } from '#base';
import { segment } from '#client';
import { confirm } from '../../confirm.ts';
import { filterQuery } from '../../filters.ts';
import { errorText, exitError, type CommandModule } from '../../invocation.ts';
import { NONE, atLeast } from '../../parser/arguments.ts';

/** `docker network rm`: each failure is told at once, the code at the end. */
export const rm: CommandModule = {
	arity: atLeast(1),
	async run({ context, client, flags, args }) {
		let failed = false;
		for (const name of args) {
			const path = `/networks/${segment(name)}`;
			// The real client looks first, for the ingress network of a swarm needs a confirmation; a failure shows again below.
			await client.json<NetworkInspect>('GET', path).catch(() => null);
			try {
				await client.send('DELETE', path);
				await context.stdout.write(`${name}\n`);
			} catch (error) {
				if (flags.bool('force') && kindOf(error) === 'not-found') continue;
				await context.stderr.write(`${errorText(error)}\n`);
				failed = true;
			}
		}
		if (failed) throw exitError(1, 'exit status 1');
		return 0;
	},
};

/** `docker network prune`. */
export const prune: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const warning = 'WARNING! This will remove all custom networks not used by at least one container.';
		if (!flags.bool('force') && !(await confirm(context, warning))) return 0;
		const { NetworksDeleted } = await client.json<{ NetworksDeleted: string[] | null }>(
			'POST',
			'/networks/prune',
			{ query: filterQuery(flags.list('filter')) },
		);
		const names = NetworksDeleted ?? [];
		if (names.length > 0) await context.stdout.write(`Deleted Networks:\n${names.join('\n')}\n\n`);
		return 0;
	},
};
