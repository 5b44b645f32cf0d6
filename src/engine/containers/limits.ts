import type { HostConfig, Resources } from '#api';
import { internal, invalid } from '#base';

const LEAST_MEMORY = 6 * 1024 * 1024;

/** Throws `invalid` in Docker's words for limits that cannot be. */
export function checkResources(resources: Resources, cpus: number, isUpdate = false): void {
	const { Memory, MemorySwap, MemoryReservation, NanoCpus } = resources;
	if (Memory !== 0 && Memory < LEAST_MEMORY) throw invalid('Minimum memory limit allowed is 6MB');
	if (Memory > 0 && MemorySwap > 0 && MemorySwap < Memory) {
		throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
	}
	if (Memory === 0 && MemorySwap > 0 && !isUpdate) {
		throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
	}
	if (MemoryReservation > 0 && MemoryReservation < LEAST_MEMORY) {
		throw invalid('Minimum memory reservation allowed is 6MB');
	}
	if (Memory > 0 && MemoryReservation > Memory) {
		throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage');
	}
	checkCpus(resources, NanoCpus, cpus);
	checkSet(resources.CpusetCpus, 'cpus', 'CPUs', cpus);
	checkSet(resources.CpusetMems, 'mems', 'memory nodes', 1);
}

/** `0-3,5`: each of them must be there. All of them are used, for the machine has no more than one: there is nothing to set. */
function checkSet(set: string | undefined, name: string, things: string, count: number): void {
	if (!set) return;
	const ranges = set.split(',').map((range) => /^(\d+)(?:-(\d+))?$/.exec(range));
	const last = (range: RegExpExecArray | null) => Number(range?.[2] ?? range?.[1]);
	if (ranges.some((range) => range === null || last(range) < Number(range[1])))
		throw invalid(`Invalid value ${set} for cpuset ${name}: invalid format: ${set}`);
	if (ranges.some((range) => last(range) >= count)) {
		const available = count > 1 ? `0-${count - 1}` : '0';
		throw invalid(`Requested ${things} are not available - requested ${set}, available: ${available}`);
	}
}

function checkCpus({ CpuShares, CpuPeriod, CpuQuota }: Resources, nanoCpus: number, cpus: number): void {
	if (CpuShares < 0) throw invalid(`invalid CPU shares (${CpuShares}): value must be a positive integer`);
	if (nanoCpus > 0 && CpuPeriod > 0) {
		throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set');
	}
	if (nanoCpus > 0 && CpuQuota > 0) {
		throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
	}
	if (nanoCpus < 0 || nanoCpus > cpus * 1e9) {
		throw invalid(`range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`);
	}
	if (CpuPeriod !== 0 && (CpuPeriod < 1000 || CpuPeriod > 1_000_000)) {
		throw invalid('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)');
	}
	if (CpuQuota > 0 && CpuQuota < 1000) throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)');
}

/** Throws in Docker's words for options of the host configuration that this machine cannot honour at all. */
export function checkPlatform(hostConfig: HostConfig): void {
	const { Isolation, OomScoreAdj, StorageOpt, DeviceRequests, IOMaximumBandwidth, IOMaximumIOps, ShmSize } =
		hostConfig;
	if (ShmSize < 0) throw invalid('SHM size can not be less than 0');
	if (Isolation && Isolation !== 'default') {
		throw invalid(`invalid isolation (${Isolation}): linux only supports 'default'`);
	}
	if (OomScoreAdj < -1000 || OomScoreAdj > 1000) {
		throw invalid(`Invalid value ${OomScoreAdj}, range for oom score adj is [-1000, 1000]`);
	}
	if (IOMaximumBandwidth !== 0 || IOMaximumIOps !== 0) {
		throw invalid('Invalid QoS settings: linux does not support Maximum IO Bandwidth or Maximum IO IOps');
	}
	if (StorageOpt && Object.keys(StorageOpt).length > 0) {
		throw internal("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
	}
	for (const request of DeviceRequests ?? []) refuseDeviceRequest(request);
}

/** `--gpus`: there is no driver for it, which Docker finds out at the start. */
function refuseDeviceRequest(request: unknown): void {
	const { Driver = '', Capabilities } = request as { Driver?: string; Capabilities?: string[][] };
	const capabilities = (Capabilities ?? []).map((names) => `[${names.join(' ')}]`).join(' ');
	throw internal(`could not select device driver "${Driver}" with capabilities: [${capabilities}]`);
}

const NOT_MOUNTED = 'or the cgroup is not mounted.';
const discarded = (what: string, more: string) =>
	`Your kernel does not support ${what} ${NOT_MOUNTED} ${more} discarded.`;

/** Takes away what the machine's kernel has no means for; says so as Docker does. */
export function discardUnsupported(asked: Partial<HostConfig>, hostConfig: HostConfig): string[] {
	const warnings: string[] = [];
	if (
		asked.MemorySwappiness !== undefined &&
		asked.MemorySwappiness !== null &&
		asked.MemorySwappiness !== -1
	) {
		warnings.push(discarded('memory swappiness capabilities', 'Memory swappiness'));
	}
	if (asked.OomKillDisable) {
		warnings.push('Your kernel does not support OomKillDisable. OomKillDisable discarded.');
	}
	if (hostConfig.CpuRealtimePeriod || hostConfig.CpuRealtimeRuntime) {
		hostConfig.CpuRealtimePeriod = hostConfig.CpuRealtimeRuntime = 0;
		warnings.push(discarded('CPU real-time scheduler', 'CPU real-time period and runtime'));
	}
	return [...warnings, ...discardIo(hostConfig)];
}

function discardIo(hostConfig: HostConfig): string[] {
	const warnings: string[] = [];
	if (hostConfig.BlkioWeight > 0) {
		hostConfig.BlkioWeight = 0;
		warnings.push(discarded('Block I/O weight', 'Weight'));
	}
	if (hostConfig.BlkioWeightDevice?.length) {
		hostConfig.BlkioWeightDevice = [];
		warnings.push(discarded('Block I/O weight_device', 'Weight-device'));
	}
	const limits = [
		['BlkioDeviceReadBps', 'BPS Block I/O read limit', 'Block I/O BPS read limit'],
		['BlkioDeviceWriteBps', 'BPS Block I/O write limit', 'Block I/O BPS write limit'],
		['BlkioDeviceReadIOps', 'IOPS Block read limit', 'Block I/O IOPS read limit'],
		['BlkioDeviceWriteIOps', 'IOPS Block write limit', 'Block I/O IOPS write limit'],
	] as const;
	for (const [key, what, limit] of limits) {
		if (!hostConfig[key]?.length) continue;
		hostConfig[key] = [];
		warnings.push(discarded(what, limit));
	}
	return warnings;
}
