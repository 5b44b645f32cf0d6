import type { HostConfig } from '#api';
import type { BuildOptions } from './options.ts';

/** What a build's options mean for the containers of its steps. */
export function buildHostConfig(options: BuildOptions): Partial<HostConfig> {
	const { networkMode, extraHosts, memory, memorySwap, cpuShares, cpuPeriod, cpuQuota, ulimits } = options;
	return {
		NetworkMode: networkMode === '' || networkMode === 'default' ? 'bridge' : networkMode,
		LogConfig: { Type: 'none', Config: {} },
		...(extraHosts.length > 0 && { ExtraHosts: extraHosts }),
		...(options.shmSize > 0 && { ShmSize: options.shmSize }),
		CgroupParent: options.cgroupParent,
		CpuShares: cpuShares,
		CpuPeriod: cpuPeriod,
		CpuQuota: cpuQuota,
		CpusetCpus: options.cpusetCpus,
		CpusetMems: options.cpusetMems,
		Memory: memory,
		MemorySwap: memorySwap,
		...(ulimits.length > 0 && { Ulimits: ulimits }),
	};
}
