import { findContainer } from '../world/world.ts';
import { fail, pass, waiting, type CheckKind } from './check.ts';

export interface ContainerExited {
	name: string;
}

/** Passes once the container of that name has run and ended, however it ended. */
export const containerExited: CheckKind<ContainerExited> = {
	fields: { name: 'text' },
	reasons: ['still-running'],
	evaluate({ name }, { world, isCurrent }) {
		const container = findContainer(world, name);
		if (container?.state === 'exited') return pass;
		return isCurrent && container?.state === 'running' ? fail('still-running', { name }) : waiting;
	},
};
