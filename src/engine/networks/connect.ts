import type { EndpointSettings } from '#api';
import { conflict, forbidden, internal } from '#base';
import type { Container } from '../containers/container.ts';
import { hostsFile, resolvConf } from '../containers/files.ts';
import { containerDirectory } from '../containers/inspect.ts';
import type { Daemon } from '../daemon.ts';
import { connectEndpoint, disconnectEndpoint, refreshPeers, writeNames } from './attach.ts';
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
		const resolver = await resolvConf(daemon, container);
		try {
			const live = connectEndpoint(daemon, container, endpoint);
			await inGuest(daemon, plugIn(live, container.pid));
			await rewriteFiles(daemon, container, resolver);
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
		const resolver = await resolvConf(daemon, container);
		disconnectEndpoint(daemon, container, endpoint);
		container.endpoints = container.endpoints.filter((other) => other !== endpoint);
		if (container.task) await rewriteFiles(daemon, container, resolver);
		await refreshPeers(daemon, container, network);
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

/** Its hosts, its name server's names and, unless somebody has edited it, its resolv.conf. */
async function rewriteFiles(daemon: Daemon, container: Container, was: string): Promise<void> {
	const { runtime } = daemon.ports;
	const directory = containerDirectory(container);
	const put = (name: string, text: string) =>
		runtime.writeFile('', `${directory}/${name}`, new TextEncoder().encode(text));
	await put('hosts', hostsFile(daemon, container));
	await writeNames(daemon, container);
	const present = new TextDecoder().decode(await runtime.readFile('', `${directory}/resolv.conf`, 64 * 1024));
	if (present === was) await put('resolv.conf', await resolvConf(daemon, container));
}
