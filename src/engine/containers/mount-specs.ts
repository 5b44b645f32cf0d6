import type { HostConfig } from '#api';
import type { MountSpec } from '../ports.ts';
import type { Container } from './container.ts';
import { containerDirectory } from './inspect.ts';

/** All mounts of a container: what the system needs first, then its own, parents before children. */
export function mountSpecs(container: Container): MountSpec[] {
	const own = container.mounts.map((mount): MountSpec => {
		if (mount.type === 'tmpfs') {
			return system('tmpfs', mount.destination, 'tmpfs', mount.options);
		}
		const access = mount.isReadOnly ? ['ro'] : [];
		return {
			source: mount.source,
			target: mount.destination,
			type: 'bind',
			options: ['rbind', ...access, mount.propagation || 'rprivate'],
			createSource: mount.createSource,
		};
	});
	const taken = new Set(own.map(({ target }) => target));
	const defaults = [...systemMounts(container.hostConfig), ...fileMounts(container)].filter(
		({ target }) => !taken.has(target),
	);
	const depth = ({ target }: MountSpec) => target.split('/').filter(Boolean).length;
	return [...defaults, ...own.sort((a, b) => depth(a) - depth(b))];
}

function system(source: string, target: string, type: string, options: string[]): MountSpec {
	return { source, target, type, options, createSource: false };
}

function systemMounts({ Privileged, ShmSize, IpcMode, PidMode }: HostConfig): MountSpec[] {
	const access = Privileged ? 'rw' : 'ro';
	const proc =
		PidMode === 'host'
			? system('/proc', '/proc', 'bind', ['rbind', 'nosuid', 'noexec', 'nodev'])
			: system('proc', '/proc', 'proc', ['nosuid', 'noexec', 'nodev']);
	const shm =
		IpcMode === 'host'
			? system('/dev/shm', '/dev/shm', 'bind', ['rbind'])
			: system('shm', '/dev/shm', 'tmpfs', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${ShmSize}`]);
	return [
		proc,
		system('tmpfs', '/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
		system('devpts', '/dev/pts', 'devpts', [
			'nosuid',
			'noexec',
			'newinstance',
			'ptmxmode=0666',
			'mode=0620',
			'gid=5',
		]),
		system('sysfs', '/sys', 'sysfs', ['nosuid', 'noexec', 'nodev', access]),
		system('cgroup', '/sys/fs/cgroup', 'cgroup2', [access, 'nosuid', 'noexec', 'nodev']),
		system('mqueue', '/dev/mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev']),
		...(IpcMode === 'none' ? [] : [shm]),
	];
}

/** The files that the engine writes for a container, as its mounts. */
export function fileMounts(container: Container): MountSpec[] {
	const { NetworkMode } = container.hostConfig;
	const owner = NetworkMode.startsWith('container:') ? NetworkMode.slice('container:'.length) : container.id;
	const directory = containerDirectory({ id: owner });
	return ['resolv.conf', 'hostname', 'hosts'].map((name) =>
		system(`${directory}/${name}`, `/etc/${name}`, 'bind', ['rbind', 'rprivate']),
	);
}
