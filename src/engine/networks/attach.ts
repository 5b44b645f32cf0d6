import { internal, invalid, messageOf, SandboxError } from '#base';
import { toHex } from '#oci';
import type { Container } from '../containers/container.ts';
import { hostsFile, namesFile } from '../containers/files.ts';
import { containerDirectory } from '../containers/inspect.ts';
import type { Daemon } from '../daemon.ts';
import { newId, macOf } from '../ids.ts';
import type { EndpointSpec } from '../ports.ts';
import { firstFree, formatAddress, parseAddress } from './address.ts';
import { outwardEndpoint, type Endpoint, type LiveEndpoint } from './endpoint.ts';
import { rangeOf, reservedAddresses } from './ipam.ts';
import type { Network } from './network.ts';
import { takePorts } from './publish.ts';

/** Gives a starting container its addresses and ports. Throws in Docker's words; what was taken is released by `releaseEndpoints`. */
export async function connectEndpoints(daemon: Daemon, container: Container): Promise<void> {
	if (container.config.NetworkDisabled) return;
	try {
		for (const endpoint of container.endpoints) connectEndpoint(daemon, container, endpoint);
	} catch (error) {
		if (!(error instanceof SandboxError)) throw error;
		throw new SandboxError(error.kind, `failed to set up container networking: ${error.message}`, {
			cause: error,
		});
	}
	takePorts(daemon, container);
	await refreshPeers(daemon, container);
}

/** Gives one endpoint its place on its network. */
export function connectEndpoint(daemon: Daemon, container: Container, endpoint: Endpoint): LiveEndpoint {
	const network = daemon.networks.resolve(endpoint.network);
	endpoint.networkId = network.id;
	const used = container.endpoints.flatMap(({ live }) => (live?.ifName ? [live.ifName] : []));
	let index = 0;
	while (used.includes(`eth${index}`)) index++;
	endpoint.live = {
		networkId: network.id,
		endpointId: newId(daemon.ports.random),
		...(network.subnet ? bridged(daemon, network, endpoint, `eth${index}`) : unbridged()),
	};
	emitNetworkEvent(daemon, 'connect', network, container.id);
	return endpoint.live;
}

function bridged(daemon: Daemon, network: Network, { settings }: Endpoint, ifName: string) {
	const subnet = network.subnet;
	if (!subnet) throw internal(`network ${network.name} has no subnet`);
	const asked = settings.IPAMConfig?.IPv4Address;
	const taken = takenAddresses(daemon, network);
	const address = asked ? parseAddress(asked) : firstFree(subnet, taken, rangeOf(network));
	if (address === null) {
		throw invalid(
			`no available IPv4 addresses on this network's address pools: ${network.name} (${network.id})`,
		);
	}
	if (asked && taken.has(address)) throw invalid('Address already in use');
	return {
		mac: settings.MacAddress || macOf(address),
		address: formatAddress(address),
		prefix: subnet.prefix,
		gateway: network.isInternal ? '' : network.gateway,
		bridge: network.bridge,
		hostIfName: `veth${toHex(daemon.ports.random(4)).slice(0, 7)}`,
		ifName,
	};
}

function unbridged() {
	return { mac: '', address: '', prefix: 0, gateway: '', bridge: '', hostIfName: '', ifName: '' };
}

function takenAddresses(daemon: Daemon, network: Network): Set<number> {
	const live = daemon.containers
		.list()
		.flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.live))
		.filter((endpoint) => endpoint?.networkId === network.id)
		.map((endpoint) => parseAddress(endpoint?.address ?? '') ?? 0);
	const reserved = network.subnet ? reservedAddresses(network.subnet, network.ipam.Config?.[0]) : [];
	return new Set([parseAddress(network.gateway) ?? 0, ...reserved, ...live]);
}

/** What the guest is to make; one of them has the default route. */
export function endpointSpecs(_daemon: Daemon, container: Container): EndpointSpec[] {
	const bridgedOnes = container.endpoints.flatMap(({ live }) => (live?.bridge ? [live] : []));
	const router = outwardEndpoint(container);
	return bridgedOnes.map((live) => ({
		bridge: live.bridge,
		hostIfName: live.hostIfName,
		ifName: live.ifName,
		mac: live.mac,
		address: `${live.address}/${live.prefix}`,
		gateway: live === router ? live.gateway : '',
	}));
}

/** Gives back addresses and ports after the end of a run. */
export function releaseEndpoints(daemon: Daemon, container: Container): void {
	daemon.portAllocator.release(container.ports);
	container.ports = [];
	container.sandboxId = '';
	for (const endpoint of container.endpoints) disconnectEndpoint(daemon, container, endpoint);
}

export function disconnectEndpoint(daemon: Daemon, container: Container, endpoint: Endpoint): void {
	if (!endpoint.live) return;
	const network = daemon.networks.list().find(({ id }) => id === endpoint.live?.networkId);
	endpoint.live = null;
	if (network) emitNetworkEvent(daemon, 'disconnect', network, container.id);
}

/** An event about a network; `containerId` for connect and disconnect. */
export function emitNetworkEvent(
	daemon: Daemon,
	action: string,
	network: Network,
	containerId?: string,
): void {
	daemon.events.emit('network', action, network.id, {
		...(containerId && { container: containerId }),
		name: network.name,
		type: network.driver,
	});
}

/** Tells the name servers of the other running containers on a container's own networks its names; also on one that it has `left`. */
export async function refreshPeers(daemon: Daemon, container: Container, left?: Network): Promise<void> {
	const networks = new Set(
		container.endpoints.filter(({ network }) => network !== 'bridge').map(({ networkId }) => networkId),
	);
	if (left) networks.add(left.id);
	const peers = daemon.containers
		.list()
		.filter((peer) => peer !== container && peer.task)
		.filter((peer) => peer.endpoints.some(({ live }) => live?.bridge && networks.has(live.networkId)));
	await Promise.all(peers.map((peer) => writeNames(daemon, peer)));
}

/** What the name server of a running container knows. */
export function writeNames(daemon: Daemon, container: Container): Promise<void> {
	return writeOwn(daemon, container, 'names', namesFile(daemon, container));
}

/** The /etc/hosts of a running container, anew. */
export function writeHosts(daemon: Daemon, container: Container): Promise<void> {
	return writeOwn(daemon, container, 'hosts', hostsFile(daemon, container));
}

async function writeOwn(daemon: Daemon, container: Container, name: string, text: string): Promise<void> {
	const path = `${containerDirectory(container)}/${name}`;
	try {
		await daemon.ports.runtime.writeFile('', path, new TextEncoder().encode(text));
	} catch (error) {
		daemon.ports.log('warn', `${name} of ${container.id} not refreshed: ${messageOf(error)}`);
	}
}
