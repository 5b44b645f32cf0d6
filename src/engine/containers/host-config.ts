import type { HostConfig, Resources } from '#api';
import { invalid } from '#base';
import { normalizeCapability } from '../security/capabilities.ts';

const MASKED_PATHS = [
	'/proc/asound',
	'/proc/acpi',
	'/proc/interrupts',
	'/proc/kcore',
	'/proc/keys',
	'/proc/latency_stats',
	'/proc/timer_list',
	'/proc/timer_stats',
	'/proc/sched_debug',
	'/proc/scsi',
	'/sys/firmware',
	'/sys/devices/virtual/powercap',
];
const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
const DEFAULT_SHM = 64 * 1024 * 1024;

/** The asked-for host configuration with every field there, in the order Docker answers them, defaults filled in. Throws `invalid`. */
export function hostConfigOf(asked: Partial<HostConfig>): HostConfig {
	const config = { ...security(asked), ...resourcesOf(asked), ...rest(asked) };
	return ordered(config);
}

function security(asked: Partial<HostConfig>) {
	const privileged = asked.Privileged ?? false;
	return {
		CapAdd: capabilities(asked.CapAdd, 'CapAdd'),
		CapDrop: capabilities(asked.CapDrop, 'CapDrop'),
		Privileged: privileged,
		SecurityOpt: asked.SecurityOpt ?? (privileged ? ['label=disable'] : null),
		MaskedPaths: asked.MaskedPaths ?? (privileged ? null : MASKED_PATHS),
		ReadonlyPaths: asked.ReadonlyPaths ?? (privileged ? null : READONLY_PATHS),
	};
}

function capabilities(names: string[] | null | undefined, field: 'CapAdd' | 'CapDrop'): string[] | null {
	return names?.map((name) => normalizeCapability(name, field)).sort() ?? null;
}

function rest(asked: Partial<HostConfig>) {
	const { LogConfig, RestartPolicy, NetworkMode } = asked;
	return {
		Binds: asked.Binds ?? null,
		ContainerIDFile: asked.ContainerIDFile ?? '',
		LogConfig: { Type: LogConfig?.Type || 'json-file', Config: LogConfig?.Config ?? {} },
		NetworkMode: !NetworkMode || NetworkMode === 'default' ? 'bridge' : NetworkMode,
		PortBindings: asked.PortBindings ?? {},
		RestartPolicy: {
			Name: RestartPolicy?.Name || 'no',
			MaximumRetryCount: RestartPolicy?.MaximumRetryCount ?? 0,
		},
		AutoRemove: asked.AutoRemove ?? false,
		VolumeDriver: asked.VolumeDriver ?? '',
		VolumesFrom: asked.VolumesFrom ?? null,
		ConsoleSize: asked.ConsoleSize ?? ([0, 0] as [number, number]),
		CgroupnsMode: asked.CgroupnsMode || (asked.Privileged ? 'host' : 'private'),
		Dns: asked.Dns ?? null,
		DnsOptions: asked.DnsOptions ?? null,
		DnsSearch: asked.DnsSearch ?? null,
		ExtraHosts: asked.ExtraHosts ?? null,
		GroupAdd: asked.GroupAdd ?? null,
		IpcMode: asked.IpcMode || 'private',
		Cgroup: asked.Cgroup ?? '',
		Links: asked.Links ?? null,
		OomScoreAdj: asked.OomScoreAdj ?? 0,
		PidMode: asked.PidMode ?? '',
		PublishAllPorts: asked.PublishAllPorts ?? false,
		ReadonlyRootfs: asked.ReadonlyRootfs ?? false,
		UTSMode: asked.UTSMode ?? '',
		UsernsMode: asked.UsernsMode ?? '',
		ShmSize: asked.ShmSize || DEFAULT_SHM,
		Runtime: asked.Runtime || 'runc',
		Isolation: asked.Isolation ?? '',
		...pick(asked, ['Annotations', 'StorageOpt', 'Tmpfs', 'Sysctls', 'Mounts', 'Init']),
	};
}

/** Only what was given, and of maps and lists only what is not empty: Go leaves the others out. */
function pick<K extends keyof HostConfig>(asked: Partial<HostConfig>, keys: K[]): Pick<HostConfig, K> {
	const given = keys.filter((key) => {
		const value = asked[key];
		return typeof value === 'object' && value
			? Object.keys(value).length > 0
			: value !== undefined && value !== null;
	});
	return Object.fromEntries(given.map((key) => [key, asked[key]])) as Pick<HostConfig, K>;
}

