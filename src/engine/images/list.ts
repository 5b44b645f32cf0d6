import type { ImageSummary } from '#api';
import { familiarString } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { toSeconds, type UnixNs } from '../time.ts';
import { untilTimes } from '../until.ts';
import { matchesReference } from './match.ts';
import { imageSize, type ImageRecord } from './store.ts';

export const IMAGE_FILTERS = ['dangling', 'label', 'before', 'since', 'reference', 'until'];

/** GET /images/json, newest first. */
export function listImages(daemon: Daemon, filters: Filters, all: boolean): ImageSummary[] {
	const dangling = filters.has('dangling') ? filters.flag('dangling', false) : null;
	// All of them have to hold.
	const before = [...createdAtOf(daemon, filters, 'before'), ...untilTimes(daemon, filters)];
	const since = createdAtOf(daemon, filters, 'since');
	return daemon.images
		.list()
		.filter((image) => {
			const createdAt = image.createdAt ?? 0n;
			const { labels } = image.configuration.config;
			return (
				before.every((moment) => createdAt < moment) &&
				since.every((moment) => createdAt > moment) &&
				filters.matchLabels('label', labels)
			);
		})
		.filter((image) => (all && dangling !== true) || !isIntermediate(daemon, image))
		.map((image) => summary(daemon, image, filters))
		.filter((row) => row !== null)
		.filter((row) => dangling === null || dangling === (row.RepoTags?.length === 0 || !row.RepoTags));
}

/** An image without a name from which another one was built. */
export function isIntermediate(daemon: Daemon, image: ImageRecord): boolean {
	if (daemon.images.referencesOf(image.id).length > 0) return false;
	return daemon.images.list().some(({ parentId }) => parentId === image.id);
}

/** One row as it stands, without filters. */
export function imageSummary(daemon: Daemon, image: ImageRecord): ImageSummary {
	return {
		Containers: -1,
		Created: toSeconds(image.createdAt ?? 0n),
		Id: image.id,
		Labels: image.configuration.config.labels,
		ParentId: image.parentId,
		RepoDigests: daemon.images.repoDigests(image.id),
		RepoTags: daemon.images.repoTags(image.id),
		SharedSize: -1,
		Size: imageSize(image),
	};
}

/** `null` when the image has no name that `reference` filters ask for; names they do not ask for are left out. */
function summary(daemon: Daemon, image: ImageRecord, filters: Filters): ImageSummary | null {
	const row = imageSummary(daemon, image);
	if (!filters.has('reference')) return row;
	const matching = daemon.images
		.referencesOf(image.id)
		.filter((ref) => filters.get('reference').some((pattern) => matchesReference(pattern, ref)));
	if (matching.length === 0) return null;
	const names = matching.filter(({ digest }) => !digest).map(familiarString);
	const digests = matching.filter(({ digest }) => digest).map(familiarString);
	return { ...row, RepoDigests: digests, RepoTags: names };
}

function createdAtOf(daemon: Daemon, filters: Filters, key: string): UnixNs[] {
	return filters.get(key).map((ref) => daemon.images.resolve(ref).createdAt ?? 0n);
}
