import type { ListKind } from '../list.ts';
import { shortId } from '../text.ts';
import { bytesSize, humanSizeWithPrecision } from '../units.ts';

/** What a container uses; null when no sample has come. */
export interface StatsRow {
	/** What was asked for: an id or a name. */
	container: string;
	name: string;
	id: string;
	sample: {
		cpuPercent: number;
		memory: number;
		memoryLimit: number;
		memoryPercent: number;
		received: number;
		sent: number;
		read: number;
		written: number;
		pids: number;
	} | null;
}

const NONE = '--';

/** `docker stats`. */
export function statsList(options: { trunc: boolean }): ListKind<StatsRow> {
	const size = (bytes: number) => humanSizeWithPrecision(bytes, 3);
	return {
		type: '*container.statsContext',
		headers: {
			Container: 'CONTAINER',
			Name: 'NAME',
			ID: 'CONTAINER ID',
			CPUPerc: 'CPU %',
			MemUsage: 'MEM USAGE / LIMIT',
			MemPerc: 'MEM %',
			NetIO: 'NET I/O',
			BlockIO: 'BLOCK I/O',
			PIDs: 'PIDS',
		},
		table:
			'{{.ID}}\\t{{.Name}}\\t{{.CPUPerc}}\\t{{.MemUsage}}\\t{{.MemPerc}}\\t{{.NetIO}}\\t{{.BlockIO}}\\t{{.PIDs}}',
		columns: {
			Container: (row) => row.container,
			Name: (row) => row.name.replace(/^\//, '') || NONE,
			ID: (row) => (options.trunc ? shortId(row.id) : row.id),
			CPUPerc: ({ sample }) => (sample ? `${sample.cpuPercent.toFixed(2)}%` : NONE),
			MemUsage: ({ sample }) =>
				sample ? `${bytesSize(sample.memory)} / ${bytesSize(sample.memoryLimit)}` : '-- / --',
			MemPerc: ({ sample }) => (sample ? `${sample.memoryPercent.toFixed(2)}%` : NONE),
			NetIO: ({ sample }) => (sample ? `${size(sample.received)} / ${size(sample.sent)}` : NONE),
			BlockIO: ({ sample }) => (sample ? `${size(sample.read)} / ${size(sample.written)}` : NONE),
			PIDs: ({ sample }) => (sample ? String(sample.pids) : NONE),
		},
	};
}
