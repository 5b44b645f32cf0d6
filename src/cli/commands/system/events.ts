import type { EventMessage } from '#api';
import { bodyStream, jsonLines } from '#client';
import { filterQuery } from '../../filters.ts';
import { DOCKER_FUNCTIONS, compileTemplate, type CompiledTemplate } from '../../formatter/template/index.ts';
import { goValue } from '../../formatter/typed.ts';
import { exitError, type CommandModule } from '../../invocation.ts';
import { messageOf } from '#base';
import { NONE } from '../../parser/arguments.ts';
import { apiTime } from '../../time.ts';

/** `docker events`: until interrupted, or until `--until`. */
export const events: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const now = context.clock.now();
		const format = flags.string('format') === 'json' ? '{{json .}}' : flags.string('format');
		const template = format === '' ? null : parse(format);
		const response = await client.request('GET', '/events', {
			query: {
				...(flags.has('since') && { since: apiTime(flags.string('since'), now) }),
				...(flags.has('until') && { until: apiTime(flags.string('until'), now) }),
				...filterQuery(flags.list('filter')),
			},
			signal: context.signal,
		});
		for await (const line of jsonLines(bodyStream(response))) {
			const event = JSON.parse(line) as EventMessage;
			// Its nanoseconds are larger than a JavaScript number holds exactly.
			const nanos = BigInt(/"timeNano":(\d+)/.exec(line)?.[1] ?? '0');
			await context.stdout.write(
				template
					? `${template.execute(goValue('events.Message', { ...event, timeNano: nanos }))}\n`
					: `${draw(event, nanos)}\n`,
			);
		}
		return 0;
	},
};

/** A format that would fail on an event is refused before the engine is asked. */
function parse(format: string): CompiledTemplate {
	try {
		const template = compileTemplate(format, DOCKER_FUNCTIONS);
		template.execute(goValue('*events.Message', {}));
		return template;
	} catch (error) {
		throw exitError(64, `Error parsing format: ${messageOf(error)}`);
	}
}

/** `TIME TYPE ACTION ID (key=value, …)`. */
function draw(event: EventMessage, ns: bigint): string {
	const iso = new Date(Number(ns / 1_000_000n)).toISOString();
	const time = `${iso.slice(0, 19)}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`;
	const attributes = Object.entries(event.Actor.Attributes)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, value]) => `${key}=${value}`);
	return `${time} ${event.Type} ${event.Action} ${event.Actor.ID}${attributes.length > 0 ? ` (${attributes.join(', ')})` : ''}`;
}
