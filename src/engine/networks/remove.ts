import { forbidden } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { untilTime } from '../until.ts';
import { emitNetworkEvent } from './attach.ts';
import { takeDown } from './bridge.ts';
import { assertRemovable, isBuiltIn, type Network } from './network.ts';

/** DELETE /networks/{id}. Throws forbidden in Docker's words while containers are on it. */
export async function removeNetwork(daemon: Daemon, network: Network): Promise<void> {
	assertRemovable(network);
	const active = activeEndpoints(daemon, network);
	if (active.length > 0) {
		throw forbidden(
			`error while removing network: network ${network.name} has active endpoints (${active.map(({ name, endpointId }) => `name:"${name}" id:"${endpointId.slice(0, 12)}"`).join(', ')})`,
		);
	}
	await takeDown(daemon, network);
	daemon.networks.delete(network);
	emitNetworkEvent(daemon, 'destroy', network);
}

function activeEndpoints(daemon: Daemon, network: Network): { name: string; endpointId: string }[] {
	return daemon.containers
		.list()
		.flatMap(({ name, endpoints }) =>
			endpoints.flatMap(({ live }) =>
				live?.networkId === network.id ? [{ name, endpointId: live.endpointId }] : [],
			),
		);
}

export const NETWORK_PRUNE_FILTERS = ['label', 'label!', 'until'];

/** POST /networks/prune: those that no container uses. */
export async function pruneNetworks(
	daemon: Daemon,
	filters: Filters,
): Promise<{ NetworksDeleted: string[] | null }> {
	const until = untilTime(daemon, filters);
	const deleted: string[] = [];
	for (const network of daemon.networks.list()) {
		if (
			isBuiltIn(network) ||
			activeEndpoints(daemon, network).length > 0 ||
			(until !== null && network.createdAt >= until) ||
			!filters.matchLabels('label', network.labels) ||
			(filters.has('label!') && filters.matchLabels('label!', network.labels))
		) {
			continue;
		}
		await removeNetwork(daemon, network);
		deleted.push(network.name);
	}
	daemon.events.emit('network', 'prune', '', { reclaimed: '0' });
	return { NetworksDeleted: deleted.length > 0 ? deleted : null };
}
