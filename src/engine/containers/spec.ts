import type { HostConfig } from '#api';
import { conflict, internal } from '#base';
import type { Daemon } from '../daemon.ts';
import { checkUserRange } from '../exec/user.ts';
import { endpointSpecs } from '../networks/attach.ts';
import { publicationOf } from '../networks/rules.ts';
import type { ContainerSpec, ProcessSpec } from '../ports.ts';
import { capabilityMask, hasCapability } from '../security/capabilities.ts';
import { securityOptions } from '../security/options.ts';
import { compileProfile } from '../security/seccomp-profile.ts';
import { defaultSeccomp } from '../security/seccomp.ts';
import type { Container } from './container.ts';
import { deviceSpecs } from './devices.ts';
import { containerFiles } from './files.ts';
import { linkedEnv } from './links.ts';
import { mountSpecs } from './mount-specs.ts';
import { cgroupParent } from './pause.ts';
import { cgroupValues, rlimits } from './resources.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Everything the guest must know to start a container. */
export async function containerSpec(daemon: Daemon, container: Container): Promise<ContainerSpec> {
	const { config, hostConfig, image } = container;
	checkUserRange([...container.config.User.split(':'), ...(hostConfig.GroupAdd ?? [])]);
	const process = processSpec(daemon, container);
	return {
		id: container.id,
		lowers: image.layers.map(({ diffId }) => diffId).reverse(),
		process,
		extraGroups: hostConfig.GroupAdd ?? [],
		readOnlyRoot: hostConfig.ReadonlyRootfs,
		init: hostConfig.Init ?? false,
		hostname: config.Hostname,
		domainname: config.Domainname,
		files: await containerFiles(daemon, container),
		mounts: await mountSpecs(daemon, container),
		rlimits: rlimits(hostConfig.Ulimits),
		cgroup: cgroupValues(hostConfig),
		cgroupParent: cgroupParent(hostConfig.CgroupParent),
		seccomp: seccompFilter(hostConfig, process.caps, (await daemon.machine()).kernelVersion),
		maskedPaths: hostConfig.MaskedPaths ?? [],
		readOnlyPaths: hostConfig.ReadonlyPaths ?? [],
		sysctls: sysctls(hostConfig),
		...(await deviceSpecs(daemon, hostConfig)),
		oomScoreAdj: hostConfig.OomScoreAdj,
		namespaces: namespaces(daemon, container),
		endpoints: endpointSpecs(daemon, container),
		...publicationOf(container),
	};
}

const NET_SYSCTLS = {
	// Everybody may ping, and listen where only root could.
	'net.ipv4.ping_group_range': '0 2147483647',
	'net.ipv4.ip_unprivileged_port_start': '0',
};

/** What was asked for, and Docker's own for a network namespace that is the container's own. */
function sysctls({ NetworkMode, Sysctls }: HostConfig): [key: string, value: string][] {
	const isShared = NetworkMode === 'host' || NetworkMode.startsWith('container:');
	return Object.entries({ ...(isShared ? {} : NET_SYSCTLS), ...Sysctls });
}

/** Docker's profile, or the one that was asked for: that counts for a privileged container too. Empty for none. */
function seccompFilter(hostConfig: HostConfig, caps: bigint, kernelVersion: string): Uint8Array {
	const { seccomp } = securityOptions(hostConfig);
	if (seccomp === 'unconfined' || (seccomp === '' && hostConfig.Privileged)) return new Uint8Array();
	if (seccomp === '') return defaultFilter(caps);
	const context = { hasCapability: (name: string) => hasCapability(caps, name), kernelVersion };
	return compileProfile(seccomp, context) ?? new Uint8Array();
}

/** Compiling a filter is pure: one for each set of capabilities is enough. */
const filters = new Map<bigint, Uint8Array>();
function defaultFilter(caps: bigint): Uint8Array {
	const known = filters.get(caps);
	if (known) return known;
	const filter = defaultSeccomp(caps);
	filters.set(caps, filter);
	return filter;
}

function processSpec(daemon: Daemon, container: Container): ProcessSpec {
	const { config, hostConfig, argv } = container;
	const [rows, cols] = hostConfig.ConsoleSize;
	return {
		argv,
		env: processEnv(config, linkedEnv(daemon, container)),
		cwd: config.WorkingDir || '/',
		user: config.User,
		tty: config.Tty,
		stdin: config.OpenStdin,
		rows,
		cols,
		caps: capabilityMask(hostConfig.CapAdd ?? [], hostConfig.CapDrop ?? [], hostConfig.Privileged),
		privileged: hostConfig.Privileged,
		noNewPrivileges: securityOptions(hostConfig).noNewPrivileges,
	};
}

/** What every process of a container starts with. */
export function processEnv(
	config: Pick<Container['config'], 'Hostname' | 'Tty' | 'Env'>,
	linked: string[],
	more: string[] = [],
): string[] {
	const env = new Map<string, string>();
	const own = [PATH, `HOSTNAME=${config.Hostname}`, ...(config.Tty ? ['TERM=xterm'] : []), ...linked];
	for (const entry of [...own, ...(config.Env ?? []), ...more]) {
		const name = entry.split('=')[0] ?? '';
		// A name alone takes the variable away; without a home the user's own is set.
		if (entry.includes('=') && entry !== 'HOME=') env.set(name, entry);
		else env.delete(name);
	}
	return [...env.values()];
}

function namespaces(daemon: Daemon, container: Container): ContainerSpec['namespaces'] {
	const { hostConfig, config } = container;
	const { NetworkMode, PidMode, IpcMode, UTSMode, CgroupnsMode } = hostConfig;
	const simple = (mode: string) => (mode === 'host' ? 'host' : '');
	const net = config.NetworkDisabled || NetworkMode === 'none' ? 'none' : simple(NetworkMode);
	return {
		net: joined(daemon, container, 'network') ?? net,
		pid: joined(daemon, container, 'PID') ?? simple(PidMode),
		ipc: joined(daemon, container, 'IPC') ?? simple(IpcMode),
		uts: simple(UTSMode),
		cgroup: simple(CgroupnsMode),
	};
}

function joined(daemon: Daemon, container: Container, kind: 'network' | 'PID' | 'IPC'): string | null {
	const { NetworkMode, PidMode, IpcMode } = container.hostConfig;
	const mode = { network: NetworkMode, PID: PidMode, IPC: IpcMode }[kind];
	if (!mode.startsWith('container:')) return null;
	const ref = mode.slice('container:'.length);
	const target = daemon.containers.find(ref);
	if (kind === 'network') checkNetworkOwner(container, ref, target);
	else checkNamespaceOwner(ref, target, kind);
	return `container:${target?.id}`;
}

function checkNetworkOwner(container: Container, ref: string, target: Container | null): void {
	if (!target) throw internal(`joining network namespace of container: No such container: ${ref}`);
	if (target === container) throw internal('cannot join own network namespace');
	if (target.task) return;
	throw conflict(
		`cannot join network namespace of a non running container: container ${target.name} is ${target.status}`,
	);
}

function checkNamespaceOwner(ref: string, target: Container | null, kind: 'PID' | 'IPC'): void {
	const joining = `failed to join ${kind} namespace`;
	if (!target) throw internal(`${joining}: No such container: ${ref}`);
	if (!target.task) throw internal(`${joining}: container ${target.id} is not running`);
	if (kind === 'PID' || target.hostConfig.IpcMode === 'shareable') return;
	throw internal(
		`${joining}: container ${target.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
	);
}
