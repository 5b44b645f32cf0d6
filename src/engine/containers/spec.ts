import { conflict, invalid, notFound } from '#base';
import type { Daemon } from '../daemon.ts';
import { endpointSpecs } from '../networks/attach.ts';
import { rulesFor } from '../networks/rules.ts';
import type { ContainerSpec, ProcessSpec } from '../ports.ts';
import { capabilityMask } from '../security/capabilities.ts';
import { defaultSeccomp } from '../security/seccomp.ts';
import type { Container } from './container.ts';
import { deviceSpecs } from './devices.ts';
import { containerFiles } from './files.ts';
import { linkedEnv } from './links.ts';
import { mountSpecs } from './mount-specs.ts';
import { cgroupValues, rlimits } from './resources.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Everything the guest must know to start a container. */
export async function containerSpec(daemon: Daemon, container: Container): Promise<ContainerSpec> {
	const { config, hostConfig, image } = container;
	const [rulesUp, rulesDown] = rulesFor(container);
	const process = processSpec(daemon, container);
	const isConfined = !hostConfig.Privileged && !(hostConfig.SecurityOpt ?? []).includes('seccomp=unconfined');
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
		mounts: mountSpecs(container),
		rlimits: rlimits(hostConfig.Ulimits),
		cgroup: cgroupValues(hostConfig),
		cgroupParent: hostConfig.CgroupParent,
		seccomp: isConfined ? seccomp(process.caps) : new Uint8Array(),
		maskedPaths: hostConfig.MaskedPaths ?? [],
		readOnlyPaths: hostConfig.ReadonlyPaths ?? [],
		sysctls: Object.entries(hostConfig.Sysctls ?? {}),
		devices: deviceSpecs(hostConfig),
		oomScoreAdj: hostConfig.OomScoreAdj,
		namespaces: namespaces(daemon, container),
		endpoints: endpointSpecs(daemon, container),
		ports: container.ports.map(({ proto, hostIp, hostPort, containerIp, containerPort }) => ({
			proto,
			hostIp,
			hostPort,
			containerIp,
			containerPort,
		})),
		rulesUp,
		rulesDown,
	};
}

/** Compiling a filter is pure: one for each set of capabilities is enough. */
const filters = new Map<bigint, Uint8Array>();
function seccomp(caps: bigint): Uint8Array {
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
		noNewPrivileges: (hostConfig.SecurityOpt ?? []).some((option) =>
			/^no-new-privileges([=:]true)?$/.test(option),
		),
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
		// A name alone takes the variable away.
		if (entry.includes('=')) env.set(name, entry);
		else env.delete(name);
	}
	return [...env.values()];
}

function namespaces(daemon: Daemon, { hostConfig, config }: Container): ContainerSpec['namespaces'] {
	const { NetworkMode, PidMode, IpcMode, UTSMode, CgroupnsMode } = hostConfig;
	const simple = (mode: string) => (mode === 'host' ? 'host' : '');
	const net = config.NetworkDisabled || NetworkMode === 'none' ? 'none' : simple(NetworkMode);
	return {
		net: joined(daemon, NetworkMode, 'network') ?? net,
		pid: joined(daemon, PidMode, 'PID') ?? simple(PidMode),
		ipc: joined(daemon, IpcMode, 'IPC') ?? simple(IpcMode),
		uts: UTSMode === 'host' || NetworkMode === 'host' ? 'host' : '',
		cgroup: simple(CgroupnsMode),
	};
}

function joined(daemon: Daemon, mode: string, kind: string): string | null {
	if (!mode.startsWith('container:')) return null;
	const ref = mode.slice('container:'.length);
	const target = daemon.containers.find(ref);
	const joining = `joining ${kind} namespace of container`;
	if (!target) {
		throw notFound(`${kind === 'network' ? `${joining}: ` : ''}No such container: ${ref}`);
	}
	if (!target.task)
		throw conflict(
			`cannot join ${kind.toLowerCase()} namespace of a non running container: container ${target.id} is not running`,
		);
	if (kind === 'IPC' && target.hostConfig.IpcMode !== 'shareable') {
		throw invalid(
			`${joining}: can't join IPC of container ${target.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
		);
	}
	return `container:${target.id}`;
}
