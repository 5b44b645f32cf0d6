import type { ContainerCreateRequest, EndpointSettings } from '#api';
import { internal, invalid } from '#base';
import { ENDPOINT_SYSCTLS } from '../networks/endpoint.ts';
import { isBefore } from './api-version.ts';

/**
 * Takes what a client says of the whole container to where it belongs by now; gives the warnings about it.
 * Throws in Docker's words for what has no place there.
 */
export function migrateCreate(request: ContainerCreateRequest, version: string): string[] {
	return [
		...volumeDriverWarning(request, version),
		...migrateMacAddress(request, version),
		...checkSysctls(request, version),
	];
}

function volumeDriverWarning({ HostConfig }: ContainerCreateRequest, version: string): string[] {
	if (!HostConfig?.VolumeDriver || isBefore(version, '1.48')) return [];
	const isIgnored = HostConfig.Mounts?.some(
		({ Type, VolumeOptions }) => Type === 'volume' && !VolumeOptions?.DriverConfig?.Name,
	);
	if (!isIgnored) return [];
	return [
		"WARNING: the container-wide volume-driver configuration is ignored for volumes specified via 'mount'. Use '--mount type=volume,volume-driver=...' instead",
	];
}

function networkMode({ HostConfig }: ContainerCreateRequest): string {
	return HostConfig?.NetworkMode || 'default';
}

/** Docker's bridge, or a network of one's own. */
function hasOwnAddress(request: ContainerCreateRequest): boolean {
	const mode = networkMode(request);
	return mode !== 'host' && mode !== 'none' && !mode.startsWith('container:');
}

function migrateMacAddress(request: ContainerCreateRequest, version: string): string[] {
	const { MacAddress } = request;
	delete request.MacAddress;
	const isOld = isBefore(version, '1.44');
	if (!MacAddress) {
		// An old client cannot have meant it.
		if (isOld) for (const settings of endpointsOf(request)) delete settings.MacAddress;
		return [];
	}
	if (isOld && !hasOwnAddress(request)) {
		throw invalid('conflicting options: mac-address and the network mode');
	}
	if (hasOwnAddress(request)) {
		const settings = mainEndpoint(request, isOld);
		if (!isOld && settings.MacAddress && settings.MacAddress !== MacAddress) {
			throw invalid(
				'the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty',
			);
		}
		settings.MacAddress = MacAddress;
	}
	if (isOld) return [];
	return [
		'The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.',
	];
}

function endpointsOf({ NetworkingConfig }: ContainerCreateRequest): Partial<EndpointSettings>[] {
	return Object.values(NetworkingConfig?.EndpointsConfig ?? {}).filter((settings) => settings !== null);
}

/** The settings of the network that the container's mode names, made when there are none at all. */
function mainEndpoint(request: ContainerCreateRequest, isOld: boolean): Partial<EndpointSettings> {
	const [first] = endpointsOf(request);
	if (first && isOld) return first;
	const mode = networkMode(request);
	const name = mode === 'default' ? 'bridge' : mode;
	const endpoints = ((request.NetworkingConfig ??= {}).EndpointsConfig ??= {});
	const found = endpoints[name] ?? endpoints[mode];
	if (found) return found;
	if (Object.keys(endpoints).length === 0) return (endpoints[name] = {});
	throw invalid(
		'unable to migrate container-wide MAC address to a specific network: HostConfig.NetworkMode must match the identity of a network in NetworkSettings.Networks',
	);
}

/** What is set of an interface belongs to its network: its name is not known before. */
function checkSysctls(request: ContainerCreateRequest, version: string): string[] {
	if (!hasOwnAddress(request) || isBefore(version, '1.48')) return [];
	const key = Object.keys(request.HostConfig?.Sysctls ?? {}).find((name) =>
		/^net\.[^.]*\.[^.]*\.eth[^.]*\./.test(name),
	);
	if (key === undefined) return [];
	throw internal(
		`interface specific sysctl setting ${JSON.stringify(key)} must be supplied using driver option '${ENDPOINT_SYSCTLS}'`,
	);
}
