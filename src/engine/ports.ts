import type { Clock, Duplex, Log, Random } from '#base';
import type { Gunzip } from '#oci';
import type { Stores } from '#storage';

/**
 * What the engine needs from outside. Implemented over the guest's agent (`#guest`) and, for unit tests,
 * by a fake in `test/support` held to the same contract suite.
 */
export interface EnginePorts {
	runtime: Runtime;
	/** The public registry (`docker.io`), and those that `mirrors` names. Path with its query; a token server is asked by its whole URL. */
	registry: RegistryFetch;
	/** Domains besides `docker.io` that `registry` answers for; all others are reached from inside the guest. */
	mirrors?: ReadonlySet<string>;
	/** Asks mirrors of the public registry whose names the guest does not know, where the host may be asked for that. */
	outside?: OutsideFetch;
	/** Where images are kept. */
	stores: Stores;
	/** Unpacks gzip faster than a stream, where the platform has a way. */
	gunzip?: Gunzip;
	clock: Clock;
	random: Random;
	log: Log;
}

/** GET/HEAD/… against a registry; rejects with `unavailable` when the host cannot be reached. */
export type RegistryFetch = (host: string, path: string, init?: RegistryRequest) => Promise<RegistryResponse>;
/** The same of what is anywhere on the host's network, by its whole URL; nothing is sent there. */
export type OutsideFetch = (url: URL, init: Omit<RegistryRequest, 'body'>) => Promise<RegistryResponse>;
export interface RegistryRequest {
	method?: string;
	headers?: Record<string, string>;
	body?: Uint8Array | ReadableStream<Uint8Array>;
	signal?: AbortSignal;
}
export interface RegistryResponse {
	status: number;
	/** Names in lower case. */
	headers: Map<string, string>;
	body: ReadableStream<Uint8Array>;
}

/** How a process ended: its exit code, 128+N when signal N ended it. */
export interface ExitStatus {
	code: number;
	oomKilled: boolean;
	/** Unix ms by the host's clock. */
	at: number;
}

/** A process's standard streams. With a tty only `stdin` and `stdout` are used (stdout carries both). */
export interface ProcessIo {
	/** `null`: /dev/null. Closing it closes the process's stdin. */
	stdin: WritableStream<Uint8Array> | null;
	stdout: ReadableStream<Uint8Array>;
	/** `null` with a tty. */
	stderr: ReadableStream<Uint8Array> | null;
}

/** A running process (an exec, or a process of the guest itself). */
export interface RunningProcess {
	/** In the guest's numbering. */
	pid: number;
	io: ProcessIo;
	/** Resolves after the last byte of output has been delivered. Never rejects; a lost guest resolves 255. */
	exited: Promise<ExitStatus>;
	kill(signal: number): Promise<void>;
	resize(rows: number, cols: number): Promise<void>;
}

/** Process 1 of a container. */
export interface Task extends RunningProcess {
	/** Called when the kernel has killed a process of the container, any of them, for want of memory. */
	onOutOfMemory: () => void;
}

/** What to run inside a container or the guest. */
export interface ProcessSpec {
	argv: string[];
	env: string[];
	cwd: string;
	/** `name|uid[:group|gid]`, empty for the default user. */
	user: string;
	tty: boolean;
	/** Whether stdin is a pipe (or the tty) rather than /dev/null. */
	stdin: boolean;
	rows: number;
	cols: number;
	/** Capability mask; 0 means the container's own. */
	caps: bigint;
	privileged: boolean;
	noNewPrivileges: boolean;
}

export interface MountSpec {
	source: string;
	target: string;
	/** `bind`, `tmpfs`, `proc`, … */
	type: string;
	/** Mount options as in fstab (`ro`, `rbind`, `rprivate`, `nosuid`, `size=64k`, …). */
	options: string[];
	/** Make an empty directory at `source` when nothing is there. */
	createSource: boolean;
}

