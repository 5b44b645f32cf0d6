import { segment } from '#client';
import { errorText, exitError, type CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { invalid } from '#base';
import { memoryBytes } from './create-request.ts';
import { parseRestart } from './values.ts';

const OPTIONS = [
	'blkio-weight',
	'cpu-period',
	'cpu-quota',
	'cpu-rt-period',
	'cpu-rt-runtime',
	'cpu-shares',
	'cpus',
	'cpuset-cpus',
	'cpuset-mems',
	'kernel-memory',
	'memory',
	'memory-reservation',
	'memory-swap',
	'pids-limit',
	'restart',
];

/** `docker update`: changes limits of containers. */
export const update: CommandModule = {
	arity: atLeast(1),
	async run({ context, client, flags, args }) {
		if (!OPTIONS.some((name) => flags.has(name)))
			throw invalid('you must provide one or more flags when using this command');
		const json = {
			CpuShares: flags.int('cpu-shares'),
			Memory: memoryBytes(flags, 'memory'),
			NanoCpus: flags.has('cpus') ? Math.round(Number(flags.string('cpus')) * 1e9) : 0,
			CgroupParent: '',
			BlkioWeight: flags.int('blkio-weight'),
			BlkioWeightDevice: null,
			BlkioDeviceReadBps: null,
			BlkioDeviceWriteBps: null,
			BlkioDeviceReadIOps: null,
			BlkioDeviceWriteIOps: null,
			CpuPeriod: flags.int('cpu-period'),
			CpuQuota: flags.int('cpu-quota'),
			CpuRealtimePeriod: flags.int('cpu-rt-period'),
			CpuRealtimeRuntime: flags.int('cpu-rt-runtime'),
			CpusetCpus: flags.string('cpuset-cpus'),
			CpusetMems: flags.string('cpuset-mems'),
			Devices: null,
			DeviceCgroupRules: null,
			DeviceRequests: null,
			MemoryReservation: memoryBytes(flags, 'memory-reservation'),
			MemorySwap: memoryBytes(flags, 'memory-swap'),
			MemorySwappiness: null,
			OomKillDisable: null,
			PidsLimit: flags.has('pids-limit') ? flags.int('pids-limit') : null,
			Ulimits: null,
			CpuCount: 0,
			CpuPercent: 0,
			IOMaximumIOps: 0,
			IOMaximumBandwidth: 0,
			RestartPolicy: flags.has('restart')
				? parseRestart(flags.string('restart'))
				: { Name: '', MaximumRetryCount: 0 },
		};
		const warnings: string[] = [];
		const errors: string[] = [];
		for (const name of args) {
			try {
				const { Warnings } = await client.json<{ Warnings: string[] | null }>(
					'POST',
					`/containers/${segment(name)}/update`,
					{ json },
				);
				await context.stdout.write(`${name}\n`);
				warnings.push(...(Warnings ?? []));
			} catch (error) {
				errors.push(errorText(error));
			}
		}
		if (warnings.length > 0) await context.stdout.write(`${warnings.join('\n')}\n`);
		if (errors.length > 0) throw exitError(1, errors.join('\n'));
		return 0;
	},
};
