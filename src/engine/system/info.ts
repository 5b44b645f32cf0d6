import type { SystemInfo } from '#api';
import type { Daemon } from '../daemon.ts';
import type { RegistrySettings } from '../registry/settings.ts';
import { formatTime } from '../time.ts';
import { ENGINE_VERSION, RUNC_VERSION } from './version.ts';

/** GET /info. */
export async function info(daemon: Daemon): Promise<SystemInfo> {
	const machine = await daemon.machine();
	const containers = daemon.containers.list();
	const paused = containers.filter(({ isPaused }) => isPaused).length;
	const running = containers.filter(({ isRunning }) => isRunning).length - paused;
	return {
		ID: daemon.id,
		Containers: containers.length,
		ContainersRunning: running,
		ContainersPaused: paused,
		ContainersStopped: containers.length - running - paused,
		Images: daemon.images.size,
		Driver: 'overlay2',
		DriverStatus: [
			['Backing Filesystem', 'tmpfs'],
			['Supports d_type', 'true'],
			['Using metacopy', 'false'],
			['Native Overlay Diff', 'true'],
			['userxattr', 'false'],
		],
		Plugins: {
			Volume: ['local'],
			Network: ['bridge', 'host', 'null'],
			Authorization: null,
			Log: ['json-file', 'local', 'none'],
		},
		...limits(),
		Debug: false,
		NFd: 0,
		OomKillDisable: false,
		NGoroutines: 0,
		SystemTime: formatTime(daemon.time.now()),
		LoggingDriver: 'json-file',
		CgroupDriver: 'cgroupfs',
		CgroupVersion: '2',
		NEventsListener: daemon.events.listenerCount,
		KernelVersion: machine.kernelVersion,
		OperatingSystem: machine.operatingSystem,
		OSVersion: machine.osVersion,
		OSType: 'linux',
		Architecture: 'i686',
		IndexServerAddress: 'https://index.docker.io/v1/',
		RegistryConfig: {
			IndexConfigs: indexConfigs(daemon.registries),
			InsecureRegistryCIDRs: daemon.registries.insecureNetworks,
			Mirrors: daemon.registries.mirrors.length > 0 ? daemon.registries.mirrors : null,
		},
		NCPU: machine.cpus,
		MemTotal: machine.memoryBytes,
		GenericResources: null,
		DockerRootDir: '/var/lib/docker',
		HttpProxy: '',
		HttpsProxy: '',
		NoProxy: '',
		Name: machine.hostname,
		Labels: [],
		ExperimentalBuild: false,
		ServerVersion: ENGINE_VERSION,
		Runtimes: { 'io.containerd.runc.v2': { path: 'runc' }, runc: { path: 'runc' } },
		DefaultRuntime: 'runc',
		Swarm: {
			NodeID: '',
			NodeAddr: '',
			LocalNodeState: 'inactive',
			ControlAvailable: false,
			Error: '',
			RemoteManagers: null,
		},
		LiveRestoreEnabled: false,
		Isolation: '',
		InitBinary: 'docker-init',
		ContainerdCommit: { ID: '' },
		RuncCommit: { ID: RUNC_VERSION },
		InitCommit: { ID: '' },
		SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
		FirewallBackend: { Driver: 'iptables' },
		CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
		Warnings: daemon.configurationError ? [`WARNING: ${daemon.configurationError}`] : null,
	};
}

interface IndexConfig {
	Mirrors: readonly string[];
	Name: string;
	Official: boolean;
	Secure: boolean;
}

function indexConfigs({ mirrors, insecureHosts }: RegistrySettings): Record<string, IndexConfig> {
	const configs: Record<string, IndexConfig> = {};
	for (const Name of insecureHosts) configs[Name] = { Mirrors: [], Name, Official: false, Secure: false };
	configs['docker.io'] = { Mirrors: mirrors, Name: 'docker.io', Official: true, Secure: true };
	return configs;
}

function limits() {
	return {
		MemoryLimit: true,
		SwapLimit: true,
		CpuCfsPeriod: true,
		CpuCfsQuota: true,
		CPUShares: true,
		CPUSet: true,
		PidsLimit: true,
		IPv4Forwarding: true,
	};
}