export interface EndpointSpec {
	bridge: string;
	/** Name of the veth end in the guest's own namespace. */
	hostIfName: string;
	ifName: string;
	/** `02:42:ac:11:00:02` */
	mac: string;
	/** `172.17.0.2/16` */
	address: string;
	/** Empty: no default route through this endpoint. */
	gateway: string;
}

export interface PublishedPort {
	proto: 'tcp' | 'udp';
	hostIp: string;
	hostPort: number;
	containerIp: string;
	containerPort: number;
}

/** What a container publishes. */
export interface Publication {
	ports: PublishedPort[];
	/** For `iptables-restore --noflush`, when it begins and after its end. */
	rulesUp: string;
	rulesDown: string;
}

/** Everything the guest must know to start a container. Shapes follow the OCI runtime specification, flattened. */
export interface ContainerSpec extends Publication {
	id: string;
	/** Diff IDs (`sha256:…`), topmost first; each was given to `addLayer` before. */
	lowers: string[];
	process: ProcessSpec;
	extraGroups: string[];
	readOnlyRoot: boolean;
	/** Run under docker-init. */
	init: boolean;
	hostname: string;
	domainname: string;
	/** Written under /var/lib/docker/containers/ID/ first (hosts, hostname, resolv.conf). */
	files: { path: string; mode: number; content: Uint8Array }[];
	mounts: MountSpec[];
	rlimits: { resource: number; soft: bigint; hard: bigint }[];
	/** cgroup v2 file → value, e.g. `memory.max` → `33554432`. */
	cgroup: [file: string, value: string][];
	cgroupParent: string;
	/** Classic BPF program (array of struct sock_filter); empty for unconfined. */
	seccomp: Uint8Array;
	maskedPaths: string[];
	readOnlyPaths: string[];
	sysctls: [key: string, value: string][];
	devices: {
		path: string;
		type: 'c' | 'b';
		major: number;
		minor: number;
		mode: number;
		uid: number;
		gid: number;
	}[];
	/** eBPF program (array of struct bpf_insn) that the kernel asks before a device is made or opened; empty for all allowed. */
	deviceFilter: Uint8Array;
	oomScoreAdj: number;
	/** Each `''` (new), `host`, or `container:ID`; net also `none`. */
	namespaces: { net: string; pid: string; ipc: string; uts: string; cgroup: string };
	endpoints: EndpointSpec[];
}

/** What a restarted engine or agent finds still there. */
export interface TaskState {
	id: string;
	pid: number;
	running: boolean;
	exit: ExitStatus | null;
}