function resourcesOf(asked: Partial<HostConfig>): Resources {
	const memory = asked.Memory ?? 0;
	const swap = asked.MemorySwap ?? 0;
	return {
		...cpuOf(asked),
		...devicesOf(asked),
		Memory: memory,
		CgroupParent: asked.CgroupParent ?? '',
		MemoryReservation: asked.MemoryReservation ?? 0,
		MemorySwap: memory > 0 && swap === 0 ? memory * 2 : swap,
		// What cgroup v2 does not have, Docker answers as null.
		MemorySwappiness: null,
		OomKillDisable: null,
		PidsLimit: (asked.PidsLimit ?? 0) > 0 ? (asked.PidsLimit ?? 0) : null,
		Ulimits: asked.Ulimits ?? null,
		IOMaximumIOps: asked.IOMaximumIOps ?? 0,
		IOMaximumBandwidth: asked.IOMaximumBandwidth ?? 0,
	};
}

function cpuOf(asked: Partial<HostConfig>) {
	return {
		CpuShares: asked.CpuShares ?? 0,
		NanoCpus: asked.NanoCpus ?? 0,
		CpuPeriod: asked.CpuPeriod ?? 0,
		CpuQuota: asked.CpuQuota ?? 0,
		CpuRealtimePeriod: asked.CpuRealtimePeriod ?? 0,
		CpuRealtimeRuntime: asked.CpuRealtimeRuntime ?? 0,
		CpusetCpus: asked.CpusetCpus ?? '',
		CpusetMems: asked.CpusetMems ?? '',
		CpuCount: asked.CpuCount ?? 0,
		CpuPercent: asked.CpuPercent ?? 0,
	};
}

function devicesOf(asked: Partial<HostConfig>) {
	return {
		BlkioWeight: asked.BlkioWeight ?? 0,
		BlkioWeightDevice: asked.BlkioWeightDevice ?? null,
		BlkioDeviceReadBps: asked.BlkioDeviceReadBps ?? null,
		BlkioDeviceWriteBps: asked.BlkioDeviceWriteBps ?? null,
		BlkioDeviceReadIOps: asked.BlkioDeviceReadIOps ?? null,
		BlkioDeviceWriteIOps: asked.BlkioDeviceWriteIOps ?? null,
		Devices: asked.Devices ?? null,
		DeviceCgroupRules: asked.DeviceCgroupRules ?? null,
		DeviceRequests: asked.DeviceRequests ?? null,
	};
}

/** Go's order of fields: what `docker inspect` shows. */
const ORDER: (keyof HostConfig)[] =
	`Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove VolumeDriver VolumesFrom ConsoleSize
	Annotations CapAdd CapDrop CgroupnsMode Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode
	Privileged PublishAllPorts ReadonlyRootfs SecurityOpt StorageOpt Tmpfs UTSMode UsernsMode ShmSize Sysctls Runtime Isolation
	CpuShares Memory NanoCpus CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps
	BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems
	Devices DeviceCgroupRules DeviceRequests MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits
	CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth Mounts MaskedPaths ReadonlyPaths Init`.split(
		/\s+/,
	) as (keyof HostConfig)[];

function ordered(config: HostConfig): HostConfig {
	const present = ORDER.filter((key) => config[key] !== undefined);
	return Object.fromEntries(present.map((key) => [key, config[key]])) as unknown as HostConfig;
}

/** Throws `invalid` in Docker's words for a policy that is none. */
export function checkRestartPolicy({
	RestartPolicy,
	AutoRemove,
}: Pick<HostConfig, 'RestartPolicy' | 'AutoRemove'>): void {
	const { Name, MaximumRetryCount } = RestartPolicy;
	if (!['no', 'always', 'on-failure', 'unless-stopped'].includes(Name)) {
		throw invalid(
			`invalid restart policy: unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
		);
	}
	if (Name !== 'on-failure' && MaximumRetryCount !== 0) {
		const also = MaximumRetryCount < 0 ? ' and cannot be negative' : '';
		throw invalid(`invalid restart policy: maximum retry count can only be used with 'on-failure'${also}`);
	}
	if (MaximumRetryCount < 0) throw invalid('invalid restart policy: maximum retry count cannot be negative');
	if (AutoRemove && Name !== 'no') throw invalid("can't create 'AutoRemove' container with restart policy");
}
