import { findContainer } from '../world/world.ts';
import { fail, pass, waiting, type CheckKind } from './check.ts';
import { startsWithWords } from './match.ts';

export interface ExecRan {
	container: string;
	command?: string;
}

/** Passes once a further process has run inside a container and ended well. */
export const execRan: CheckKind<ExecRan> = {
	fields: { container: 'text', command: 'text?' },
	reasons: ['no-container', 'exited', 'refused', 'wrong-command', 'exit-code'],
	evaluate({ container: name, command }, { world, isCurrent }) {
		const container = findContainer(world, name);
		const execs = container?.execs ?? [];
		const asWanted = execs.filter((one) => !command || startsWithWords(one.command, command));
		if (asWanted.some((one) => one.exitCode === 0)) return pass;

		const failure = world.failures.findLast((one) => one.what === 'exec');
		if (failure && (isCurrent || failure.subject === name)) {
			const facts = { name: failure.subject, wanted: name, message: failure.message };
			if (failure.status === 404) return fail('no-container', facts);
			return fail(failure.message.includes('is not running') ? 'exited' : 'refused', facts);
		}
		const newest = execs.at(-1);
		if (!newest || newest.exitCode === null) return waiting;
		const facts = {
			name,
			command: newest.command.join(' '),
			wanted: command ?? '',
			code: String(newest.exitCode),
		};
		return fail(asWanted.length === 0 ? 'wrong-command' : 'exit-code', facts);
	},
};
