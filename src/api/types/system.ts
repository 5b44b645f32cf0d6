import type { ContainerSummary } from './container.ts';
import type { ImageSummary } from './image.ts';
import type { VolumeInspect } from './volume.ts';

export interface VersionComponent {
	Name: string;
	Version: string;
	Details: Record<string, string>;
}

/** GET /version. */
export interface VersionResponse {
	Platform: { Name: string };
	Components: VersionComponent[];
	Version: string;
	ApiVersion: string;
	MinAPIVersion: string;
	GitCommit: string;
	GoVersion: string;
	Os: string;
	Arch: string;
	KernelVersion: string;
	BuildTime: string;
}

/** GET /info. */
export interface SystemInfo {
	ID: string;
	Containers: number;
	ContainersRunning: number;
	ContainersPaused: number;
	ContainersStopped: number;
	Images: number;
	Driver: string;
	DriverStatus: [string, string][];
	Plugins: {
		Volume: string[];
		Network: string[];
		Authorization: string[] | null;
		Log: string[];
	};
	MemoryLimit: boolean;
	SwapLimit: boolean;
	CpuCfsPeriod: boolean;
	CpuCfsQuota: boolean;
	CPUShares: boolean;
	CPUSet: boolean;
	PidsLimit: boolean;
	IPv4Forwarding: boolean;
	Debug: boolean;
	NFd: number;
	OomKillDisable: boolean;
	NGoroutines: number;
	SystemTime: string;
	LoggingDriver: string;
	CgroupDriver: string;
	CgroupVersion: string;
	NEventsListener: number;
	KernelVersion: string;
	OperatingSystem: string;
	OSVersion: string;
	OSType: string;
	Architecture: string;
	IndexServerAddress: string;
	RegistryConfig: unknown;
	NCPU: number;
	MemTotal: number;
	GenericResources: null;
	DockerRootDir: string;
	HttpProxy: string;
	HttpsProxy: string;
	NoProxy: string;
	Name: string;
	Labels: string[];
	ExperimentalBuild: boolean;
	ServerVersion: string;
	Runtimes: Record<string, { path: string }>;
	DefaultRuntime: string;
	Swarm: unknown;
	LiveRestoreEnabled: boolean;
	Isolation: string;
	InitBinary: string;
	ContainerdCommit: { ID: string };
	RuncCommit: { ID: string };
	InitCommit: { ID: string };
	SecurityOptions: string[];
	FirewallBackend: { Driver: string };
	CDISpecDirs: string[];
	Warnings: string[] | null;
}

export interface BuildCacheRecord {
	ID: string;
	Parent?: string;
	Type: string;
	Description: string;
	InUse: boolean;
	Shared: boolean;
	Size: number;
	CreatedAt: string;
	LastUsedAt: string | null;
	UsageCount: number;
}

/** GET /system/df. */
export interface DiskUsage {
	LayersSize: number;
	Images: ImageSummary[];
	Containers: ContainerSummary[];
	Volumes: VolumeInspect[];
	BuildCache: BuildCacheRecord[] | null;
}

/** The body of every answer above 399. */
export interface ErrorResponse {
	message: string;
}
