import type { ImageDelete, ImagesPruneResponse } from '#api';
import { kindOf } from '#base';
import { familiarString } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { untilTime } from '../until.ts';
import { isIntermediate } from './list.ts';
import { removeImage } from './remove.ts';
import type { ImageRecord } from './store.ts';

export const IMAGE_PRUNE_FILTERS = ['dangling', 'label', 'label!', 'until'];

/** POST /images/prune: images without a name, or with `dangling=false` all that no container uses. */
export async function pruneImages(daemon: Daemon, filters: Filters): Promise<ImagesPruneResponse> {
	const onlyDangling = filters.flag('dangling', true);
	const until = untilTime(daemon, filters);
	const used = new Set(daemon.containers.list().flatMap(({ images }) => images.map(({ id }) => id)));
	const before = layersSize(daemon);
	const deleted: ImageDelete[] = [];
	const candidates = daemon.images.list().filter((image) => {
		const { labels } = image.configuration.config;
		return (
			!used.has(image.id) &&
			(!onlyDangling || daemon.images.repoTags(image.id).length === 0) &&
			(until === null || (image.createdAt ?? 0n) < until) &&
			filters.matchLabels('label', labels) &&
			(!filters.has('label!') || !filters.matchLabels('label!', labels))
		);
	});
	// The youngest first: what was made from an image goes before it.
	for (const image of candidates.reverse()) {
		if (daemon.images.get(image.id) && !isIntermediate(daemon, image)) {
			deleted.push(...(await removeAll(daemon, image)));
		}
	}
	const reclaimed = before - layersSize(daemon);
	daemon.events.emit('image', 'prune', '', { reclaimed: String(reclaimed) });
	return { ImagesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}

/** By its names, or by its id when it has none. What cannot go stays, and is no failure. */
async function removeAll(daemon: Daemon, image: ImageRecord): Promise<ImageDelete[]> {
	const names = daemon.images.referencesOf(image.id).map(familiarString);
	const deleted: ImageDelete[] = [];
	for (const name of names.length > 0 ? names : [image.id]) {
		try {
			deleted.push(...(await removeImage(daemon, name, { force: false, prune: true })));
		} catch (error) {
			if (kindOf(error) !== 'conflict' && kindOf(error) !== 'not-found') throw error;
		}
	}
	return deleted;
}

/** Bytes of all layers, each counted once. */
export function layersSize(daemon: Daemon): number {
	const sizes = new Map(
		daemon.images
			.list()
			.flatMap(({ layers }) => layers.map(({ chainId, sizeBytes }) => [chainId, sizeBytes])),
	);
	return [...sizes.values()].reduce<number>((sum, size) => sum + size, 0);
}
