import type { Resources, Ulimit } from '#api';
import { internal } from '#base';

/** Limits as files of cgroup v2, in the order in which they are written. */
export function cgroupValues(resources: Resources): [file: string, value: string][] {
	const values: [string, string][] = [];
	const { Memory, MemorySwap, MemoryReservation, CpuShares, PidsLimit, BlkioWeight } = resources;
	if (Memory > 0) values.push(['memory.max', String(Memory)]);
	if (MemorySwap === -1) values.push(['memory.swap.max', 'max']);
	else if (Memory > 0 && MemorySwap > 0) values.push(['memory.swap.max', String(MemorySwap - Memory)]);
	if (MemoryReservation > 0) values.push(['memory.low', String(MemoryReservation)]);
	if (CpuShares > 0) values.push(['cpu.weight', String(cpuWeight(CpuShares))]);
	const cpuMax = cpuLimit(resources);
	if (cpuMax) values.push(['cpu.max', cpuMax]);
	if (typeof PidsLimit === 'number') values.push(['pids.max', PidsLimit > 0 ? String(PidsLimit) : 'max']);
	if (BlkioWeight > 0) values.push(['io.weight', String(1 + Math.trunc(((BlkioWeight - 10) * 9999) / 990))]);
	return values;
}

function cpuLimit({ NanoCpus, CpuQuota, CpuPeriod }: Resources): string | null {
	if (NanoCpus > 0) return `${Math.round(NanoCpus / 10_000)} 100000`;
	if (CpuQuota > 0) return `${CpuQuota} ${CpuPeriod || 100_000}`;
	return CpuPeriod > 0 ? `max ${CpuPeriod}` : null;
}

/** Shares 2–262144 to weight 1–10000, as runc converts them. */
function cpuWeight(shares: number): number {
	return 1 + Math.trunc(((Math.max(2, Math.min(shares, 262_144)) - 2) * 9999) / 262_142);
}

const RLIMITS: Record<string, number> = {
	cpu: 0,
	fsize: 1,
	data: 2,
	stack: 3,
	core: 4,
	rss: 5,
	nproc: 6,
	nofile: 7,
	memlock: 8,
	locks: 10,
	sigpending: 11,
	msgqueue: 12,
	nice: 13,
	rtprio: 14,
	rttime: 15,
};
const UNLIMITED = 0xffffffffffffffffn;

/** `--ulimit` by number (getrlimit(2)); −1 is no limit. Throws in the words of runc for a name that is none. */
export function rlimits(ulimits: Ulimit[] | null): { resource: number; soft: bigint; hard: bigint }[] {
	const limit = (value: number) => (value < 0 ? UNLIMITED : BigInt(value));
	return (ulimits ?? []).map(({ Name, Soft, Hard }) => {
		const resource = RLIMITS[Name.toLowerCase()];
		if (resource === undefined) throw internal(`wrong rlimit value: RLIMIT_${Name.toUpperCase()}`);
		return { resource, soft: limit(Soft), hard: limit(Hard) };
	});
}
