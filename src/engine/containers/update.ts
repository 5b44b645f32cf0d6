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

/** POST /containers/{id}/update: limits and restart policy, also of a running container. */
export function updateContainer(daemon: Daemon, container: Container, request: UpdateRequest): Promise<void> {
	return container.lock.run(async () => {
		if (container.isRemoving || container.phase === 'dead') {
			throw conflict(
				`Cannot update container ${container.id}: container is marked for removal and cannot be "update"`,
			);
		}
		const hostConfig = { ...container.hostConfig };
		for (const key of UPDATABLE) {
			const value = request[key];
			if (value) Object.assign(hostConfig, { [key]: value });
		}
		if (request.RestartPolicy?.Name) {
			const { Name, MaximumRetryCount = 0 } = request.RestartPolicy;
			hostConfig.RestartPolicy = { Name, MaximumRetryCount };
			checkRestartPolicy(hostConfig);
		}
		checkResources(hostConfig, (await daemon.machine()).cpus);
		if (container.task) await apply(daemon, container, hostConfig);
		container.hostConfig = hostConfig;
		emitContainerEvent(daemon, container, 'update');
	});
}

async function apply(daemon: Daemon, container: Container, resources: Resources): Promise<void> {
	const now = new Map(cgroupValues(container.hostConfig));
	for (const [file, value] of cgroupValues(resources)) {
		if (now.get(file) === value) continue;
		const path = `${cgroupPath(container)}/${file}`;
		await daemon.ports.runtime.writeFile('', path, new TextEncoder().encode(value));
	}
}
