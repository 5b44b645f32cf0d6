import { kindOf } from '#base';
import type { Daemon } from '../daemon.ts';
import { formatTime, ZERO_TIME } from '../time.ts';
import type { Container } from './container.ts';
import { cgroupPath } from './pause.ts';

const INTERVAL_MS = 1000;
const LARGEST_FILE = 64 * 1024;
const NS_PER_TICK = 10_000_000;

type Sample = Awaited<ReturnType<typeof sample>>;

/** GET /containers/{id}/stats: two samples a second apart with `once`, otherwise one each second until the container is gone. */
export async function* containerStats(
	daemon: Daemon,
	container: Container,
	options: { once: boolean; oneShot: boolean; signal: AbortSignal },
): AsyncGenerator<object, void> {
	let before: Sample | null = null;
	for (;;) {
		const now = await sample(daemon, container);
		const isFirst = before === null;
		if (options.oneShot || !isFirst || !options.once) yield statsOf(daemon, container, now, before);
		if ((options.once && !isFirst) || options.oneShot) return;
		before = now;
		await daemon.ports.clock.sleep(INTERVAL_MS, options.signal);
		if (!daemon.containers.get(container.id)) return;
	}
}

async function sample(daemon: Daemon, container: Container) {
	const machine = await daemon.machine();
	if (!container.task) return { time: ZERO_TIME, cpus: machine.cpus, files: null };
	const directory = cgroupPath(container);
	const read = (path: string) => readText(daemon, path);
	const [cpu, memory, memoryStat, memoryMax, pids, pidsMax, system, network] = await Promise.all([
		read(`${directory}/cpu.stat`),
		read(`${directory}/memory.current`),
		read(`${directory}/memory.stat`),
		read(`${directory}/memory.max`),
		read(`${directory}/pids.current`),
		read(`${directory}/pids.max`),
		read('/proc/stat'),
		read(`/proc/${container.pid}/net/dev`),
	]);
	const files = { cpu, memory, memoryStat, memoryMax, pids, pidsMax, system, network };
	return { time: formatTime(daemon.time.now()), cpus: machine.cpus, total: machine.memoryBytes, files };
}

async function readText(daemon: Daemon, path: string): Promise<string> {
	try {
		return new TextDecoder().decode(await daemon.ports.runtime.readFile('', path, LARGEST_FILE));
	} catch (error) {
		// The container has just ended: there is nothing to count.
		if (kindOf(error) !== 'not-found') throw error;
		return '';
	}
}

function statsOf(daemon: Daemon, container: Container, now: Sample, before: Sample | null): object {
	const memory = memoryStats(now);
	return {
		name: `/${container.name}`,
		id: container.id,
		read: now.time,
		preread: before?.time ?? ZERO_TIME,
		pids_stats: now.files ? { current: Number(now.files.pids || 0), ...pidsLimit(now.files.pidsMax) } : {},
		blkio_stats: blkioStats(),
		num_procs: 0,
		storage_stats: {},
		cpu_stats: cpuStats(now),
		precpu_stats: before ? cpuStats(before) : cpuStats(null),
		memory_stats: memory,
		...(now.files && container.endpoints.length > 0 && { networks: networks(now.files.network) }),
	};
}

function pidsLimit(text: string): object {
	const limit = Number(text.trim());
	return Number.isFinite(limit) && limit > 0 ? { limit } : {};
}

function blkioStats(): object {
	const none = null;
	return {
		io_service_bytes_recursive: none,
		io_serviced_recursive: none,
		io_queue_recursive: none,
		io_service_time_recursive: none,
		io_wait_time_recursive: none,
		io_merged_recursive: none,
		io_time_recursive: none,
		sectors_recursive: none,
	};
}

function keyed(text: string): Map<string, number> {
	return new Map(
		text
			.split('\n')
			.filter(Boolean)
			.map((line) => line.split(/\s+/))
			.map(([key = '', value = '0']) => [key, Number(value)]),
	);
}

function cpuStats(of: Sample | null): object {
	const throttling = { periods: 0, throttled_periods: 0, throttled_time: 0 };
	if (!of?.files) {
		const nothing = { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 };
		return { cpu_usage: nothing, throttling_data: throttling };
	}
	const cpu = keyed(of.files.cpu);
	const ns = (key: string) => (cpu.get(key) ?? 0) * 1000;
	return {
		cpu_usage: {
			total_usage: ns('usage_usec'),
			usage_in_kernelmode: ns('system_usec'),
			usage_in_usermode: ns('user_usec'),
		},
		system_cpu_usage: systemTime(of.files.system),
		online_cpus: of.cpus,
		throttling_data: {
			periods: cpu.get('nr_periods') ?? 0,
			throttled_periods: cpu.get('nr_throttled') ?? 0,
			throttled_time: ns('throttled_usec'),
		},
	};
}

/** All ticks of all processors since the machine's start, in nanoseconds. */
function systemTime(procStat: string): number {
	const ticks = /^cpu\s+(.*)$/m.exec(procStat)?.[1]?.split(/\s+/).slice(0, 7).map(Number) ?? [];
	return ticks.reduce((sum, tick) => sum + tick, 0) * NS_PER_TICK;
}

function memoryStats(of: Sample): object {
	if (!of.files) return {};
	const max = of.files.memoryMax.trim();
	return {
		usage: Number(of.files.memory || 0),
		stats: Object.fromEntries([...keyed(of.files.memoryStat)].sort(([a], [b]) => (a < b ? -1 : 1))),
		limit: max === 'max' || max === '' ? of.total : Number(max),
	};
}

function networks(text: string): Record<string, object> {
	const rows = text.split('\n').flatMap((line) => {
		const match = /^\s*([^:]+):\s*(.*)$/.exec(line);
		const name = match?.[1];
		if (!name || name === 'lo') return [];
		const [rxBytes, rxPackets, rxErrors, rxDropped, , , , , txBytes, txPackets, txErrors, txDropped] = (
			match[2] ?? ''
		)
			.split(/\s+/)
			.map(Number);
		const row = {
			rx_bytes: rxBytes,
			rx_packets: rxPackets,
			rx_errors: rxErrors,
			rx_dropped: rxDropped,
			tx_bytes: txBytes,
			tx_packets: txPackets,
			tx_errors: txErrors,
			tx_dropped: txDropped,
		};
		return [[name, row] as const];
	});
	return Object.fromEntries(rows);
}
