import type { ContainerInspect, ContainerState, MountPoint } from '#api';
import type { Daemon } from '../daemon.ts';
import { containerDirectories } from '../images/inspect.ts';
import { imageSize } from '../images/store.ts';
import { networkSettings } from '../networks/settings.ts';
import { formatTime } from '../time.ts';
import type { ContainerMount } from '../volumes/mounts.ts';
import type { Container } from './container.ts';
import { networkOwner } from './find.ts';
import { shownLinks } from './links.ts';
import { logFileName } from './log-config.ts';
import { diskUsage } from './size.ts';

/** GET /containers/{id}/json. */
export async function inspectContainer(
	daemon: Daemon,
	container: Container,
	withSize: boolean,
): Promise<ContainerInspect> {
	const [path = '', ...args] = container.argv;
	const directory = containerDirectory(container);
	const running = [...container.execs.values()].filter(({ isRunning }) => isRunning).map(({ id }) => id);
	return {
		Id: container.id,
		Created: formatTime(container.createdAt),
		Path: path,
		Args: args,
		State: containerState(container),
		Image: container.image.id,
		...filePaths(daemon, container),
		LogPath:
			hasBegun(container) && container.hostConfig.LogConfig.Type === 'json-file'
				? `${directory}/${logFileName(container.id)}`
				: '',
		Name: `/${container.name}`,
		RestartCount: container.restartCount,
		Driver: 'overlay2',
		Platform: 'linux',
		MountLabel: '',
		ProcessLabel: '',
		AppArmorProfile: '',
		ExecIDs: running.length > 0 ? running : null,
		HostConfig: { ...container.hostConfig, Links: shownLinks(daemon, container) },
		GraphDriver: { Data: containerDirectories(container.id, container.image), Name: 'overlay2' },
		...(withSize && {
			SizeRw: await diskUsage(daemon, container),
			SizeRootFs: imageSize(container.image),
		}),
		Mounts: container.mounts.filter(({ isListed }) => isListed).map(mountPoint),
		Config: container.config,
		NetworkSettings: networkSettings(daemon, container),
	};
}

/** Whether it was ever started, with success or without: its log and its files are made then. */
function hasBegun({ phase, startedAt, exitCode }: Container): boolean {
	return phase !== 'created' || startedAt !== null || exitCode !== 0;
}

/** In another container's network, it has that one's files. */
function filePaths(daemon: Daemon, container: Container) {
	const directory = containerDirectory(networkOwner(daemon, container));
	const at = (name: string) => (hasBegun(container) ? `${directory}/${name}` : '');
	return { ResolvConfPath: at('resolv.conf'), HostnamePath: at('hostname'), HostsPath: at('hosts') };
}

/** Where the guest keeps a container's own files. */
export function containerDirectory(container: { id: string }): string {
	return `/var/lib/docker/containers/${container.id}`;
}

export function mountPoint(mount: ContainerMount): MountPoint {
	return {
		Type: mount.type,
		...(mount.volume && { Name: mount.volume }),
		...(mount.image && { Name: mount.image.name }),
		Source: mount.source,
		Destination: mount.destination,
		...(mount.volume && { Driver: 'local' }),
		Mode: mount.mode,
		RW: !mount.isReadOnly,
		Propagation: mount.propagation,
	};
}

function containerState(container: Container): ContainerState {
	return {
		Status: container.status,
		Running: container.isRunning,
		Paused: container.isPaused,
		Restarting: container.phase === 'restarting',
		OOMKilled: container.oomKilled,
		Dead: container.phase === 'dead',
		Pid: container.pid,
		ExitCode: container.exitCode,
		Error: container.error,
		StartedAt: formatTime(container.startedAt),
		FinishedAt: formatTime(container.finishedAt),
		...(container.health && { Health: container.health }),
	};
}
