/**
 * The structures that the Engine API's objects have in Docker's Go packages, which is what `inspect -f` runs on: names, order, types and what
 * is left out of JSON when empty decide what a template prints.
 *
 * A block is a structure and its fields. `Name? Type` is left out of JSON when empty; `Json=Go Type` has another name there; `~Type` is embedded;
 * `-Name Type` is in no JSON.
 */
const TEXT = `
container.InspectResponse
	~*container.ContainerJSONBase
	Mounts []container.MountPoint
	Config *container.Config
	NetworkSettings *container.NetworkSettings
	ImageManifestDescriptor? *any

container.ContainerJSONBase
	Id=ID string, Created string, Path string, Args []string, State *container.State, Image string
	ResolvConfPath string, HostnamePath string, HostsPath string, LogPath string, Name string, RestartCount int
	Driver string, Platform string, MountLabel string, ProcessLabel string, AppArmorProfile string
	ExecIDs []string, HostConfig *container.HostConfig, GraphDriver storage.DriverData
	SizeRw? *int64, SizeRootFs? *int64

container.State
	Status string, Running bool, Paused bool, Restarting bool, OOMKilled bool, Dead bool, Pid int, ExitCode int
	Error string, StartedAt string, FinishedAt string, Health? *container.Health

container.Health
	Status string, FailingStreak int, Log []*container.HealthcheckResult

container.HealthcheckResult
	Start time, End time, ExitCode int, Output string

container.MountPoint
	Type? string, Name? string, Source string, Destination string, Driver? string, Mode string, RW bool, Propagation string

container.Config
	Hostname string, Domainname string, User string, AttachStdin bool, AttachStdout bool, AttachStderr bool
	ExposedPorts? map[nat.Port]{}, Tty bool, OpenStdin bool, StdinOnce bool, Env []string, Cmd []string
	Healthcheck? *v1.HealthcheckConfig, ArgsEscaped? bool, Image string, Volumes map[string]{}, WorkingDir string
	Entrypoint []string, NetworkDisabled? bool, MacAddress? string, OnBuild []string, Labels map[string]string
	StopSignal? string, StopTimeout? *int, Shell? []string

v1.HealthcheckConfig
	Test? []string, Interval? duration, Timeout? duration, StartPeriod? duration, StartInterval? duration, Retries? int

container.HostConfig
	Binds []string, ContainerIDFile string, LogConfig container.LogConfig, NetworkMode string
	PortBindings map[nat.Port][]nat.PortBinding, RestartPolicy container.RestartPolicy, AutoRemove bool
	VolumeDriver string, VolumesFrom []string, ConsoleSize [2]uint, Annotations? map[string]string
	CapAdd []string, CapDrop []string, CgroupnsMode string, Dns=DNS []string, DnsOptions=DNSOptions []string
	DnsSearch=DNSSearch []string, ExtraHosts []string, GroupAdd []string, IpcMode string, Cgroup string, Links []string
	OomScoreAdj int, PidMode string, Privileged bool, PublishAllPorts bool, ReadonlyRootfs bool, SecurityOpt []string
	StorageOpt? map[string]string, Tmpfs? map[string]string, UTSMode string, UsernsMode string, ShmSize int64
	Sysctls? map[string]string, Runtime? string, Isolation string
	~container.Resources
	Mounts? []mount.Mount, MaskedPaths []string, ReadonlyPaths []string, Init? *bool

container.Resources
	CpuShares=CPUShares int64, Memory int64, NanoCpus=NanoCPUs int64, CgroupParent string, BlkioWeight uint16
	BlkioWeightDevice []*blkiodev.WeightDevice, BlkioDeviceReadBps []*blkiodev.ThrottleDevice
	BlkioDeviceWriteBps []*blkiodev.ThrottleDevice, BlkioDeviceReadIOps []*blkiodev.ThrottleDevice
	BlkioDeviceWriteIOps []*blkiodev.ThrottleDevice, CpuPeriod=CPUPeriod int64, CpuQuota=CPUQuota int64
	CpuRealtimePeriod=CPURealtimePeriod int64, CpuRealtimeRuntime=CPURealtimeRuntime int64
	CpusetCpus string, CpusetMems string, Devices []container.DeviceMapping, DeviceCgroupRules []string
	DeviceRequests []container.DeviceRequest, KernelMemory? int64, KernelMemoryTCP? int64, MemoryReservation int64
	MemorySwap int64, MemorySwappiness *int64, OomKillDisable *bool, PidsLimit *int64, Ulimits []*units.Ulimit
	CpuCount=CPUCount int64, CpuPercent=CPUPercent int64, IOMaximumIOps uint64, IOMaximumBandwidth uint64

container.LogConfig
	Type string, Config map[string]string
container.RestartPolicy
	Name string, MaximumRetryCount int
container.DeviceMapping
	PathOnHost string, PathInContainer string, CgroupPermissions string
container.DeviceRequest
	Driver string, Count int, DeviceIDs []string, Capabilities [][]string, Options map[string]string
blkiodev.WeightDevice
	Path string, Weight uint16
blkiodev.ThrottleDevice
	Path string, Rate uint64
units.Ulimit
	Name string, Hard int64, Soft int64

mount.Mount
	Type? string, Source? string, Target? string, ReadOnly? bool, Consistency? string, BindOptions? *mount.BindOptions
	VolumeOptions? *mount.VolumeOptions, ImageOptions? *mount.ImageOptions, TmpfsOptions? *mount.TmpfsOptions
	ClusterOptions? *any
mount.BindOptions
	Propagation? string, NonRecursive? bool, CreateMountpoint? bool, ReadOnlyNonRecursive? bool, ReadOnlyForceRecursive? bool
mount.VolumeOptions
	NoCopy? bool, Labels? map[string]string, Subpath? string, DriverConfig? *mount.Driver
mount.ImageOptions
	Subpath? string
mount.Driver
	Name? string, Options? map[string]string
mount.TmpfsOptions
	SizeBytes? int64, Mode? uint32, Options? [][]string

container.NetworkSettings
	~container.NetworkSettingsBase
	~container.DefaultNetworkSettings
	Networks map[string]*network.EndpointSettings
container.NetworkSettingsBase
	Bridge string, SandboxID string, SandboxKey string, Ports map[nat.Port][]nat.PortBinding, HairpinMode bool
	LinkLocalIPv6Address string, LinkLocalIPv6PrefixLen int, SecondaryIPAddresses []network.Address
	SecondaryIPv6Addresses []network.Address
container.DefaultNetworkSettings
	EndpointID string, Gateway string, GlobalIPv6Address string, GlobalIPv6PrefixLen int, IPAddress string
	IPPrefixLen int, IPv6Gateway string, MacAddress string
nat.PortBinding
	HostIp=HostIP string, HostPort string
network.Address
	Addr string, PrefixLen int
network.EndpointSettings
	IPAMConfig *network.EndpointIPAMConfig, Links []string, Aliases []string, MacAddress string
	DriverOpts map[string]string, GwPriority int, NetworkID string, EndpointID string, Gateway string, IPAddress string
	IPPrefixLen int, IPv6Gateway string, GlobalIPv6Address string, GlobalIPv6PrefixLen int, DNSNames []string
network.EndpointIPAMConfig
	IPv4Address? string, IPv6Address? string, LinkLocalIPs? []string

image.InspectResponse
	Id=ID string, RepoTags []string, RepoDigests []string, Parent string, Comment string, Created? string
	Container? string, ContainerConfig? *container.Config, DockerVersion string, Author string
	Config *v1.DockerOCIImageConfig, Architecture string, Variant? string, Os string, OsVersion? string, Size int64
	VirtualSize? int64, GraphDriver storage.DriverData, RootFS image.RootFS, Metadata image.Metadata
	Descriptor? *any, Manifests? []any
v1.DockerOCIImageConfig
	~v1.ImageConfig
	~v1.DockerOCIImageConfigExt
v1.ImageConfig
	User? string, ExposedPorts? map[string]{}, Env? []string, Entrypoint? []string, Cmd? []string
	Volumes? map[string]{}, WorkingDir? string, Labels? map[string]string, StopSignal? string, ArgsEscaped? bool
v1.DockerOCIImageConfigExt
	Healthcheck? *v1.HealthcheckConfig, OnBuild? []string, Shell? []string
storage.DriverData
	Data map[string]string, Name string
image.RootFS
	Type? string, Layers? []string
image.Metadata
	LastTagTime time

network.Inspect
	Name string, Id=ID string, Created time, Scope string, Driver string, EnableIPv4 bool, EnableIPv6 bool
	IPAM network.IPAM, Internal bool, Attachable bool, Ingress bool, ConfigFrom network.ConfigReference, ConfigOnly bool
	Containers map[string]network.EndpointResource, Options map[string]string, Labels map[string]string
	Peers? []any, Services? map[string]any
network.IPAM
	Driver string, Options map[string]string, Config []network.IPAMConfig
network.IPAMConfig
	Subnet? string, IPRange? string, Gateway? string, AuxiliaryAddresses=AuxAddress? map[string]string
network.ConfigReference
	Network string
network.EndpointResource
	Name string, EndpointID string, MacAddress string, IPv4Address string, IPv6Address string

volume.Volume
	ClusterVolume? *any, CreatedAt? string, Driver string, Labels map[string]string, Mountpoint string, Name string
	Options map[string]string, Scope string, Status? map[string]any, UsageData? *volume.UsageData
volume.UsageData
	RefCount int64, Size int64

events.Message
	status=Status? string, id=ID? string, from=From? string, Type string, Action string, Actor events.Actor
	scope=Scope? string, time=Time? int64, timeNano=TimeNano? int64
events.Actor
	ID string, Attributes map[string]string

context.contextWithTLSListing
	~store.Metadata
	TLSMaterial map[string][]string, Storage context.StorageInfo
context.StorageInfo
	MetadataPath string, TLSPath string
store.Metadata
	Name? string, Metadata command.DockerContext, Endpoints? map[string]docker.EndpointMeta
command.DockerContext
	Description? string, -AdditionalFields map[string]any
docker.EndpointMeta
	Host? string, SkipTLSVerify bool

system.dockerInfo
	~*system.Info
	ServerErrors? []string, -UserName string, ClientInfo? *system.clientInfo, ClientErrors? []string
system.Info
	ID string, Containers int, ContainersRunning int, ContainersPaused int, ContainersStopped int, Images int
	Driver string, DriverStatus [][2]string, SystemStatus? [][2]string, Plugins system.PluginsInfo, MemoryLimit bool
	SwapLimit bool, KernelMemory? bool, KernelMemoryTCP? bool, CpuCfsPeriod=CPUCfsPeriod bool, CpuCfsQuota=CPUCfsQuota bool
	CPUShares bool, CPUSet bool, PidsLimit bool, IPv4Forwarding bool, Debug bool, NFd int, OomKillDisable bool
	NGoroutines int, SystemTime string, LoggingDriver string, CgroupDriver string, CgroupVersion? string
	NEventsListener int, KernelVersion string, OperatingSystem string, OSVersion string, OSType string
	Architecture string, IndexServerAddress string, RegistryConfig *registry.ServiceConfig, NCPU int, MemTotal int64
	GenericResources []any, DockerRootDir string, HttpProxy=HTTPProxy string, HttpsProxy=HTTPSProxy string
	NoProxy string, Name string, Labels []string, ExperimentalBuild bool, ServerVersion string
	Runtimes map[string]system.RuntimeWithStatus, DefaultRuntime string, Swarm swarm.Info, LiveRestoreEnabled bool
	Isolation string, InitBinary string, ContainerdCommit system.Commit, RuncCommit system.Commit
	InitCommit system.Commit, SecurityOptions []string, ProductLicense? string, DefaultAddressPools? []system.NetworkAddressPool
	FirewallBackend? *system.FirewallInfo, CDISpecDirs []string, DiscoveredDevices? []any, Containerd? *system.ContainerdInfo
	Warnings []string
system.PluginsInfo
	Volume []string, Network []string, Authorization []string, Log []string
system.RuntimeWithStatus
	~system.Runtime
	status=Status? map[string]string
system.Runtime
	path=Path? string, runtimeArgs=Args? []string, runtimeType=Type? string, options=Options? map[string]any
system.Commit
	ID string, Expected? string
system.NetworkAddressPool
	Base string, Size int
system.FirewallInfo
	Driver string, Info? [][2]string
system.ContainerdInfo
	Address? string, Namespaces system.ContainerdNamespaces
system.ContainerdNamespaces
	Containers string, Plugins string
swarm.Info
	NodeID string, NodeAddr string, LocalNodeState string, ControlAvailable bool, Error string, RemoteManagers []any
	Nodes? int, Managers? int, Cluster? *any, Warnings? []string
registry.ServiceConfig
	AllowNondistributableArtifactsCIDRs? []string, AllowNondistributableArtifactsHostnames? []string
	IndexConfigs map[string]*registry.IndexInfo, InsecureRegistryCIDRs []string, Mirrors []string
registry.IndexInfo
	Mirrors []string, Name string, Official bool, Secure bool
system.clientInfo
	Debug bool
	~system.clientVersion
	Plugins []any, Warnings []string

system.versionInfo
	Client system.clientVersion, Server *types.Version
system.clientVersion
	Platform? *system.platformInfo, Version? string, ApiVersion=APIVersion? string, DefaultAPIVersion? string
	GitCommit? string, GoVersion? string, Os? string, Arch? string, BuildTime? string, Context string
system.platformInfo
	Name? string
types.Version
	Platform types.Platform, Components? []types.ComponentVersion, Version string, ApiVersion=APIVersion string
	MinAPIVersion? string, GitCommit string, GoVersion string, Os string, Arch string, KernelVersion? string
	Experimental? bool, BuildTime? string
types.Platform
	Name string
types.ComponentVersion
	Name string, Version string, Details? map[string]string
`;

export interface GoField {
	/** Its name in Go. */
	name: string;
	/** Its name in JSON; null when it is in none. */
	json: string | null;
	type: string;
	omitEmpty: boolean;
	embedded: boolean;
}

let parsed: Map<string, GoField[]> | undefined;

/** The fields of a Go structure by its name with package; null for another type. */
export function goFields(type: string): GoField[] | null {
	parsed ??= parse();
	return parsed.get(type) ?? null;
}

function parse(): Map<string, GoField[]> {
	const types = new Map<string, GoField[]>();
	let fields: GoField[] = [];
	for (const line of TEXT.split('\n')) {
		if (line.startsWith('\t')) fields.push(...line.trim().split(', ').map(parseField));
		else if (line !== '') types.set(line, (fields = []));
	}
	return types;
}

function parseField(text: string): GoField {
	if (text.startsWith('~')) {
		const type = text.slice(1);
		return { name: type, json: null, type, omitEmpty: false, embedded: true };
	}
	const [names = '', type = ''] = text.split(' ');
	const omitEmpty = names.endsWith('?');
	const [json = '', name = json] = names.replace(/[?]$|^-/g, '').split('=');
	return { name, json: names.startsWith('-') ? null : json, type, omitEmpty, embedded: false };
}
