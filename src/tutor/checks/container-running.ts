import { living } from '../world/observe.ts';
import { fail, pass, waiting, type CheckKind } from './check.ts';
import { failureToMake, mismatch, type Wanted } from './match.ts';

/** Passes once a container as described is running. */
export const containerRunning: CheckKind<Wanted> = {
	fields: { name: 'text?', image: 'text?', command: 'text?', interactive: 'boolean?', publish: 'text?' },
	reasons: [
		'image-unknown',
		'name-taken',
		'refused',
		'exited',
		'port-taken',
		'start-failed',
		'wrong-image',
		'wrong-name',
		'wrong-command',
		'not-interactive',
		'not-published',
		'wrong-port',
	],
	evaluate(wanted, context) {
		const running = context.world.containers.filter((one) => one.state === 'running');
		if (running.some((one) => !mismatch(one, wanted))) return pass;

		const failure = failureToMake(wanted, context);
		if (failure) return failure;
		const known = living(context.world);
		const meant =
			known.findLast((one) => one.name === wanted.name) ?? (context.isCurrent ? known.at(-1) : undefined);
		if (!meant) return waiting;
		const facts = {
			name: meant.name,
			image: meant.image,
			code: String(meant.exitCode),
			message: meant.startError,
		};
		if (meant.startError) {
			return fail(
				meant.startError.includes('port is already allocated') ? 'port-taken' : 'start-failed',
				facts,
			);
		}
		if (meant.state === 'created') return waiting;
		// One that was put aside earlier in the lesson is no attempt at this one.
		const isAttempt = meant.name === wanted.name || meant.state === 'running';
		if (!isAttempt) return waiting;
		const wrong = mismatch(meant, wanted);
		if (meant.state === 'running') return wrong ?? waiting;
		// That it is over explains more than how it was started, unless it was another program altogether.
		return wrong && !wrong.passed && wrong.reason === 'wrong-image' ? wrong : fail('exited', facts);
	},
};
