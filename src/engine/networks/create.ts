import type { IpamConfig, NetworkCreateRequest, NetworkCreateResponse } from '#api';
import { conflict, forbidden, invalid, notFound, unsupported } from '#base';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import { NO_SWARM } from '../swarm.ts';
import {
	firstFree,
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
import { checkPools, reservedAddresses } from './ipam.ts';
import type { Network } from './network.ts';

/** POST /networks/create. */
export async function createNetwork(
	daemon: Daemon,
	request: NetworkCreateRequest,
): Promise<NetworkCreateResponse> {
	const name = request.Name ?? '';
	if (name.trim() === '') throw invalid('invalid name: name is empty');
	if (['bridge', 'host', 'none', 'default'].includes(name)) {
		throw forbidden(`operation is not permitted on predefined ${name} network`);
	}
	if (daemon.networks.list().some((network) => network.name === name)) {
		throw conflict(`network with name ${name} already exists`);
	}
	const driver = request.Driver || 'bridge';
	if (driver === 'host' || driver === 'null')
		throw forbidden(`only one instance of "${driver}" network is allowed`);
	if (driver === 'overlay') throw forbidden(NO_SWARM);
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
	if (config?.Subnet || config?.Gateway || config?.IPRange) checkPools(asked);
	if (asked.length > 1) throw forbidden("bridge driver doesn't support multiple subnets");
	const used = daemon.networks.list().flatMap(({ subnet }) => (subnet ? [subnet] : []));
	const subnet = config?.Subnet ? checkedSubnet(config.Subnet, used) : nextPool(used);
	const gateway = gatewayOf(subnet, config);
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

/** The gateway that was asked for, or else the first address that containers could have. */
function gatewayOf(subnet: Subnet, config: IpamConfig | undefined): string {
	const [base, last, ...aside] = reservedAddresses(subnet, config);
	const asked = config?.Gateway ? parseAddress(config.Gateway) : null;
	if (asked !== null && (asked === base || asked === last)) {
		throw forbidden(`failed to allocate gateway (${config?.Gateway}): Address already in use`);
	}
	const range = parseSubnet(config?.IPRange ?? '') ?? subnet;
	const gateway = asked ?? firstFree(subnet, new Set(), range);
	if (gateway === null) throw forbidden("no available IPv4 addresses on this network's address pools");
	const names = Object.keys(config?.AuxiliaryAddresses ?? {});
	const clash = aside.findIndex((address) => [base, last, gateway].includes(address));
	if (clash >= 0) {
		const told = `${names[clash]}:${formatAddress(aside[clash] ?? 0)}`;
		throw forbidden(`failed to allocate secondary ip address (${told}): Address already in use`);
	}
	return formatAddress(gateway);
}

function checkedSubnet(text: string, used: Subnet[]): Subnet {
	const subnet = parseSubnet(text);
	if (!subnet) throw invalid(`invalid subnet ${text}: invalid CIDR block notation`);
	if (used.some((other) => overlaps(subnet, other))) {
		throw forbidden('invalid pool request: Pool overlaps with other one on this address space');
	}
	return subnet;
}
