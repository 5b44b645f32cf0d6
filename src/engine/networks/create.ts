import type { NetworkCreateRequest, NetworkCreateResponse } from '#api';
import { conflict, forbidden, invalid, notFound, unsupported } from '#base';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import {
	contains,
	formatAddress,
	formatSubnet,
	nextPool,
	overlaps,
	parseAddress,
	parseSubnet,
	type Subnet,
} from './address.ts';
import { emitNetworkEvent } from './attach.ts';
import { bringUp } from './bridge.ts';
import type { Network } from './network.ts';

/** POST /networks/create. */
export async function createNetwork(
	daemon: Daemon,
	request: NetworkCreateRequest,
): Promise<NetworkCreateResponse> {
	const name = request.Name ?? '';
	if (name.trim() === '') throw invalid('network name is required');
	if (['bridge', 'host', 'none', 'default'].includes(name)) {
		throw forbidden(`operation is not permitted on predefined ${name} network`);
	}
	if (daemon.networks.list().some((network) => network.name === name)) {
		throw conflict(`network with name ${name} already exists`);
	}
	const driver = request.Driver || 'bridge';
	if (driver === 'host' || driver === 'null')
		throw forbidden(`only one instance of "${driver}" network is allowed`);
	if (driver !== 'bridge') {
		throw notFound(`plugin "${driver}" not found`);
	}
	refuseIPv6(request);
	const network = describe(daemon, name, request);
	daemon.networks.add(network);
	try {
		await bringUp(daemon, network);
	} catch (error) {
		daemon.networks.delete(network);
		throw error;
	}
	emitNetworkEvent(daemon, 'create', network);
	return { Id: network.id, Warning: '' };
}

/** The guest's bridges have IPv4 alone; a network that only said to have more would deceive. */
function refuseIPv6({ EnableIPv6, EnableIPv4, IPAM }: NetworkCreateRequest): void {
	if (EnableIPv4 === false && !EnableIPv6) throw invalid('IPv4 or IPv6 must be enabled');
	if (EnableIPv6 || IPAM?.Config?.some(({ Subnet }) => Subnet?.includes(':')))
		throw unsupported('IPv6 networks are not available in this sandbox: leave out --ipv6 and IPv6 subnets');
}

function describe(daemon: Daemon, name: string, request: NetworkCreateRequest): Network {
	const id = newId(daemon.ports.random);
	const asked = request.IPAM?.Config ?? [];
	const [config] = asked;
	const used = daemon.networks.list().flatMap(({ subnet }) => (subnet ? [subnet] : []));
	const subnet = config?.Subnet ? checkedSubnet(config.Subnet, used) : nextPool(used);
	const gateway = config?.Gateway ?? formatAddress(subnet.base + 1);
	const address = parseAddress(gateway);
	if (address === null || !contains(subnet, address)) {
		throw invalid(
			`invalid network config:\ninvalid gateway ${gateway}: parent subnet is ${formatSubnet(subnet)}`,
		);
	}
	return {
		id,
		name,
		driver: 'bridge',
		createdAt: daemon.time.now(),
		subnet,
		hasOwnSubnet: Boolean(config?.Subnet),
		gateway,
		bridge: request.Options?.['com.docker.network.bridge.name'] ?? `br-${id.slice(0, 12)}`,
		isInternal: request.Internal ?? false,
		isAttachable: request.Attachable ?? false,
		options: request.Options ?? {},
		labels: request.Labels ?? {},
		ipam: {
			Driver: request.IPAM?.Driver || 'default',
			Options: request.IPAM?.Options ?? (request.IPAM ? {} : null),
			Config: config?.Subnet ? asked : [{ Subnet: formatSubnet(subnet), Gateway: gateway }],
		},
	};
}

function checkedSubnet(text: string, used: Subnet[]): Subnet {
	const subnet = parseSubnet(text);
	if (used.some((other) => overlaps(subnet, other))) {
		throw forbidden('invalid pool request: Pool overlaps with other one on this address space');
	}
	return subnet;
}
