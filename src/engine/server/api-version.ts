import type { ContainerCreateRequest, ContainerInspect, MountRequest } from '#api';
import { invalid } from '#base';
import { shortId } from '../ids.ts';

/** Whether version `a` of the API comes before `b`. */
export function isBefore(a: string, b: string): boolean {
	const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
	for (let i = 0; i < Math.max(left.length, right.length); i++) {
		const difference = (left[i] ?? 0) - (right[i] ?? 0);
		if (difference !== 0) return difference < 0;
	}
	return false;
}

/** Refuses in Docker's words what an old client cannot have meant; takes away what was not known to it. */
export function checkCreateVersion(request: ContainerCreateRequest, version: string): void {
	const mounts = request.HostConfig?.Mounts ?? [];
	if (!isBefore(version, '1.42')) mounts.forEach(checkMountOptions);
	if (isBefore(version, '1.43')) delete request.HostConfig?.Annotations;
	const endpoints = Object.keys(request.NetworkingConfig?.EndpointsConfig ?? {});
	if (isBefore(version, '1.44') && endpoints.length > 1) {
		throw invalid(`Container cannot be created with multiple network endpoints: ${endpoints.join(', ')}`);
	}
	if (isBefore(version, '1.45') && mounts.some(({ VolumeOptions }) => VolumeOptions?.Subpath)) {
		throw invalid('VolumeOptions.Subpath needs API v1.45 or newer');
	}
	if (isBefore(version, '1.48')) {
		for (const endpoint of Object.values(request.NetworkingConfig?.EndpointsConfig ?? {})) {
			delete endpoint?.GwPriority;
		}
		if (mounts.some(({ Type }) => Type === 'image')) {
			throw invalid('Mount type "Image" needs API v1.48 or newer');
		}
	}
	// Until then, the IPC namespace of a container could be joined.
	if (isBefore(version, '1.40') && request.HostConfig) request.HostConfig.IpcMode ||= 'shareable';
}

/** Until 1.45 there were no names of an endpoint apart: all of them were called aliases. */
export function addOldAliases({ Id, Config, NetworkSettings }: ContainerInspect): void {
	for (const [name, endpoint] of Object.entries(NetworkSettings.Networks)) {
		if (['bridge', 'host', 'none', 'default'].includes(name)) continue;
		endpoint.Aliases = [...new Set([...(endpoint.Aliases ?? []), shortId(Id), Config.Hostname])];
	}
}

const FITTING = { volume: 'VolumeOptions', bind: 'BindOptions', tmpfs: 'TmpfsOptions' } as const;

function checkMountOptions(mount: MountRequest): void {
	for (const [type, options] of Object.entries(FITTING)) {
		if (mount[options] && mount.Type !== type) {
			throw invalid(`${options} must not be specified on mount type "${mount.Type}"`);
		}
	}
}
