import type { HostConfig } from '#api';
import { invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import { containerDirectories } from '../images/inspect.ts';
import type { MountSpec } from '../ports.ts';
import type { ContainerMount } from '../volumes/mounts.ts';
import type { Container } from './container.ts';
import { networkOwner } from './find.ts';
import { containerDirectory } from './inspect.ts';

/** All mounts of a container: what the system needs first, then its own, parents before children. */
export function mountSpecs(daemon: Daemon, container: Container): MountSpec[] {
	container.mounts.forEach((mount) => checkProc(container, mount));
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
	const isFree = ({ target }: MountSpec) => !taken.has(target);
	const defaults = systemMounts(container.hostConfig).filter(isFree);
	const files = fileMounts(daemon, container).filter(isFree);
	const depth = ({ target }: MountSpec) => target.split('/').filter(Boolean).length;
	return [...defaults, ...[...own, ...files].sort((a, b) => depth(a) - depth(b))];
}

/** What runc lets somebody mount into the proc file system. */
const PROC_FILES = new Set(
	'cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled'
		.split(' ')
		.map((name) => `/proc/${name}`),
);

/** Throws in the words of runc for a mount that would hide or replace what the kernel shows in /proc. */
function checkProc({ id, image }: Container, { type, source, destination }: ContainerMount): void {
	const isProc = destination === '/proc';
	if (!isProc && !destination.startsWith('/proc/')) return;
	if (isProc ? source === '/proc' : PROC_FILES.has(destination)) return;
	const path = `${containerDirectories(id, image)['MergedDir']}${destination}`;
	const why = isProc ? 'it is not of type proc' : 'it is inside /proc';
	throw invalid(
		`error during container init: error mounting "${type === 'tmpfs' ? 'tmpfs' : source}" to rootfs at "${destination}": create mountpoint for ${destination} mount: check proc-safety of ${destination} mount: "${path}" cannot be mounted because ${why}`,
	);
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

/** The files that the engine writes for a container, as its mounts: as little to be written as the root is. */
export function fileMounts(daemon: Daemon, container: Container): MountSpec[] {
	const access = container.hostConfig.ReadonlyRootfs ? ['ro'] : [];
	const directory = containerDirectory(networkOwner(daemon, container));
	return ['resolv.conf', 'hostname', 'hosts'].map((name) =>
		system(`${directory}/${name}`, `/etc/${name}`, 'bind', ['rbind', ...access, 'rprivate']),
	);
}
