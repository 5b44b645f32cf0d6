import type { BuildCacheRecord, ContainerSummary, DiskUsage, ImageSummary, VolumeInspect } from '#api';
import { invalid, messageOf } from '#base';
import { containerList } from '../../formatter/kinds/container.ts';
import { cacheList, usageList, type UsageRow } from '../../formatter/kinds/disk-usage.ts';
import { imageList, type ImageRow } from '../../formatter/kinds/image.ts';
import { volumeList } from '../../formatter/kinds/volume.ts';
import { formatList, rowValue, unescape, type ListKind } from '../../formatter/list.ts';
import {
	DOCKER_FUNCTIONS,
	Slice,
	Struct,
	compileTemplate,
	type Value,
} from '../../formatter/template/index.ts';
import { humanSize } from '../../formatter/units.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

/** `docker system df`. */
export const df: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const verbose = flags.bool('verbose');
		const format = flags.string('format');
		const usage = await client.json<DiskUsage>('GET', '/system/df');
		const now = context.clock.now() / 1000;
		const text = !verbose
			? formatList(usageList(), summary(usage), { format })
			: format === '' || format === 'table'
				? details(usage, now)
				: templated(usage, now, format);
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
	const volumeSize = (volume: VolumeInspect) => volume.UsageData?.Size ?? 0;
	const isIdle = (volume: VolumeInspect) => volume.UsageData?.RefCount === 0;
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

function cacheSize(cache: readonly BuildCacheRecord[]): number {
	return sum(
		cache.filter(({ Shared }) => !Shared),
		({ Size }) => Size,
	);
}

/** Here an image takes one line, under the first of its names. */
function oneRowEach(images: ImageSummary[]): ImageRow[] {
	return images.map((image) => {
		const [name = ''] = image.RepoTags ?? [];
		const colon = name.lastIndexOf(':');
		return {
			image,
			repository: colon < 0 ? '<none>' : name.slice(0, colon),
			tag: colon < 0 ? '<none>' : name.slice(colon + 1),
			digest: '',
		};
	});
}

/** Here a container's size is its writable layer alone. */
function writableOnly(containers: ContainerSummary[]): ContainerSummary[] {
	return containers.map(({ SizeRootFs: _whole, ...row }) => row as ContainerSummary);
}

/** Least recently used first. */
function byLastUse(cache: BuildCacheRecord[]): BuildCacheRecord[] {
	const used = ({ LastUsedAt }: BuildCacheRecord) => (LastUsedAt === null ? -1 : Date.parse(LastUsedAt));
	return [...cache].sort((a, b) => used(a) - used(b) || (a.ID < b.ID ? -1 : 1));
}

/** `-v` with a template: it runs once, over all of it. */
function templated(usage: DiskUsage, now: number, format: string): string {
	const options = { now, trunc: format.startsWith('table') };
	const image = imageList({ ...options, digests: false });
	const container = containerList({ ...options, size: true });
	const volume = volumeList();
	const cache = cacheList(options);
	const rows = <Row>(kind: ListKind<Row>, list: readonly Row[]) =>
		new Slice(
			list.map((row) => rowValue(kind, row)),
			kind.type,
		);
	const fields = new Map<string, Value>([
		['Images', rows(image, oneRowEach(usage.Images ?? []))],
		['Containers', rows(container, writableOnly(usage.Containers ?? []))],
		['Volumes', rows(volume, usage.Volumes ?? [])],
		['BuildCache', rows(cache, byLastUse(usage.BuildCache ?? []))],
	]);
	const parts = { image, container, volume, cache };
	const template =
		format === 'json' ? '{{json .}}' : format === 'raw' ? rawTemplate(parts) : unescape(format);
	let compiled;
	try {
		compiled = compileTemplate(template.replace(/^table/, '').trim(), DOCKER_FUNCTIONS);
	} catch (error) {
		throw invalid(`template parsing error: ${messageOf(error)}`);
	}
	return compiled.execute(new Struct('*formatter.diskUsageContext', fields));
}

function rawTemplate(kinds: Record<'image' | 'container' | 'volume' | 'cache', { raw?: string }>): string {
	return (
		[
			['Images', 'Image', kinds.image],
			['Containers', 'Container', kinds.container],
			['Volumes', 'Volume', kinds.volume],
			['BuildCache', 'Build Cache', kinds.cache],
		] as const
	)
		.map(([field, type, { raw = '' }]) => `{{range .${field}}}type: ${type}\n${raw}\n{{end -}}`)
		.join('\n');
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
	const rows = writableOnly(usage.Containers ?? []);
	const cache = byLastUse(usage.BuildCache ?? []);
	return [
		`Images space usage:\n\n${formatList(images, oneRowEach(usage.Images ?? []))}\n`,
		`Containers space usage:\n\n${formatList(containers, rows)}\n`,
		`Local Volumes space usage:\n\n${formatList(volumeList({ verbose: true }), usage.Volumes ?? [])}\n`,
		`Build cache usage: ${humanSize(cacheSize(cache))}\n\n${formatList(cacheList(options), cache)}`,
	].join('');
}
