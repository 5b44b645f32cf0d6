import type { ContainerInspect, ContainerState, MountPoint } from '#api';
import type { Daemon } from '../daemon.ts';
import { containerDirectories } from '../images/inspect.ts';
import { imageSize } from '../images/store.ts';
import { networkSettings } from '../networks/settings.ts';
import { formatTime } from '../time.ts';
import type { ContainerMount } from '../volumes/mounts.ts';
import type { Container } from './container.ts';
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
		ResolvConfPath: `${directory}/resolv.conf`,
		HostnamePath: `${directory}/hostname`,
		HostsPath: `${directory}/hosts`,
		LogPath: hasLog(container) ? `${directory}/${logFileName(container.id)}` : '',
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

/** Whether json-file has begun to keep its log: it does when the container is first started. */
function hasLog({ hostConfig, phase, startedAt, exitCode }: Container): boolean {
	return (
		hostConfig.LogConfig.Type === 'json-file' && (phase !== 'created' || startedAt !== null || exitCode !== 0)
	);
}

/** Where the guest keeps a container's own files. */
export function containerDirectory(container: { id: string }): string {
	return `/var/lib/docker/containers/${container.id}`;
}

export function mountPoint(mount: ContainerMount): MountPoint {
	return {
		Type: mount.type,
		...(mount.volume && { Name: mount.volume }),
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
