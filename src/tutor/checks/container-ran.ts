import { fail, pass, waiting, type CheckKind } from './check.ts';
import { failureToMake, mismatch, type Wanted } from './match.ts';

export interface ContainerRan extends Wanted {
	/** How it must have ended; 0 when not given. */
	exitCode?: number;
}

/** Passes once a container as described has run to its end. */
export const containerRan: CheckKind<ContainerRan> = {
	fields: {
		name: 'text?',
		image: 'text?',
		command: 'text?',
		interactive: 'boolean?',
		publish: 'text?',
		exitCode: 'number?',
	},
	reasons: [
		'image-unknown',
		'name-taken',
		'refused',
		'wrong-image',
		'wrong-name',
		'wrong-command',
		'not-interactive',
		'not-published',
		'wrong-port',
		'still-running',
		'start-failed',
		'exit-code',
	],
	evaluate(wanted, context) {
		const ended = context.world.containers.filter((one) => one.exitCode !== null && !mismatch(one, wanted));
		if (ended.some((one) => one.exitCode === (wanted.exitCode ?? 0))) return pass;

		const failure = failureToMake(wanted, context);
		if (failure) return failure;
		const newest = context.isCurrent ? context.world.containers.at(-1) : ended.at(-1);
		if (!newest) return waiting;
		const facts = {
			name: newest.name,
			image: newest.image,
			code: String(newest.exitCode),
			message: newest.startError,
		};
		if (newest.startError) return fail('start-failed', facts);
		const wrong = mismatch(newest, wanted);
		if (wrong) return wrong;
		if (newest.exitCode === null) return newest.state === 'running' ? fail('still-running', facts) : waiting;
		return fail('exit-code', { ...facts, wanted: String(wanted.exitCode ?? 0) });
	},
};
