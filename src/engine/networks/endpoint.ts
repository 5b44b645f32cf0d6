import type { EndpointSettings, HostConfig } from '#api';
import { invalid, unsupported } from '#base';
import { contains, parseAddress } from './address.ts';
import { throwProblems } from './ipam.ts';
import type { Network } from './network.ts';

/** The driver option for what the kernel is told of an endpoint's interface. */
export const ENDPOINT_SYSCTLS = 'com.docker.network.endpoint.sysctls';

/** What an endpoint has while its container runs. */
export interface LiveEndpoint {
	networkId: string;
	endpointId: string;
	mac: string;
	address: string;
	prefix: number;
	gateway: string;
	bridge: string;
	hostIfName: string;
	ifName: string;
}

/** A container's place on a network. */
export interface Endpoint {
	/** The network's name, as asked for. */
	network: string;
	/** Empty until it was connected for the first time. */
	networkId: string;
	/** What was asked for. */
	settings: Partial<EndpointSettings>;
	live: LiveEndpoint | null;
}

/**
 * The endpoint that has a running container's default route, through which it is reached from outside, and on which its
 * ports are published: that of the highest priority, else of the first network by name. An internal network has none.
 */
export function outwardEndpoint(container: { endpoints: readonly Endpoint[] }): LiveEndpoint | undefined {
	const priority = ({ settings }: Endpoint) => settings.GwPriority ?? 0;
	const [first] = container.endpoints
		.filter(({ live }) => live?.bridge && live.gateway)
		.sort((a, b) => priority(b) - priority(a) || (a.network < b.network ? -1 : 1));
	return first?.live ?? undefined;
}

/** The endpoints that a new container has: that of its network mode, and the others it asks for. */
export function endpointsFor(
	{ NetworkMode }: HostConfig,
	asked: Record<string, Partial<EndpointSettings> | null> | null,
): Endpoint[] {
	if (NetworkMode.startsWith('container:')) return [];
	const settings = { ...asked };
	const own = settings[NetworkMode] ?? settings['default'] ?? {};
	const others = Object.entries(settings).filter(([name]) => name !== NetworkMode && name !== 'default');
	return [[NetworkMode, own] as const, ...others].map(([network, config]) => ({
		network,
		networkId: '',
		settings: config ?? {},
		live: null,
	}));
}

/** Throws `invalid` in Docker's words for settings that an endpoint on this network cannot have, `unsupported` for what this sandbox does not do. `network` is undefined when there is none of that name yet. */
export function checkEndpoint(
	network: Network | undefined,
	name: string,
	{ IPAMConfig, Aliases, MacAddress, DriverOpts }: Partial<EndpointSettings>,
): void {
	if (DriverOpts?.[ENDPOINT_SYSCTLS] !== undefined)
		throw unsupported(
			`the driver option ${ENDPOINT_SYSCTLS} is not available in this sandbox: set what it says from inside the container`,
		);
	const { IPv4Address: address = '', IPv6Address: address6 = '' } = IPAMConfig ?? {};
	const problems: string[] = [];
	if (['bridge', 'host', 'none'].includes(name)) {
		if (address || address6) {
			problems.push('user specified IP address is supported on user defined networks only');
		}
		if (Aliases?.length) {
			problems.push('network-scoped alias is supported only for containers in user defined networks');
		}
	}
	if (address && !parseAddress(address)) problems.push(`invalid IPv4 address: ${address}`);
	if (network) problems.push(...outside(network, address, address6));
	if (MacAddress && !/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(MacAddress)) {
		throw invalid(`invalid MAC address ${MacAddress}`);
	}
	throwProblems('invalid endpoint settings', problems);
}

const NO_OWN_SUBNET =
	'user specified IP address is supported only when connecting to networks with user configured subnets';

function outside({ subnet, hasOwnSubnet }: Network, text: string, text6: string): string[] {
	const problems: string[] = [];
	if (text && (!subnet || !hasOwnSubnet)) problems.push(NO_OWN_SUBNET);
	else if (text && subnet && !contains(subnet, parseAddress(text) ?? 0)) {
		problems.push(`no configured subnet or ip-range contain the IP address ${text}`);
	}
	if (text6) problems.push(NO_OWN_SUBNET);
	return problems;
}
