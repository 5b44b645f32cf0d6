import { living } from '../world/observe.ts';
import { fail, pass, waiting, type CheckKind } from './check.ts';

export interface ContainersRemoved {
	names: string[];
}

/** Passes once each of these containers has existed and none of them does any more. */
export const containersRemoved: CheckKind<ContainersRemoved> = {
	fields: { names: 'texts' },
	reasons: ['still-running', 'still-there'],
	evaluate({ names }, { world, isCurrent }) {
		const left = living(world).filter((one) => names.includes(one.name));
		const haveExisted = names.every((name) => world.containers.some((one) => one.name === name));
		if (haveExisted && left.length === 0) return pass;

		const refused = world.failures.findLast((one) => one.what === 'remove');
		if (refused && isCurrent)
			return fail('still-running', { name: refused.subject, message: refused.message });
		const someAreGone = names.some((name) =>
			world.containers.some((one) => one.name === name && one.isRemoved),
		);
		const list = left.map((one) => one.name).join(' ');
		return isCurrent && haveExisted && someAreGone ? fail('still-there', { names: list }) : waiting;
	},
};
