import type { ImageHistory } from '#api';
import type { Daemon } from '../daemon.ts';
import { parseTime, toSeconds } from '../time.ts';

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
	const [newest] = rows;
	if (newest) {
		const tags = daemon.images.repoTags(image.id);
		newest.Id = image.id;
		newest.Tags = tags.length > 0 ? tags : null;
	}
	return rows;
}
