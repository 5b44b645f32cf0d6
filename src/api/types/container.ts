import type { EndpointSettings, NetworkSettings, PortBinding, PortSummary } from './network.ts';

/** What runs in a container, as the image or the caller of create gives it. Keys stand in the order of Docker's answers. */
export interface ContainerConfig {
	Hostname: string;
	Domainname: string;
	User: string;
	AttachStdin: boolean;
	AttachStdout: boolean;
	AttachStderr: boolean;
	ExposedPorts?: Record<string, object>;
	Tty: boolean;
	OpenStdin: boolean;
	StdinOnce: boolean;
	Env: string[] | null;
	Cmd: string[] | null;
	Healthcheck?: HealthConfig;
	ArgsEscaped?: boolean;
	Image: string;
	Volumes: Record<string, object> | null;
	WorkingDir: string;
	Entrypoint: string[] | null;
	NetworkDisabled?: boolean;
	OnBuild: string[] | null;
	Labels: Record<string, string> | null;
	StopSignal?: string;
	StopTimeout?: number;
	Shell?: string[];
}

/** Durations are nanoseconds; 0 means inherited. */
export interface HealthConfig {
	Test?: string[];
	Interval?: number;
	Timeout?: number;
	StartPeriod?: number;
	StartInterval?: number;
	Retries?: number;
}

export interface RestartPolicy {
	Name: string;
	MaximumRetryCount: number;
}

export interface MountPoint {
	Type: string;
	Name?: string;
	Source: string;
	Destination: string;
	Driver?: string;
	Mode: string;
	RW: boolean;
	Propagation: string;
}

/** A mount as `--mount` asks for it. */
export interface MountRequest {
	Type: string;
	Source?: string;
	Target: string;
	ReadOnly?: boolean;
	Consistency?: string;
	BindOptions?: { Propagation?: string; NonRecursive?: boolean; CreateMountpoint?: boolean };
	VolumeOptions?: {
		NoCopy?: boolean;
		Labels?: Record<string, string> | null;
		Subpath?: string;
		DriverConfig?: { Name?: string; Options?: Record<string, string> | null };
	};
	ImageOptions?: { Subpath?: string };
	TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

export interface DeviceMapping {
	PathOnHost: string;
	PathInContainer: string;
	CgroupPermissions: string;
}

export interface Ulimit {
	Name: string;
	Hard: number;
	Soft: number;
}

export interface Resources {
	CpuShares: number;
	Memory: number;
	NanoCpus: number;
	CgroupParent: string;
	BlkioWeight: number;
	BlkioWeightDevice: unknown[] | null;
	BlkioDeviceReadBps: unknown[] | null;
	BlkioDeviceWriteBps: unknown[] | null;
	BlkioDeviceReadIOps: unknown[] | null;
	BlkioDeviceWriteIOps: unknown[] | null;
	CpuPeriod: number;
	CpuQuota: number;
	CpuRealtimePeriod: number;
	CpuRealtimeRuntime: number;
	CpusetCpus: string;
	CpusetMems: string;
	Devices: DeviceMapping[] | null;
	DeviceCgroupRules: string[] | null;
	DeviceRequests: unknown[] | null;
	MemoryReservation: number;
	MemorySwap: number;
	MemorySwappiness: number | null;
	OomKillDisable: boolean | null;
	PidsLimit: number | null;
	Ulimits: Ulimit[] | null;
	CpuCount: number;
	CpuPercent: number;
	IOMaximumIOps: number;
	IOMaximumBandwidth: number;
}

/** How the host is to run a container. Keys stand in the order of Docker's answers. */
export interface HostConfig extends Resources {
	Binds: string[] | null;
	ContainerIDFile: string;
	LogConfig: { Type: string; Config: Record<string, string> | null };
	NetworkMode: string;
	PortBindings: Record<string, PortBinding[] | null> | null;
	RestartPolicy: RestartPolicy;
	AutoRemove: boolean;
	VolumeDriver: string;
	VolumesFrom: string[] | null;
	ConsoleSize: [rows: number, cols: number];
	Annotations?: Record<string, string>;
	CapAdd: string[] | null;
	CapDrop: string[] | null;
	CgroupnsMode: string;
	Dns: string[] | null;
	DnsOptions: string[] | null;
	DnsSearch: string[] | null;
	ExtraHosts: string[] | null;
	GroupAdd: string[] | null;
	IpcMode: string;
	Cgroup: string;
	Links: string[] | null;
	OomScoreAdj: number;
	PidMode: string;
	Privileged: boolean;
	PublishAllPorts: boolean;
	ReadonlyRootfs: boolean;
	SecurityOpt: string[] | null;
	StorageOpt?: Record<string, string>;
	Tmpfs?: Record<string, string>;
	UTSMode: string;
	UsernsMode: string;
	ShmSize: number;
	Sysctls?: Record<string, string>;
	Runtime?: string;
	Isolation: string;
	Mounts?: MountRequest[];
	MaskedPaths: string[] | null;
	ReadonlyPaths: string[] | null;
	Init?: boolean;
}

/** Body of POST /containers/create. */
export interface ContainerCreateRequest extends Partial<ContainerConfig> {
	/** From clients that do not know an endpoint's own. */
	MacAddress?: string;
	HostConfig?: Partial<HostConfig> | null;
	NetworkingConfig?: { EndpointsConfig?: Record<string, Partial<EndpointSettings> | null> | null } | null;
}

export interface ContainerCreateResponse {
	Id: string;
	Warnings: string[];
}

export type ContainerStatus =
	'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface HealthLog {
	Start: string;
	End: string;
	ExitCode: number;
	Output: string;
}

