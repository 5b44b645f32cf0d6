import type { EndpointSettings } from '#api';
import { conflict, forbidden, internal } from '#base';
import type { Container } from '../containers/container.ts';
import { hostsFile } from '../containers/files.ts';
import { containerDirectory } from '../containers/inspect.ts';
import type { Daemon } from '../daemon.ts';
import { connectEndpoint, disconnectEndpoint, refreshPeers } from './attach.ts';
import { inGuest } from './bridge.ts';
import type { LiveEndpoint } from './endpoint.ts';
import type { Network } from './network.ts';

/** POST /networks/{id}/connect: also of a running container, whose interface is made at once. */
export function connectContainer(
	daemon: Daemon,
	network: Network,
	container: Container,
	settings: Partial<EndpointSettings>,
): Promise<void> {
	return container.lock.run(async () => {
		const { NetworkMode } = container.hostConfig;
		if (network.driver === 'host') {
			throw forbidden(
				'cannot connect container to host network - container must be created in host network mode',
			);
		}
		if (NetworkMode === 'host') {
			throw forbidden('container cannot be disconnected from host network or connected to host network');
		}
		if (NetworkMode.startsWith('container:'))
			throw conflict(
				'container sharing network namespace with another container or host cannot be connected to any other network',
			);
		if (container.endpoints.some(({ network: name }) => name === network.name)) {
			throw forbidden(`endpoint with name ${container.name} already exists in network ${network.name}`);
		}
		const endpoint = {
			network: network.name,
			networkId: network.id,
			settings,
			live: null as LiveEndpoint | null,
		};
		container.endpoints.push(endpoint);
		if (!container.task) return;
		try {
			const live = connectEndpoint(daemon, container, endpoint);
			await inGuest(daemon, plugIn(live, container.pid));
			await rewriteHosts(daemon, container);
			await refreshPeers(daemon, container);
		} catch (error) {
			disconnectEndpoint(daemon, container, endpoint);
			container.endpoints = container.endpoints.filter((other) => other !== endpoint);
			throw error;
		}
	});
}

/** POST /networks/{id}/disconnect. */
export function disconnectContainer(
	daemon: Daemon,
	network: Network,
	container: Container,
	force: boolean,
): Promise<void> {
	return container.lock.run(async () => {
		const endpoint = container.endpoints.find(({ network: name }) => name === network.name);
		if (!endpoint) {
			if (force) return;
			throw forbidden(`container ${container.id} is not connected to network ${network.name}`);
		}
		if (network.driver === 'host')
			throw forbidden('container cannot be disconnected from host network or connected to host network');
		if (container.task && endpoint.live?.ifName) {
			await inGuest(daemon, [`nsenter -t ${container.pid} -n ip link del ${endpoint.live.ifName}`]);
		}
		disconnectEndpoint(daemon, container, endpoint);
		container.endpoints = container.endpoints.filter((other) => other !== endpoint);
		if (container.task) await rewriteHosts(daemon, container);
		await refreshPeers(daemon, container);
	});
}

/** What the guest makes at a container's start, made later: a veth pair with one end inside. */
function plugIn(live: LiveEndpoint, pid: number): string[] {
	if (pid <= 0) throw internal('the container has no process');
	const inside = `nsenter -t ${pid} -n ip`;
	return [
		`ip link add ${live.hostIfName} type veth peer name ${live.ifName} netns ${pid}`,
		`ip link set ${live.hostIfName} master ${live.bridge} up`,
		`${inside} link set ${live.ifName} address ${live.mac} up`,
		`${inside} address add ${live.address}/${live.prefix} dev ${live.ifName}`,
	];
}

async function rewriteHosts(daemon: Daemon, container: Container): Promise<void> {
	const content = new TextEncoder().encode(hostsFile(daemon, container));
	await daemon.ports.runtime.writeFile('', `${containerDirectory(container)}/hosts`, content);
}
