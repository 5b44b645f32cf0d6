import type { ContainerSummary, ImageSummary } from '#api';
import { invalid } from '#base';
import { containerList } from '../../formatter/kinds/container.ts';
import { cacheList, usageList, type CacheRow, type UsageRow } from '../../formatter/kinds/disk-usage.ts';
import { imageList, imageRows, type ImageRow } from '../../formatter/kinds/image.ts';
import { volumeList, type VolumeRow } from '../../formatter/kinds/volume.ts';
import { formatList } from '../../formatter/list.ts';
import { humanSize } from '../../formatter/units.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

interface DiskUsage {
	LayersSize: number;
	Images: ImageSummary[] | null;
	Containers: ContainerSummary[] | null;
	Volumes: VolumeRow[] | null;
	BuildCache: CacheRow[] | null;
}

/** `docker system df`. */
export const df: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const verbose = flags.bool('verbose');
		const format = flags.string('format');
		if (verbose && format !== '' && format !== 'json')
			throw invalid('the verbose and the format options conflict');
		const usage = await client.json<DiskUsage>('GET', '/system/df');
		const text = verbose
			? details(usage, context.clock.now() / 1000)
			: formatList(usageList(), summary(usage), { format });
		await context.stdout.write(text);
		return 0;
	},
};

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((total, item) => total + Math.max(0, of(item)), 0);
}

function summary(usage: DiskUsage): UsageRow[] {
	const [images, containers, volumes, cache] = [
		usage.Images ?? [],
		usage.Containers ?? [],
		usage.Volumes ?? [],
		usage.BuildCache ?? [],
	];
	const usedImages = images.filter((image) => image.Containers > 0);
	const used = sum(usedImages, ({ Size, SharedSize }) => (SharedSize === -1 ? 0 : Size - SharedSize));
	const isActive = ({ State }: ContainerSummary) => /running|paused|restarting/.test(State);
	const volumeSize = (volume: VolumeRow) => volume.UsageData?.Size ?? 0;
	const isIdle = (volume: VolumeRow) => volume.UsageData?.RefCount === 0;
	return [
		{
			type: 'Images',
			total: images.length,
			active: usedImages.length,
			size: usage.LayersSize,
			reclaimable: usage.LayersSize - used,
		},
		{
			type: 'Containers',
			total: containers.length,
			active: containers.filter(isActive).length,
			size: sum(containers, ({ SizeRw }) => SizeRw ?? 0),
			reclaimable: sum(
				containers.filter((container) => !isActive(container)),
				({ SizeRw }) => SizeRw ?? 0,
			),
		},
		{
			type: 'Local Volumes',
			total: volumes.length,
			active: volumes.filter((volume) => (volume.UsageData?.RefCount ?? 0) > 0).length,
			size: sum(volumes, volumeSize),
			reclaimable: sum(volumes.filter(isIdle), volumeSize),
		},
		{
			type: 'Build Cache',
			total: cache.length,
			active: cache.filter(({ InUse }) => InUse).length,
			size: cacheSize(cache),
			reclaimable: cacheSize(cache.filter(({ InUse }) => !InUse)),
		},
	];
}

function cacheSize(cache: readonly CacheRow[]): number {
	return sum(
		cache.filter(({ Shared }) => !Shared),
		({ Size }) => Size,
	);
}

/** Here an image takes one line, whatever names it has. */
function oneRowEach(images: ImageSummary[]): ImageRow[] {
	return images.flatMap((image) => imageRows([image], false).slice(0, 1));
}

function details(usage: DiskUsage, now: number): string {
	const options = { now, trunc: true };
	const images = {
		...imageList({ ...options, digests: false }),
		table:
			'{{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}\\t{{.SharedSize}}\\t{{.UniqueSize}}\\t{{.Containers}}',
	};
	const containers = {
		...containerList({ ...options, size: false }),
		table:
			'{{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.LocalVolumes}}\\t{{.Size}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Names}}',
	};
	// Here a container's size is its writable layer alone.
	const rows = (usage.Containers ?? []).map(({ SizeRootFs: _whole, ...row }) => row as ContainerSummary);
	const cache = usage.BuildCache ?? [];
	return [
		`Images space usage:\n\n${formatList(images, oneRowEach(usage.Images ?? []))}\n`,
		`Containers space usage:\n\n${formatList(containers, rows)}\n`,
		`Local Volumes space usage:\n\n${formatList(volumeList({ verbose: true }), usage.Volumes ?? [])}\n`,
		`Build cache usage: ${humanSize(cacheSize(cache))}\n\n${formatList(cacheList(options), cache)}`,
	].join('');
}
