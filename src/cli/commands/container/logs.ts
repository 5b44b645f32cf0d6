import type { ContainerInspect } from '#api';
import { invalid, messageOf } from '#base';
import { bodyStream, segment } from '#client';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import type { Flags } from '../../parser/flags.ts';
import { copyOutput } from '../../terminal/session.ts';
import { apiTime } from '../../time.ts';

/** `docker logs`. */
export const logs: CommandModule = {
	arity: exactly(1),
	async run({ context, client, flags, args }) {
		const container = await client.json<ContainerInspect>(
			'GET',
			`/containers/${segment(args[0] ?? '')}/json`,
		);
		const now = context.clock.now();
		const response = await client.request('GET', `/containers/${container.Id}/logs`, {
			query: {
				stdout: '1',
				stderr: '1',
				tail: flags.string('tail', 'all'),
				...(flags.bool('follow') && { follow: '1' }),
				...(flags.bool('timestamps') && { timestamps: '1' }),
				...(flags.bool('details') && { details: '1' }),
				...(flags.has('since') && { since: timeOf(flags, 'since', now) }),
				...(flags.has('until') && { until: timeOf(flags, 'until', now) }),
			},
			signal: context.signal,
		});
		await copyOutput(context, bodyStream(response), container.Config.Tty);
		return 0;
	},
};

function timeOf(flags: Flags, name: string, now: number): string {
	try {
		return apiTime(flags.string(name), now);
	} catch (error) {
		throw invalid(`invalid value for ${JSON.stringify(name)}: ${messageOf(error)}`, { cause: error });
	}
}
