import type { NetworkInspect } from '#api';
import { invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { formatTime } from '../time.ts';
import { isBuiltIn, type Network } from './network.ts';

export const NETWORK_FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

/** GET /networks: by name, without the containers on them. */
export function listNetworks(daemon: Daemon, filters: Filters): NetworkInspect[] {
	const type = filters.get('type');
	for (const value of type) {
		if (value !== 'custom' && value !== 'builtin') throw invalid(`invalid filter: 'type'='${value}'`);
	}
	const dangling = danglingOf(filters);
	const used = new Set(
		daemon.containers.list().flatMap(({ endpoints }) => endpoints.map((e) => e.networkId)),
	);
	return daemon.networks
		.list()
		.filter(
			(network) =>
				filters.some('driver', (driver) => driver === network.driver) &&
				filters.some('id', (id) => network.id.startsWith(id)) &&
				filters.some('name', (name) => network.name.includes(name)) &&
				filters.some('scope', (scope) => scope === 'local') &&
				filters.some('type', (kind) => (kind === 'builtin') === isBuiltIn(network)) &&
				filters.matchLabels('label', network.labels) &&
				(dangling === null || dangling === (!isBuiltIn(network) && !used.has(network.id))),
		)
		.map((network) => ({ ...inspectNetwork(daemon, network), Containers: {} }));
}

function danglingOf(filters: Filters): boolean | null {
	const values = filters.get('dangling');
	if (values.length === 0) return null;
	const [value = ''] = values;
	if (values.length > 1 || !/^(0|1|true|false)$/i.test(value)) {
		throw invalid(`invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
	}
	return /^(1|true)$/i.test(value);
}

/** GET /networks/{id}. */
export function inspectNetwork(daemon: Daemon, network: Network): NetworkInspect {
	const containers = daemon.containers
		.list()
		.flatMap(({ id, name, endpoints }) =>
			endpoints.flatMap(({ live }) => (live?.networkId === network.id ? [[id, name, live] as const] : [])),
		);
	return {
		Name: network.name,
		Id: network.id,
		Created: formatTime(network.createdAt),
		Scope: 'local',
		Driver: network.driver,
		EnableIPv4: true,
		EnableIPv6: false,
		IPAM: network.ipam,
		Internal: network.isInternal,
		Attachable: network.isAttachable,
		Ingress: false,
		ConfigFrom: { Network: '' },
		ConfigOnly: false,
		Containers: Object.fromEntries(
			containers.map(([id, name, live]) => [
				id,
				{
					Name: name,
					EndpointID: live.endpointId,
					MacAddress: live.mac,
					IPv4Address: live.address ? `${live.address}/${live.prefix}` : '',
					IPv6Address: '',
				},
			]),
		),
		Options: network.options,
		Labels: network.labels,
	};
}
