import type { ImageHistory } from '#api';
import { segment } from '#client';
import { historyList } from '../../formatter/kinds/image.ts';
import { formatList } from '../../formatter/list.ts';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { platformQuery } from './platform.ts';

/** `docker history`. */
export const history: CommandModule = {
	arity: exactly(1),
	async run({ context, client, flags, args }) {
		const rows = await client.json<ImageHistory[]>('GET', `/images/${segment(args[0] ?? '')}/history`, {
			query: platformQuery(flags),
		});
		const kind = historyList({
			now: context.clock.now() / 1000,
			trunc: !flags.bool('no-trunc'),
			human: flags.bool('human', true),
		});
		await context.stdout.write(
			formatList(kind, rows, { format: flags.string('format'), quiet: flags.bool('quiet') }),
		);
		return 0;
	},
};
