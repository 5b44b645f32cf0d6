import { invalid, kindOf } from '#base';
import { segment } from '#client';
import {
	errorText,
	exitError,
	forEachArgument,
	type CommandModule,
	type Invocation,
} from '../../invocation.ts';
import { atLeast, exactly } from '../../parser/arguments.ts';
import { startWaiting } from './wait.ts';

type Query = (invocation: Invocation) => Record<string, string>;

/** A command that posts the same action to each container and prints its name. */
function action(verb: string, query: Query = () => ({})): CommandModule {
	return {
		arity: atLeast(1),
		run: (invocation) =>
			forEachArgument(invocation, async (name) => {
				await invocation.client
					.send('POST', `/containers/${segment(name)}/${verb}`, { query: query(invocation) })
					.catch((error: unknown) => {
						// 304: it is in that state already, which is no failure.
						if (kindOf(error) !== 'not-modified') throw error;
					});
				return name;
			}),
	};
}

const stopQuery: Query = ({ flags }) => ({
	...(flags.has('signal') && { signal: flags.string('signal') }),
	...((flags.has('timeout') || flags.has('time')) && { t: flags.string('timeout', flags.string('time')) }),
});

/** `--time` is what `--timeout` was called before. */
function withTimeout(module: CommandModule): CommandModule {
	return {
		...module,
		run: async (invocation) => {
			if (invocation.flags.has('time') && invocation.flags.has('timeout'))
				throw invalid('conflicting options: cannot specify both --timeout and --time');
			return module.run(invocation);
		},
	};
}

export const stop = withTimeout(action('stop', stopQuery));
export const restart = withTimeout(action('restart', stopQuery));
export const pause = action('pause');
export const unpause = action('unpause');
export const kill = action('kill', ({ flags }) =>
	flags.has('signal') ? { signal: flags.string('signal') } : {},
);

/** `docker rename OLD NEW`. */
export const rename: CommandModule = {
	arity: exactly(2),
	async run({ client, args }) {
		const [from = '', to = ''] = args;
		if (from.trim() === '' || to.trim() === '')
			throw exitError(1, 'Error: Neither old nor new names may be empty');
		try {
			await client.send('POST', `/containers/${segment(from)}/rename`, { query: { name: to } });
		} catch (error) {
			throw exitError(1, `${errorText(error)}\nError: failed to rename container named ${from}`);
		}
		return 0;
	},
};

/** `docker wait`: prints each container's exit code. */
export const wait: CommandModule = {
	arity: atLeast(1),
	run: (invocation) =>
		forEachArgument(invocation, async (name) =>
			String(await (await startWaiting(invocation.client, segment(name), '')).exitCode),
		),
};
