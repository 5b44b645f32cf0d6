import { bool, bytes, i32, list, pair, str, struct, u16, u32, u64, u8, type Carried } from './scalars.ts';

export const PROTOCOL_VERSION = 1;

/** Bits of SPAWN's and START's `flags`. */
export const Flag = {
	TTY: 1,
	READ_ONLY: 2,
	PRIVILEGED: 4,
	NO_NEW_PRIVS: 8,
	INIT: 16,
	KEEP_STDIN: 32,
	SPARE: 64,
} as const;

/** Bits of WRITE's `flags`. */
export const WriteFlag = { APPEND: 1, PARENTS: 2, EXCLUSIVE: 4 } as const;

/** Bits of EXTRACT's `flags`. */
export const ExtractFlag = { KEEP_KINDS: 1, READ_ONLY_ROOT: 2 } as const;

/** Bits of COMMAND's `tty`. */
export const TtyBit = { STDIN: 1, STDOUT: 2, STDERR: 4 } as const;

const nothing = struct({});
const shim = struct({ id: str, pid: u32, running: bool, exitCode: i32, oom: bool, exitedNs: u64 });
const file = struct({ path: str, mode: u32, content: bytes });
const mount = struct({
	source: str,
	target: str,
	type: str,
	flags: u32,
	data: str,
	createSource: bool,
});
const rlimit = struct({ resource: u32, soft: u64, hard: u64 });
const device = struct({
	path: str,
	type: u8,
	major: u32,
	minor: u32,
	mode: u32,
	uid: u32,
	gid: u32,
});
const endpoint = struct({
	bridge: str,
	hostIfName: str,
	ifName: str,
	mac: bytes,
	address: str,
	gateway: str,
});
const port = struct({ proto: str, hostIp: str, hostPort: u16, containerIp: str, containerPort: u16 });

/** Body of START. */
export const containerSpec = struct({
	id: str,
	lowers: list(str),
	flags: u32,
	argv: list(str),
	env: list(str),
	cwd: str,
	user: str,
	extraGroups: list(str),
	rows: u16,
	cols: u16,
	stdin: u32,
	stdout: u32,
	stderr: u32,
	hostname: str,
	domainname: str,
	files: list(file),
	mounts: list(mount),
	rlimits: list(rlimit),
	cgroup: list(pair),
	cgroupParent: str,
	caps: u64,
	seccomp: bytes,
	maskedPaths: list(str),
	readOnlyPaths: list(str),
	sysctls: list(pair),
	devices: list(device),
	deviceFilter: bytes,
	oomScoreAdj: i32,
	netns: str,
	pidns: str,
	ipcns: str,
	utsns: str,
	cgroupns: str,
	endpoints: list(endpoint),
	ports: list(port),
	rulesUp: str,
	rulesDown: str,
});

const spawn = struct({
	handle: u32,
	container: str,
	flags: u32,
	argv: list(str),
	env: list(str),
	cwd: str,
	user: str,
	rows: u16,
	cols: u16,
	stdin: u32,
	stdout: u32,
	stderr: u32,
	caps: u64,
});

const fileRoot = struct({
	container: str,
	lowers: list(str),
	binds: list(struct({ source: str, target: str, readOnly: bool })),
});
const pathStat = struct({ mode: u32, size: u64, mtimeNs: u64, linkTarget: str });

/** What CHANGES sends on its channel, over and over. */
export const fileChange = struct({ kind: u8, path: str });

