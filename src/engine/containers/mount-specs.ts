import type { HostConfig } from '#api';
import { invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import { containerDirectories } from '../images/inspect.ts';
import type { MountSpec } from '../ports.ts';
import { securityOptions } from '../security/options.ts';
import type { ContainerMount } from '../volumes/mounts.ts';
import { resolveSubpath } from '../volumes/subpath.ts';
import type { Container } from './container.ts';
import { networkOwner } from './find.ts';
import { containerDirectory } from './inspect.ts';

/** All mounts of a container: what the system needs first, then its own, parents before children. */
export async function mountSpecs(daemon: Daemon, container: Container): Promise<MountSpec[]> {
	container.mounts.forEach((mount) => checkTarget(container, mount));
	const own = await Promise.all(container.mounts.map((mount) => ownMount(daemon, mount)));
	const taken = new Set(own.map(({ target }) => target));
	const isFree = ({ target }: MountSpec) => !taken.has(target);
	const defaults = systemMounts(container.hostConfig).filter(isFree);
	const files = fileMounts(daemon, container).filter(isFree);
	const depth = ({ target }: MountSpec) => target.split('/').filter(Boolean).length;
	return [...defaults, ...[...own, ...files].sort((a, b) => depth(a) - depth(b))];
}

async function ownMount(daemon: Daemon, mount: ContainerMount): Promise<MountSpec> {
	const { type, source, subpath, destination, options, isReadOnly, propagation, createSource } = mount;
	if (type === 'tmpfs') return system('tmpfs', destination, 'tmpfs', options);
	return {
		source: subpath === '' ? source : await resolveSubpath(daemon, source, subpath),
		target: destination,
		type: 'bind',
		options: ['rbind', ...(isReadOnly ? ['ro'] : []), propagation || 'rprivate'],
		createSource,
	};
}

/** What runc lets somebody mount into the proc file system. */
const PROC_FILES = new Set(
	'cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled'
		.split(' ')
		.map((name) => `/proc/${name}`),
);

/** Throws in the words of runc for a mount that would hide the whole root, or what the kernel shows in /proc. */
function checkTarget({ id, image }: Container, { type, source, destination }: ContainerMount): void {
	const root = containerDirectories(id, image)['MergedDir'];
	const failure = (why: string) =>
		invalid(
			`error during container init: error mounting "${type === 'tmpfs' ? 'tmpfs' : source}" to rootfs at "${destination}": create mountpoint for ${destination} mount: ${why}`,
		);
	if (destination === '/') throw failure(`mountpoint "${root}" is on the top of rootfs "${root}"`);
	const isProc = destination === '/proc';
	if (!isProc && !destination.startsWith('/proc/')) return;
	if (isProc ? source === '/proc' : PROC_FILES.has(destination)) return;
	const why = isProc ? 'it is not of type proc' : 'it is inside /proc';
	throw failure(
		`check proc-safety of ${destination} mount: "${root}${destination}" cannot be mounted because ${why}`,
	);
}

function system(source: string, target: string, type: string, options: string[]): MountSpec {
	return { source, target, type, options, createSource: false };
}

function systemMounts(hostConfig: HostConfig): MountSpec[] {
	const { Privileged, ShmSize, IpcMode, PidMode } = hostConfig;
	const access = Privileged ? 'rw' : 'ro';
	const cgroupAccess = securityOptions(hostConfig).writableCgroups ? 'rw' : access;
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
		system('cgroup', '/sys/fs/cgroup', 'cgroup2', [cgroupAccess, 'nosuid', 'noexec', 'nodev']),
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
