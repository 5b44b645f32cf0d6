import type { EndpointSettings, HostConfig } from '#api';

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
