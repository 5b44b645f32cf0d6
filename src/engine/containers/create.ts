import type { ContainerCreateRequest, ContainerCreateResponse, EndpointSettings, HostConfig } from '#api';
import { invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import { PLATFORM } from '../images/platform.ts';
import { NO_IMAGE } from '../images/scratch.ts';
import { randomName } from '../names.ts';
import { contains, parseAddress } from '../networks/address.ts';
import { endpointsFor } from '../networks/endpoint.ts';
import { checkPortBindings } from '../networks/ports.ts';
import { resolveMounts } from '../volumes/mounts.ts';
import { mergeConfig } from './config.ts';
import { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';
import { checkLogConfig, logLimits } from './log-config.ts';
import { checkRestartPolicy, hostConfigOf } from './host-config.ts';
import { checkPlatform, checkResources, discardUnsupported } from './limits.ts';
import { checkLinks, HOST_LINKS } from './links.ts';
import { checkName } from './rename.ts';
import { parseSignal } from './signals.ts';

/** POST /containers/create; a build's step (`isStep`) may begin with no image. Nothing is left behind when it fails; errors are in Docker's words. */
export async function createContainer(
	daemon: Daemon,
	request: ContainerCreateRequest,
	options: { name: string; platform: string; isStep?: boolean },
): Promise<ContainerCreateResponse> {
	const hostConfig = hostConfigOf(request.HostConfig ?? {});
	checkHostConfig(request, hostConfig);
	checkRestartPolicy(hostConfig);
	checkLogConfig(hostConfig.LogConfig);
	checkAddresses(daemon, hostConfig, request.NetworkingConfig?.EndpointsConfig ?? {});
	const machine = await daemon.machine();
	const discards = discardUnsupported(request.HostConfig ?? {}, hostConfig);
	checkResources(hostConfig, machine.cpus);
	checkPlatform(hostConfig);
	if (request.StopSignal) parseSignal(request.StopSignal);
	const image = options.isStep && !request.Image ? NO_IMAGE : daemon.images.resolve(request.Image ?? '');
	const id = newId(daemon.ports.random);
	const config = mergeConfig(request, image.configuration.config, id);
	if (hostConfig.NetworkMode === 'host' && !request.Hostname) config.Hostname = machine.hostname;
	if (hostConfig.NetworkMode.startsWith('container:')) config.Hostname = '';
	const name = reserveName(daemon, options.name, id);
	try {
		const container = new Container(
			{
				id,
				name,
				image,
				config,
				hostConfig: joinedContainers(daemon, hostConfig),
				mounts: await resolveMounts(daemon, config, hostConfig, image),
				endpoints: endpointsFor(hostConfig, request.NetworkingConfig?.EndpointsConfig ?? {}),
				createdAt: daemon.time.now(),
				logLimits: logLimits(hostConfig),
			},
			daemon.time,
		);
		checkLinks(daemon, container);
		daemon.containers.add(container);
		emitContainerEvent(daemon, container, 'create');
		return { Id: id, Warnings: [...discards, ...warnings(hostConfig, options.platform)] };
	} catch (error) {
		daemon.containers.release(name, id);
		throw error;
	}
}

function reserveName(daemon: Daemon, asked: string, id: string): string {
	const name = asked.replace(/^\//, '');
	if (name !== '') {
		checkName(name);
		daemon.containers.reserve(name, id);
		return name;
	}
	for (let attempt = 0; ; attempt++) {
		const random = attempt > 20 ? id.slice(0, 12) : randomName(daemon.ports.random, attempt);
		if (daemon.containers.isNameTaken(random)) continue;
		daemon.containers.reserve(random, id);
		return random;
	}
}

function checkHostConfig(request: ContainerCreateRequest, hostConfig: HostConfig): void {
	if (Object.keys(request).length === 0) {
		throw invalid('config cannot be empty in order to create a container');
	}
	const { NetworkMode, PortBindings, PublishAllPorts } = hostConfig;
	if (NetworkMode.startsWith('container:')) {
		const conflicting = (what: string) =>
			invalid(`conflicting options: ${what} and the container type network mode`);
		if (request.Hostname) throw invalid('conflicting options: hostname and the network mode');
		if (hostConfig.Links?.length)
			throw conflicting(
				"container type network can't be used with links. This would result in undefined behavior",
			);
		if (Object.keys(PortBindings ?? {}).length > 0 || PublishAllPorts) throw conflicting('port publishing');
		if (hostConfig.ExtraHosts?.length) throw conflicting('custom host-to-IP mapping');
		if (hostConfig.Dns?.length) throw conflicting('dns');
	}
	if (NetworkMode === 'host' && hostConfig.Links?.length) throw invalid(HOST_LINKS);
	if (hostConfig.UTSMode === 'host' && request.Hostname) {
		throw invalid('conflicting options: hostname and the UTS mode');
	}
	checkModes(hostConfig);
	checkPortBindings(PortBindings ?? {});
}

/** An address of one's own needs a network of one's own, and must be on it. */
function checkAddresses(
	daemon: Daemon,
	{ NetworkMode }: HostConfig,
	endpoints: Record<string, Partial<EndpointSettings> | null>,
): void {
	const own = endpoints[NetworkMode] ?? endpoints['default'];
	const asked = own?.IPAMConfig?.IPv4Address ?? '';
	const problems: string[] = [];
	if (['bridge', 'host', 'none'].includes(NetworkMode)) {
		if (asked) problems.push('user specified IP address is supported on user defined networks only');
		if (own?.Aliases?.length) {
			problems.push('network-scoped aliases are only supported for user-defined networks');
		}
	} else if (asked) {
		const subnet = daemon.networks.list().find(({ name, id }) => name === NetworkMode || id === NetworkMode);
		const address = parseAddress(asked);
		const isGateway = asked === subnet?.gateway;
		if (subnet?.subnet && (address === null || isGateway || !contains(subnet.subnet, address))) {
			problems.push(`no configured subnet or ip-range contain the IP address ${asked}`);
		}
	}
	if (problems.length === 0) return;
	throw invalid(
		`invalid config for network ${NetworkMode}: invalid endpoint settings:\n${problems.join('\n')}`,
	);
}

function checkModes({ IpcMode, PidMode, UTSMode, CgroupnsMode, ExtraHosts, Runtime }: HostConfig): void {
	if (!/^(|none|host|private|shareable|container:.+)$/.test(IpcMode))
		throw invalid(`invalid IPC mode: ${IpcMode}`);
	if (!/^(|host|container:.+)$/.test(PidMode)) throw invalid(`invalid PID mode: ${PidMode}`);
	if (!/^(|host)$/.test(UTSMode)) throw invalid(`invalid UTS mode: ${UTSMode}`);
	if (!/^(|host|private)$/.test(CgroupnsMode))
		throw invalid(`invalid CgroupNamespaceMode mode: ${CgroupnsMode}`);
	for (const host of ExtraHosts ?? []) {
		if (!host.includes(':')) throw invalid(`bad format for add-host: "${host}"`);
	}
	if (Runtime && !['runc', 'io.containerd.runc.v2'].includes(Runtime)) {
		throw invalid(`unknown or invalid runtime name: ${Runtime}`);
	}
}

/** `container:NAME` becomes `container:ID` at once, as Docker stores it; a missing one is found out at start. */
function joinedContainers(daemon: Daemon, hostConfig: HostConfig): HostConfig {
	const resolve = (mode: string) => {
		if (!mode.startsWith('container:')) return mode;
		return `container:${daemon.containers.find(mode.slice(10))?.id ?? mode.slice(10)}`;
	};
	return {
		...hostConfig,
		NetworkMode: resolve(hostConfig.NetworkMode),
		IpcMode: resolve(hostConfig.IpcMode),
		PidMode: resolve(hostConfig.PidMode),
	};
}

/** How much of its output a container keeps, in bytes; undefined for the usual amount. */

function warnings(hostConfig: HostConfig, platform: string): string[] {
	const found: string[] = [];
	if (hostConfig.NetworkMode === 'host' && Object.keys(hostConfig.PortBindings ?? {}).length > 0) {
		found.push('Published ports are discarded when using host network mode');
	}
	const own = `${PLATFORM.os}/${PLATFORM.architecture}`;
	if (platform && platform !== own && platform !== PLATFORM.os) {
		found.push(
			`The requested image's platform (${platform}) does not match the detected host platform (${own}) and no specific platform was requested`,
		);
	}
	return found;
}