/** The guest as the engine sees it. Errors are `SandboxError`s whose message is what runc would have said. */
export interface Runtime {
	/** Makes an image layer's content available as a lower directory. Idempotent. `tar` is the uncompressed layer. */
	addLayer(diffId: string, tar: Uint8Array): Promise<void>;
	/** Forgets a layer that no container and no image uses. */
	removeLayer(diffId: string): Promise<void>;
	/** Mounts, network, cgroup, process 1: all or nothing. */
	start(spec: ContainerSpec): Promise<Task>;
	/** Has a running container publish this in place of what it did. Rejects as `start` does; then it publishes nothing. */
	publish(id: string, publication: Publication): Promise<void>;
	/** Starts a further process in a running container. */
	exec(containerId: string, spec: ProcessSpec): Promise<RunningProcess>;
	/** Runs a process of the guest itself, as root outside any container. */
	spawn(spec: ProcessSpec): Promise<RunningProcess>;
	/** Deletes a stopped container's writable layer and files. */
	remove(id: string): Promise<void>;
	list(): Promise<TaskState[]>;
	/** Takes up a container that is still running after the engine or the agent was restarted. */
	adopt(id: string, options: { tty: boolean; stdin: boolean }): Promise<Task>;
	/** Guest pids of a container's processes. */
	processes(id: string): Promise<number[]>;
	/** Reads a file in a container's root, or in the guest when `id` is `''`. Throws not-found. */
	readFile(id: string, path: string, maxBytes: number): Promise<Uint8Array>;
	writeFile(
		id: string,
		path: string,
		content: Uint8Array,
		options?: { mode?: number; append?: boolean; parents?: boolean },
	): Promise<void>;
	stat(id: string, path: string, options?: { follow?: boolean }): Promise<FileStat>;
	/** What is at an absolute path of a root, the last link not followed. Throws not-found. */
	statPath(root: FileRoot, path: string): Promise<PathStat>;
	/**
	 * What is at an absolute path as a tar stream: a directory with all that is below it, anything else alone.
	 * In the archive it is called `name`; `''` leaves the directory itself out and names what is below relatively.
	 * Not-found and the like reject; what goes wrong later errors the stream. Cancelling the stream ends the work.
	 */
	archive(
		root: FileRoot,
		path: string,
		name: string,
	): Promise<{ stat: PathStat; tar: ReadableStream<Uint8Array> }>;
	/** Unpacks a plain tar stream into the directory at an absolute path, links on the way to it followed. Nothing leaves the directory. */
	extract(
		root: FileRoot,
		path: string,
		tar: ReadableStream<Uint8Array>,
		options?: ExtractOptions,
	): Promise<void>;
	/** What a container's writable layer changes in what lies below it, directories before what is in them. */
	changes(root: FileRoot): Promise<FileChange[]>;
	/** A container's writable layer as the tar of an image layer, deletions as `.wh.NAME` and `.wh..wh..opq`. */
	layer(root: FileRoot): Promise<ReadableStream<Uint8Array>>;
	/** Bytes of the files below each of these directories of the guest, hard links once; 0 for one that is not there. */
	usage(paths: string[]): Promise<number[]>;
	/** A TCP connection from the guest to a numeric address. Rejects with the guest's reason (`connection refused`). */
	dial(address: string, port: number): Promise<Duplex>;
	/** Facts about the machine for `docker info`: kernel version, memory, name … */
	facts(): Promise<MachineFacts>;
}

export interface FileStat {
	/** st_mode with its type bits. */
	mode: number;
	size: number;
	mtimeMs: number;
	uid: number;
	gid: number;
	linkTarget: string;
	/** Of a device; 0 of anything else. */
	major: number;
	minor: number;
}

/** Whose files: a container's, running or not, or the guest's own. */
export interface FileRoot {
	/** The container; `''` is the guest itself. */
	id: string;
	/** Diff IDs, topmost first, as in `ContainerSpec`: a container that does not run is mounted for as long as it takes. */
	lowers: string[];
	/** What else lies in it (volumes, bind mounts, /etc/hosts …). Those whose source is not there are left out. */
	binds: { source: string; target: string; readOnly: boolean }[];
}

export interface PathStat {
	/** st_mode with its type bits. */
	mode: number;
	size: number;
	mtimeNs: bigint;
	/** Of a link: where it leads in the end, as an absolute path of the root, whether or not anything is there. */
	linkTarget: string;
}

export interface ExtractOptions {
	/** Refuse to put a file where a directory is, and the other way round. */
	keepKinds?: boolean;
	/** `name|uid[:group|gid]`, looked up in the root, to own all of it; `''` leaves the archive's owners. */
	owner?: string;
	/** Refuse when the directory is in no bind: the root itself is not to be written. */
	readOnlyRoot?: boolean;
}

/** As the API's `Kind`: 0 modified, 1 added, 2 deleted. */
export interface FileChange {
	kind: 0 | 1 | 2;
	/** Absolute. */
	path: string;
}

export interface MachineFacts {
	kernelVersion: string;
	operatingSystem: string;
	osVersion: string;
	hostname: string;
	memoryBytes: number;
	cpus: number;
}

/** A hijacked connection's far end, as handed to attach and exec. */
export type AttachStream = Duplex;
