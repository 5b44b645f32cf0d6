import { findContainer } from '../world/world.ts';
import { fail, pass, waiting, type CheckKind } from './check.ts';

export interface ContainersListed {
	/** The container that must have been running when the list was asked for. */
	running: string;
}

/** Passes once the learner has asked for the list of containers while a certain one was running. */
export const containersListed: CheckKind<ContainersListed> = {
	fields: { running: 'text' },
	reasons: ['exited'],
	evaluate({ running }, { world, isCurrent }) {
		if (world.listings.some((names) => names.includes(running))) return pass;
		const container = findContainer(world, running);
		const code = String(container?.exitCode ?? 0);
		return isCurrent && container?.state === 'exited' ? fail('exited', { name: running, code }) : waiting;
	},
};
