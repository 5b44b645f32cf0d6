import { invalid } from '#base';

/** Linux capabilities by name (without `CAP_`) and bit, as of Linux 6.1 (include/uapi/linux/capability.h). */
export const CAPABILITY = {
	CHOWN: 0,
	DAC_OVERRIDE: 1,
	DAC_READ_SEARCH: 2,
	FOWNER: 3,
	FSETID: 4,
	KILL: 5,
	SETGID: 6,
	SETUID: 7,
	SETPCAP: 8,
	LINUX_IMMUTABLE: 9,
	NET_BIND_SERVICE: 10,
	NET_BROADCAST: 11,
	NET_ADMIN: 12,
	NET_RAW: 13,
	IPC_LOCK: 14,
	IPC_OWNER: 15,
	SYS_MODULE: 16,
	SYS_RAWIO: 17,
	SYS_CHROOT: 18,
	SYS_PTRACE: 19,
	SYS_PACCT: 20,
	SYS_ADMIN: 21,
	SYS_BOOT: 22,
	SYS_NICE: 23,
	SYS_RESOURCE: 24,
	SYS_TIME: 25,
	SYS_TTY_CONFIG: 26,
	MKNOD: 27,
	LEASE: 28,
	AUDIT_WRITE: 29,
	AUDIT_CONTROL: 30,
	SETFCAP: 31,
	MAC_OVERRIDE: 32,
	MAC_ADMIN: 33,
	SYSLOG: 34,
	WAKE_ALARM: 35,
	BLOCK_SUSPEND: 36,
	AUDIT_READ: 37,
	PERFMON: 38,
	BPF: 39,
	CHECKPOINT_RESTORE: 40,
} as const;

type CapabilityName = keyof typeof CAPABILITY;

/** What Docker gives a container that asks for nothing. */
export const DEFAULT_CAPABILITIES: readonly CapabilityName[] = [
	'CHOWN',
	'DAC_OVERRIDE',
	'FSETID',
	'FOWNER',
	'MKNOD',
	'NET_RAW',
	'SETGID',
	'SETUID',
	'SETFCAP',
	'SETPCAP',
	'NET_BIND_SERVICE',
	'SYS_CHROOT',
	'KILL',
	'AUDIT_WRITE',
];

/** Every capability of the kernel: what `--privileged` gives. */
export const ALL_CAPABILITIES = (1n << BigInt(Object.keys(CAPABILITY).length)) - 1n;

/**
 * `net_admin`, `CAP_NET_ADMIN` … → `CAP_NET_ADMIN`; `all` → `ALL`.
 * Throws `invalid` in Docker's words for a name the kernel does not have; `field` is where it stood.
 */
export function normalizeCapability(name: string, field: 'CapAdd' | 'CapDrop'): string {
	const upper = name.trim().toUpperCase();
	if (upper === 'ALL') return 'ALL';
	const bare = upper.startsWith('CAP_') ? upper.slice(4) : upper;
	if (!Object.hasOwn(CAPABILITY, bare)) throw invalid(`invalid ${field}: unknown capability: "CAP_${bare}"`);
	return `CAP_${bare}`;
}

/**
 * The capability mask after `--cap-add` and `--cap-drop` (normalised names): `ALL` added starts from all and dropped from none,
 * then single ones are added and dropped.
 */
export function capabilityMask(add: readonly string[], drop: readonly string[], privileged = false): bigint {
	if (privileged) return ALL_CAPABILITIES;
	const bits = (names: readonly string[]) =>
		names
			.filter((name) => name !== 'ALL')
			.reduce(
				(mask, name) => mask | (1n << BigInt(CAPABILITY[name.replace(/^CAP_/, '') as CapabilityName])),
				0n,
			);
	const base = add.includes('ALL')
		? ALL_CAPABILITIES
		: drop.includes('ALL')
			? 0n
			: bits(DEFAULT_CAPABILITIES);
	return (base | bits(add)) & ~bits(drop);
}

/** Whether a mask has a capability, called `CAP_CHOWN` as in profiles. */
export function hasCapability(mask: bigint, name: string): boolean {
	const bit = (CAPABILITY as Record<string, number>)[name.replace(/^CAP_/, '')];
	return bit !== undefined && (mask & (1n << BigInt(bit))) !== 0n;
}