export interface Health {
	Status: string;
	FailingStreak: number;
	Log: HealthLog[];
}

export interface ContainerState {
	Status: ContainerStatus;
	Running: boolean;
	Paused: boolean;
	Restarting: boolean;
	OOMKilled: boolean;
	Dead: boolean;
	Pid: number;
	ExitCode: number;
	Error: string;
	StartedAt: string;
	FinishedAt: string;
	Health?: Health;
}

export interface GraphDriver {
	Data: Record<string, string>;
	Name: string;
}

/** GET /containers/{id}/json. */
export interface ContainerInspect {
	Id: string;
	Created: string;
	Path: string;
	Args: string[];
	State: ContainerState;
	Image: string;
	ResolvConfPath: string;
	HostnamePath: string;
	HostsPath: string;
	LogPath: string;
	Name: string;
	RestartCount: number;
	Driver: string;
	Platform: string;
	MountLabel: string;
	ProcessLabel: string;
	AppArmorProfile: string;
	ExecIDs: string[] | null;
	HostConfig: HostConfig;
	GraphDriver: GraphDriver;
	SizeRw?: number;
	SizeRootFs?: number;
	Mounts: MountPoint[];
	Config: ContainerConfig;
	NetworkSettings: NetworkSettings;
}

/** A row of GET /containers/json. */
export interface ContainerSummary {
	Id: string;
	Names: string[];
	Image: string;
	ImageID: string;
	Command: string;
	/** Unix seconds. */
	Created: number;
	Ports: PortSummary[];
	SizeRw?: number;
	SizeRootFs?: number;
	Labels: Record<string, string>;
	State: ContainerStatus;
	Status: string;
	HostConfig: { NetworkMode: string; Annotations?: Record<string, string> };
	NetworkSettings: { Networks: Record<string, EndpointSettings> };
	Mounts: MountPoint[];
}

/** Body of POST /containers/{id}/wait. */
export interface WaitResponse {
	Error?: { Message: string };
	StatusCode: number;
}

export interface TopResponse {
	Processes: string[][];
	Titles: string[];
}

/** Kind: 0 changed, 1 added, 2 deleted. */
export interface FilesystemChange {
	Path: string;
	Kind: 0 | 1 | 2;
}

export interface ContainersPruneResponse {
	ContainersDeleted: string[] | null;
	SpaceReclaimed: number;
}
