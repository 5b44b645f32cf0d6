import type { StatsRow } from '../../formatter/kinds/stats.ts';

interface CpuJson {
	cpu_usage?: { total_usage?: number; percpu_usage?: number[] };
	system_cpu_usage?: number;
	online_cpus?: number;
}

/** What is read of the API's statistics. */
export interface StatsJson {
	id: string;
	name: string;
	cpu_stats?: CpuJson;
	precpu_stats?: CpuJson;
	memory_stats?: { usage?: number; limit?: number; stats?: Record<string, number> };
	networks?: Record<string, { rx_bytes: number; tx_bytes: number }> | null;
	blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null };
	pids_stats?: { current?: number };
}

/** The figures that `docker stats` shows, out of one sample. */
export function toSample(json: StatsJson): NonNullable<StatsRow['sample']> {
	const memory = usedMemory(json);
	const memoryLimit = json.memory_stats?.limit ?? 0;
	const networks = Object.values(json.networks ?? {});
	const blocks = json.blkio_stats?.io_service_bytes_recursive ?? [];
	const moved = (letter: string) =>
		blocks.reduce((sum, { op, value }) => (op[0]?.toLowerCase() === letter ? sum + value : sum), 0);
	return {
		cpuPercent: cpuPercent(json),
		memory,
		memoryLimit,
		memoryPercent: memoryLimit === 0 ? 0 : (memory / memoryLimit) * 100,
		received: networks.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
		sent: networks.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
		read: moved('r'),
		written: moved('w'),
		pids: json.pids_stats?.current ?? 0,
	};
}

/** Memory without the page cache that the kernel can take back. */
function usedMemory({ memory_stats: { usage = 0, stats = {} } = {} }: StatsJson): number {
	const cached = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
	return cached < usage ? usage - cached : usage;
}

function cpuPercent({ cpu_stats: now = {}, precpu_stats: before = {} }: StatsJson): number {
	const used = (now.cpu_usage?.total_usage ?? 0) - (before.cpu_usage?.total_usage ?? 0);
	const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
	const cpus = now.online_cpus || (now.cpu_usage?.percpu_usage?.length ?? 0);
	return used > 0 && passed > 0 ? (used / passed) * cpus * 100 : 0;
}