/** Every request by name: its number, the form of its body and of its reply. */
export const requests = {
	HELLO: {
		op: 1,
		body: struct({ version: u16, unixNs: u64 }),
		reply: struct({ version: u16, bootId: str, shims: list(shim) }),
	},
	CLOCK: { op: 2, body: struct({ unixNs: u64 }), reply: nothing },
	SPAWN: { op: 3, body: spawn, reply: struct({ pid: u32 }) },
	SIGNAL: { op: 4, body: struct({ handle: u32, container: str, signal: u32 }), reply: nothing },
	RESIZE: { op: 5, body: struct({ handle: u32, container: str, rows: u16, cols: u16 }), reply: nothing },
	START: { op: 6, body: containerSpec, reply: struct({ pid: u32 }) },
	REMOVE: { op: 7, body: struct({ id: str }), reply: nothing },
	READ: {
		op: 8,
		body: struct({ container: str, path: str, max: u32, offset: u64 }),
		reply: struct({ content: bytes, more: bool }),
	},
	WRITE: {
		op: 9,
		body: struct({ container: str, path: str, flags: u32, mode: u32, content: bytes }),
		reply: nothing,
	},
	ADOPT: { op: 10, body: struct({ id: str, stdin: u32, stdout: u32, stderr: u32 }), reply: nothing },
	COMMAND_EXIT: { op: 11, body: struct({ command: u32, code: i32 }), reply: nothing },
	COMMAND_RAW: { op: 12, body: struct({ command: u32, raw: bool }), reply: nothing },
	STAT: {
		op: 13,
		body: struct({ container: str, path: str, follow: bool }),
		reply: struct({
			mode: u32,
			size: u64,
			mtimeNs: u64,
			uid: u32,
			gid: u32,
			linkTarget: str,
			major: u32,
			minor: u32,
		}),
	},
	PROCESSES: { op: 14, body: struct({ container: str }), reply: struct({ pids: list(u32) }) },
	SHUTDOWN: { op: 15, body: struct({ reserved: u32 }), reply: nothing },
	STAT_PATH: { op: 16, body: struct({ root: fileRoot, path: str }), reply: pathStat },
	ARCHIVE: {
		op: 17,
		body: struct({ root: fileRoot, path: str, name: str, channel: u32 }),
		reply: pathStat,
	},
	EXTRACT: {
		op: 18,
		body: struct({ root: fileRoot, path: str, flags: u32, owner: str, channel: u32 }),
		reply: nothing,
	},
	CHANGES: { op: 19, body: struct({ root: fileRoot, channel: u32 }), reply: nothing },
	LAYER: { op: 20, body: struct({ root: fileRoot, channel: u32 }), reply: nothing },
	USAGE: {
		op: 21,
		body: struct({ paths: list(str) }),
		reply: struct({ used: list(struct({ size: u64 })) }),
	},
	DIAL: { op: 22, body: struct({ address: str, port: u16, channel: u32 }), reply: nothing },
	PUBLISH: {
		op: 23,
		body: struct({ id: str, ports: list(port), rulesUp: str, rulesDown: str }),
		reply: nothing,
	},
} as const;

/** Every event by name: its number and the form of its body. */
export const events = {
	EXITED: { kind: 1, body: struct({ handle: u32, code: i32 }) },
	CONTAINER_EXITED: { kind: 2, body: struct({ id: str, code: i32, oom: bool, unixNs: u64 }) },
	COMMAND: {
		kind: 3,
		body: struct({
			command: u32,
			stdin: u32,
			stdout: u32,
			stderr: u32,
			argv: list(str),
			env: list(str),
			cwd: str,
			tty: u32,
			rows: u16,
			cols: u16,
			pid: u32,
			uid: u32,
		}),
	},
	COMMAND_SIGNAL: { kind: 4, body: struct({ command: u32, signal: u32 }) },
	COMMAND_RESIZED: { kind: 5, body: struct({ command: u32, rows: u16, cols: u16 }) },
	COMMAND_GONE: { kind: 6, body: struct({ command: u32 }) },
	CONNECTION: { kind: 7, body: struct({ channel: u32, pid: u32, uid: u32 }) },
	LOG: { kind: 8, body: struct({ level: u8, text: str }) },
	CONTAINER_OUT_OF_MEMORY: { kind: 9, body: struct({ id: str }) },
	RELOAD: { kind: 10, body: nothing },
} as const;

export type RequestName = keyof typeof requests;
export type RequestBody<N extends RequestName> = Carried<(typeof requests)[N]['body']>;
export type ReplyBody<N extends RequestName> = Carried<(typeof requests)[N]['reply']>;
export type EventName = keyof typeof events;
export type EventBody<N extends EventName> = Carried<(typeof events)[N]['body']>;
/** One event as it arrived. */
export type GuestEvent = { [N in EventName]: { name: N; body: EventBody<N> } }[EventName];
