import type { Resources, RestartPolicy } from '#api';
import { conflict } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';
import { checkRestartPolicy } from './host-config.ts';
import { checkResources } from './limits.ts';
import { cgroupPath } from './pause.ts';
import { cgroupValues } from './resources.ts';

export type UpdateRequest = Partial<Resources> & { RestartPolicy?: Partial<RestartPolicy> | null };

const UPDATABLE = [
	'CpuShares',
	'Memory',
	'NanoCpus',
	'BlkioWeight',
	'CpuPeriod',
	'CpuQuota',
	'CpusetCpus',
	'CpusetMems',
	'MemoryReservation',
	'MemorySwap',
	'PidsLimit',
] as const;

/** Refuses what no container can be updated to, in Docker's words. */
export async function checkUpdateRequest(daemon: Daemon, request: UpdateRequest): Promise<void> {
	checkResources(asked(request), (await daemon.machine()).cpus, true);
	if (!request.RestartPolicy?.Name) return;
	const { Name, MaximumRetryCount = 0 } = request.RestartPolicy;
	checkRestartPolicy({ RestartPolicy: { Name, MaximumRetryCount }, AutoRemove: false });
}

/** POST /containers/{id}/update of a request that was checked: limits and restart policy, also of a running container. */
export function updateContainer(daemon: Daemon, container: Container, request: UpdateRequest): Promise<void> {
	return container.lock.run(async () => {
		if (container.isRemoving || container.phase === 'dead') {
			throw conflict(
				`Cannot update container ${container.id}: container is marked for removal and cannot be "update"`,
			);
		}
		checkContradictions(container, request);
		const hostConfig = { ...container.hostConfig };
		for (const key of UPDATABLE) {
			const value = request[key];
			if (value) Object.assign(hostConfig, { [key]: value });
		}
		// Nothing and less both mean that there is no limit any more.
		if (typeof request.PidsLimit === 'number') hostConfig.PidsLimit = Math.max(0, request.PidsLimit);
		if (request.RestartPolicy?.Name) {
			const { Name, MaximumRetryCount = 0 } = request.RestartPolicy;
			hostConfig.RestartPolicy = { Name, MaximumRetryCount };
		}
		if (container.task) await apply(daemon, container, hostConfig);
		container.hostConfig = hostConfig;
		emitContainerEvent(daemon, container, 'update');
	});
}

/** The limits of a request, with Docker's zero for what it does not ask for. */
function asked(request: UpdateRequest): Resources {
	const none = { Memory: 0, MemorySwap: 0, MemoryReservation: 0, NanoCpus: 0, CpuPeriod: 0, CpuQuota: 0 };
	return { ...none, ...request } as Resources;
}

/** Refuses what contradicts the limits that a container has already. */
function checkContradictions(container: Container, request: UpdateRequest): void {
	const { hostConfig } = container;
	const { Memory = 0, MemorySwap = 0, NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0 } = request;
	const policy = request.RestartPolicy?.Name ?? '';
	const contradictions: [boolean, string][] = [
		[
			NanoCpus > 0 && hostConfig.CpuPeriod > 0,
			'Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set',
		],
		[
			NanoCpus > 0 && hostConfig.CpuQuota > 0,
			'Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set',
		],
		[
			CpuPeriod > 0 && hostConfig.NanoCpus > 0,
			'Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set',
		],
		[
			CpuQuota > 0 && hostConfig.NanoCpus > 0,
			'Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set',
		],
		[
			Memory > hostConfig.MemorySwap && MemorySwap === 0,
			'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
		],
		[
			policy !== '' && policy !== 'no' && hostConfig.AutoRemove,
			'Restart policy cannot be updated because AutoRemove is enabled for the container',
		],
	];
	const found = contradictions.find(([holds]) => holds);
	if (found) throw conflict(`Cannot update container ${container.id}: ${found[1]}`);
}

async function apply(daemon: Daemon, container: Container, resources: Resources): Promise<void> {
	const now = new Map(cgroupValues(container.hostConfig));
	for (const [file, value] of cgroupValues(resources)) {
		if (now.get(file) === value) continue;
		const path = `${cgroupPath(container)}/${file}`;
		await daemon.ports.runtime.writeFile('', path, new TextEncoder().encode(value));
	}
}
