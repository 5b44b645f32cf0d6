import type { ContainerCreateRequest, ContainerCreateResponse, EndpointSettings, HostConfig } from '#api';
import { invalid, messageOf } from '#base';
import { checkImagePlatform, parsePlatform, PLATFORM, platformName } from '#oci';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import { NO_IMAGE } from '../images/scratch.ts';
import type { ImageRecord } from '../images/store.ts';
import { randomName } from '../names.ts';
import { checkEndpoint, endpointsFor } from '../networks/endpoint.ts';
import { checkPortBindings } from '../networks/ports.ts';
import { securityOptions } from '../security/options.ts';
import { unmountImages } from '../volumes/image-mounts.ts';
import { resolveMounts, type ContainerMount } from '../volumes/mounts.ts';
import { mergeConfig } from './config.ts';
import { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';
import { checkLogConfig, logLimits } from './log-config.ts';
import { checkRestartPolicy, hostConfigOf } from './host-config.ts';
import { checkPlatform, checkResources, discardUnsupported } from './limits.ts';
import { bindLinks, HOST_LINKS } from './links.ts';
import { checkName } from './rename.ts';
import { parseSignal } from './signals.ts';
import { makeWorkingDirectory } from './working-directory.ts';

/** POST /containers/create; a build's step (`isStep`) may begin with no image. Nothing is left behind when it fails; errors are in Docker's words. */
export async function createContainer(
	daemon: Daemon,
	request: ContainerCreateRequest,
	options: { name: string; platform: string; isStep?: boolean },
): Promise<ContainerCreateResponse> {
	const hostConfig = hostConfigOf(request.HostConfig ?? {});
	checkHostConfig(request, hostConfig);
	if (!request.Image && !request.Cmd?.length && !request.Entrypoint?.length) {
		throw invalid('no command specified');
	}
	checkRestartPolicy(hostConfig);
	checkLogConfig(hostConfig.LogConfig);
	checkEndpoints(daemon, hostConfig, request.NetworkingConfig?.EndpointsConfig ?? {});
	const machine = await daemon.machine();
	const discards = discardUnsupported(request.HostConfig ?? {}, hostConfig);
	checkResources(hostConfig, machine.cpus);
	checkPlatform(hostConfig);
	if (request.StopSignal) parseSignal(request.StopSignal);
	const image = options.isStep && !request.Image ? NO_IMAGE : daemon.images.resolve(request.Image ?? '');
	if (options.platform !== '') {
		checkImagePlatform(request.Image ?? '', image.configuration, parsePlatform(options.platform));
	}
	const id = newId(daemon.ports.random);
	const config = mergeConfig(request, image.configuration.config, id);
	if (hostConfig.NetworkMode === 'host' && !request.Hostname) config.Hostname = machine.hostname;
	if (hostConfig.NetworkMode.startsWith('container:')) config.Hostname = '';
	const name = reserveName(daemon, options.name, id);
	let mounts: ContainerMount[] = [];
	try {
		mounts = await resolveMounts(daemon, { id, image }, config, hostConfig);
		const container = new Container(
			{
				id,
				name,
				image,
				config,
				hostConfig: joinedContainers(daemon, hostConfig),
				mounts,
				endpoints: endpointsFor(hostConfig, request.NetworkingConfig?.EndpointsConfig ?? {}),
				createdAt: daemon.time.now(),
				logLimits: logLimits(hostConfig),
			},
			daemon.time,
		);
		bindLinks(daemon, container);
		// A build's step that begins in a new directory has made it already.
		if (!options.isStep) await makeWorkingDirectory(daemon, container);
		daemon.containers.add(container);
		emitContainerEvent(daemon, container, 'create');
		return { Id: id, Warnings: [...discards, ...warnings(hostConfig, image, options.platform)] };
	} catch (error) {
		daemon.containers.release(name, id);
		await unmountImages(daemon, mounts);
		throw error;
	}
}

function reserveName(daemon: Daemon, asked: string, id: string): string {
	const name = asked.replace(/^\//, '');
	if (name !== '') {
		checkName(asked);
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
	const { NetworkMode } = hostConfig;
	if (NetworkMode === 'container' || NetworkMode === 'container:') {
		throw invalid('invalid network mode: invalid container format container:<name|id>');
	}
	if (NetworkMode.startsWith('container:')) checkJoinedNetwork(request, hostConfig);
	if (NetworkMode === 'host' && hostConfig.Links?.length) throw invalid(HOST_LINKS);
	if (hostConfig.UTSMode === 'host' && request.Hostname) {
		throw invalid('conflicting options: hostname and the UTS mode');
	}
	checkModes(hostConfig);
	securityOptions(hostConfig);
	checkPortBindings(hostConfig.PortBindings ?? {});
}

/** What a container that joins another's network cannot have of its own. */
function checkJoinedNetwork(request: ContainerCreateRequest, hostConfig: HostConfig): void {
	const { Links, Dns, ExtraHosts, PortBindings, PublishAllPorts } = hostConfig;
	const conflicting = (what: string) => invalid(`conflicting options: ${what}`);
	if (request.Hostname) throw conflicting('hostname and the network mode');
	if (Links?.length) {
		throw conflicting(
			"container type network can't be used with links. This would result in undefined behavior",
		);
	}
	if (Dns?.length) throw conflicting('dns and the network mode');
	if (ExtraHosts?.length) throw conflicting('custom host-to-IP mapping and the network mode');
	if (Object.keys(PortBindings ?? {}).length > 0 || PublishAllPorts) {
		throw conflicting('port publishing and the container type network mode');
	}
	if (Object.keys(request.ExposedPorts ?? {}).length > 0) {
		throw conflicting('port exposing and the container type network mode');
	}
}

function checkEndpoints(
	daemon: Daemon,
	{ NetworkMode }: HostConfig,
	endpoints: Record<string, Partial<EndpointSettings> | null>,
): void {
	for (const [name, settings] of Object.entries(endpoints)) {
		const ref = name === 'default' ? NetworkMode : name;
		try {
			checkEndpoint(daemon.networks.find(ref), ref, settings ?? {});
		} catch (error) {
			throw invalid(`invalid config for network ${ref}: ${messageOf(error)}`, { cause: error });
		}
	}
}

function checkModes(hostConfig: HostConfig): void {
	const { IpcMode, PidMode, UTSMode, CgroupnsMode, ExtraHosts, Runtime, Annotations } = hostConfig;
	if (Annotations && '' in Annotations) {
		throw invalid('invalid Annotations: the empty string is not permitted as an annotation key');
	}
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

/** `container:NAME` becomes `container:ID` at once, as Docker stores it. One whose network is missing is found out at start. */
function joinedContainers(daemon: Daemon, hostConfig: HostConfig): HostConfig {
	const resolve = (mode: string, isNeeded: boolean) => {
		if (!mode.startsWith('container:')) return mode;
		const ref = mode.slice('container:'.length);
		const id = daemon.containers.find(ref)?.id;
		// Not found would mean the image to a client, which would pull it.
		if (!id && isNeeded) throw invalid(`No such container: ${ref}`);
		return `container:${id ?? ref}`;
	};
	return {
		...hostConfig,
		NetworkMode: resolve(hostConfig.NetworkMode, false),
		IpcMode: resolve(hostConfig.IpcMode, true),
		PidMode: resolve(hostConfig.PidMode, true),
	};
}

function warnings(hostConfig: HostConfig, { configuration }: ImageRecord, askedPlatform: string): string[] {
	const found: string[] = [];
	if (hostConfig.NetworkMode === 'host' && Object.keys(hostConfig.PortBindings ?? {}).length > 0) {
		found.push('Published ports are discarded when using host network mode');
	}
	if (hostConfig.Mounts?.some(({ Type }) => Type === 'image')) {
		found.push('Image mount is an experimental feature');
	}
	const own = platformName({ ...PLATFORM, variant: '' });
	const { os, architecture } = configuration;
	if (askedPlatform === '' && (os !== PLATFORM.os || architecture !== PLATFORM.architecture)) {
		found.push(
			`The requested image's platform (${platformName(configuration)}) does not match the detected host platform (${own}) and no specific platform was requested`,
		);
	}
	return found;
}
