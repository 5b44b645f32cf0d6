import type { ContainersPruneResponse } from '#api';
import { kindOf } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { untilTime } from '../until.ts';
import { removeContainer } from './remove.ts';
import { diskUsage } from './size.ts';

export const CONTAINER_PRUNE_FILTERS = ['label', 'label!', 'until'];

/** POST /containers/prune: all that do not run. */
export async function pruneContainers(daemon: Daemon, filters: Filters): Promise<ContainersPruneResponse> {
	const until = untilTime(daemon, filters);
	const deleted: string[] = [];
	let reclaimed = 0;
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
			const used = await diskUsage(daemon, container);
			await removeContainer(daemon, container, { force: false, volumes: false });
			deleted.push(container.id);
			reclaimed += used;
		} catch (error) {
			// Started or removed by somebody else in between: left alone.
			if (kindOf(error) !== 'conflict') throw error;
		}
	}
	daemon.events.emit('container', 'prune', '', { reclaimed: String(reclaimed) });
	return { ContainersDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}
