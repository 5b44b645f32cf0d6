import { invalid } from '#base';
import { familiarString, parseNormalized, withDefaultTag } from '#oci';
import type { Daemon } from '../daemon.ts';

/** Gives an image a further name. Throws `invalid` for a repository that is none. */
export function tagImage(daemon: Daemon, ref: string, repository: string, tag: string): void {
	const image = daemon.images.resolve(ref);
	const parsed = parseNormalized(repository);
	if (parsed.digest) throw invalid('refusing to create a tag with a digest reference');
	const target = tag
		? parseNormalized(`${repository.replace(/:[^/:]*$/, '')}:${tag}`)
		: withDefaultTag(parsed);
	daemon.images.name(target, image.id);
	image.lastTagAt = daemon.time.now();
	emitImageEvent(daemon, 'tag', image.id, familiarString(target));
}

/** An event about an image: its labels are among the attributes. */
export function emitImageEvent(daemon: Daemon, action: string, id: string, name: string): void {
	const labels = daemon.images.find(id)?.configuration.config.labels ?? {};
	daemon.events.emit('image', action, id, { ...labels, name });
}
