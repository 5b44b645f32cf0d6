import type { DiskUsage } from '#api';
import { containerSummary } from '../containers/list.ts';
import type { Daemon } from '../daemon.ts';
import { imageSummary } from '../images/list.ts';
import { layersSize } from '../images/prune.ts';
import { inspectVolume } from '../volumes/volumes.ts';

/** GET /system/df. `types` limits it; empty is all. */
export async function diskUsage(daemon: Daemon, types: string[]): Promise<Partial<DiskUsage>> {
	const wants = (type: string) => types.length === 0 || types.includes(type);
	const containers = daemon.containers.list();
	return {
		LayersSize: wants('image') ? layersSize(daemon) : 0,
		...(wants('image') && { Images: daemon.images.list().map((image) => imageUsage(daemon, image)) }),
		...(wants('container') && {
			Containers: await Promise.all(containers.map((container) => containerSummary(daemon, container, true))),
		}),
		...(wants('volume') && { Volumes: await volumesUsage(daemon) }),
		...(wants('build-cache') && { BuildCache: [] }),
	};
}

function imageUsage(daemon: Daemon, image: Parameters<typeof imageSummary>[1]) {
	const others = new Set(
		daemon.images
			.list()
			.filter((other) => other !== image)
			.flatMap(({ layers }) => layers.map(({ chainId }) => chainId)),
	);
	const shared = image.layers.filter(({ chainId }) => others.has(chainId));
	return {
		...imageSummary(daemon, image),
		Containers: daemon.containers.list().filter(({ image: used }) => used.id === image.id).length,
		SharedSize: shared.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
	};
}

async function volumesUsage(daemon: Daemon) {
	const volumes = daemon.volumes.list();
	const sizes = await daemon.ports.runtime.usage(volumes.map(({ mountpoint }) => mountpoint));
	return volumes.map((volume, i) => ({
		...inspectVolume(volume),
		UsageData: {
			RefCount: daemon.volumes.usersOf(daemon, volume.name).length,
			Size: sizes[i] ?? 0,
		},
	}));
}
