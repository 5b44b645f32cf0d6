import type { ImageHistory } from '#api';
import type { Daemon } from '../daemon.ts';
import { parseTime, toSeconds } from '../time.ts';
import type { ImageRecord } from './store.ts';

/** GET /images/{name}/history, newest first. */
export function imageHistory(daemon: Daemon, ref: string): ImageHistory[] {
	const image = daemon.images.resolve(ref);
	const sizes = image.layers.map(({ sizeBytes }) => sizeBytes);
	const rows = image.configuration.history.map((entry): ImageHistory => {
		return {
			Comment: entry.comment,
			Created: toSeconds(parseTime(entry.created) ?? 0n),
			CreatedBy: entry.createdBy,
			Id: '<missing>',
			Size: entry.emptyLayer ? 0 : (sizes.shift() ?? 0),
			Tags: null,
		};
	});
	rows.reverse();
	// The image itself and those below it that are still here, one a step; what a pull brought has only itself.
	let named: ImageRecord | null = image;
	for (const row of rows) {
		if (!named) break;
		const tags = daemon.images.repoTags(named.id);
		row.Id = named.id;
		row.Tags = tags.length > 0 ? tags : null;
		named = named.parentId === '' ? null : daemon.images.get(named.parentId);
	}
	return rows;
}
