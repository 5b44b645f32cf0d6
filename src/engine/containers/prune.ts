import type { ContainersPruneResponse } from '#api';
import { kindOf } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { untilTime } from '../images/list.ts';
import { removeContainer } from './remove.ts';

export const CONTAINER_PRUNE_FILTERS = ['label', 'label!', 'until'];

/** POST /containers/prune: all that do not run. */
export async function pruneContainers(daemon: Daemon, filters: Filters): Promise<ContainersPruneResponse> {
	const until = untilTime(daemon, filters);
	const deleted: string[] = [];
	for (const container of daemon.containers.list()) {
		const labels = container.config.Labels;
		if (
			container.isRunning ||
			(until !== null && container.createdAt >= until) ||
			!filters.matchLabels('label', labels) ||
			(filters.has('label!') && filters.matchLabels('label!', labels))
		) {
			continue;
		}
		try {
			await removeContainer(daemon, container, { force: false, volumes: false });
			deleted.push(container.id);
		} catch (error) {
			// Started or removed by somebody else in between: left alone.
			if (kindOf(error) !== 'conflict') throw error;
		}
	}
	daemon.events.emit('container', 'prune', '', { reclaimed: '0' });
	return { ContainersDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: 0 };
}
