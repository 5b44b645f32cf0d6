import type { EndpointSettings } from '#api';
import { forbidden, internal, invalid, notFound } from '#base';
import type { Container } from '../containers/container.ts';
import { hostsFile, resolvConf } from '../containers/files.ts';
import { containerDirectory } from '../containers/inspect.ts';
import type { Daemon } from '../daemon.ts';
import { connectEndpoint, disconnectEndpoint, refreshPeers, writeNames } from './attach.ts';
import { inGuest } from './bridge.ts';
import { checkEndpoint, outwardEndpoint, type LiveEndpoint } from './endpoint.ts';
import type { Network } from './network.ts';
import { followWayOut } from './publish.ts';

/** POST /networks/{id}/connect: also of a running container, whose interface is made at once. */
export function connectContainer(
	daemon: Daemon,
	network: Network,
	container: Container,
	settings: Partial<EndpointSettings>,
): Promise<void> {
	return container.lock.run(async () => {
		checkEndpoint(network, network.name, settings);
		checkConnection(daemon, network, container);
		if (container.endpoints.some(({ network: name }) => name === network.name)) {
			if (!container.task) return;
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
		const router = outwardEndpoint(container);
		try {
			const live = connectEndpoint(daemon, container, endpoint);
			await inGuest(daemon, plugIn(live, container.pid));
			await followWayOut(daemon, container, router);
			await rewriteFiles(daemon, container, resolver);
			await refreshPeers(daemon, container);
		} catch (error) {
			await unplug(daemon, endpoint.live);
			disconnectEndpoint(daemon, container, endpoint);
			container.endpoints = container.endpoints.filter((other) => other !== endpoint);
			throw error;
		}
	});
}

const SHARED_NETWORK =
	'container sharing network namespace with another container or host cannot be connected to any other network';

/** Throws in Docker's words where the kinds of the container's networks and of this one do not go together. */
function checkConnection(daemon: Daemon, network: Network, { hostConfig, endpoints }: Container): void {
	if (hostConfig.NetworkMode.startsWith('container:')) throw invalid(SHARED_NETWORK);
	if (network.driver === 'host' && hostConfig.NetworkMode !== 'host') {
		throw invalid(
			'cannot connect container to host network - container must be created in host network mode',
		);
	}
	const others = endpoints.filter(({ network: name }) => name !== network.name);
	const drivers = others.map(({ network: ref }) => daemon.networks.find(ref)?.driver);
	if (drivers.length > 0 && [...drivers, network.driver].includes('host')) throw invalid(SHARED_NETWORK);
	if (drivers.length > 0 && [...drivers, network.driver].includes('null')) {
		throw invalid(
			'container cannot be connected to multiple networks with one of the networks in private (none) mode',
		);
	}
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
			const where = container.task ? 'network' : 'the network';
			throw internal(`container ${container.id} is not connected to ${where} ${network.name}`);
		}
		if (network.driver === 'host' && container.task) {
			throw invalid(
				'cannot disconnect container from host network - container was created in host network mode',
			);
		}
		if (container.task && endpoint.live?.ifName) {
			await inGuest(daemon, [`nsenter -t ${container.pid} -n ip link del ${endpoint.live.ifName}`]);
		}
		const resolver = await resolvConf(daemon, container);
		const router = outwardEndpoint(container);
		disconnectEndpoint(daemon, container, endpoint);
		container.endpoints = container.endpoints.filter((other) => other !== endpoint);
		if (container.task) {
			await followWayOut(daemon, container, router);
			await rewriteFiles(daemon, container, resolver);
		}
		await refreshPeers(daemon, container, network);
	});
}

/** The same where the network itself is gone, as it may be while the container does not run. */
export function forgetNetwork(container: Container, name: string, force: boolean): Promise<void> {
	return container.lock.run(() => {
		const isKnown = container.endpoints.some(({ network }) => network === name);
		if (container.task && !force) throw notFound(`network ${name} not found`);
		if (!isKnown) throw internal(`container ${container.id} is not connected to the network ${name}`);
		container.endpoints = container.endpoints.filter(({ network }) => network !== name);
		return Promise.resolve();
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

/** Takes away again what may have been made of it. */
async function unplug(daemon: Daemon, live: LiveEndpoint | null): Promise<void> {
	if (live?.hostIfName) await inGuest(daemon, [`ip link del ${live.hostIfName}`]).catch(() => undefined);
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
