import { invalid } from '#base';
import { familiarName, familiarString, parseNormalized, withDefaultTag, type Reference } from '#oci';
import type { Daemon } from '../daemon.ts';

/** Gives an image a further name. Throws `invalid` for a repository that is none. */
export function tagImage(daemon: Daemon, ref: string, repository: string, tag: string): void {
	const image = daemon.images.resolve(ref);
	const parsed = parseNormalized(repository);
	if (parsed.digest) throw invalid('refusing to create a tag with a digest reference');
	if (familiarName(parsed) === 'sha256') {
		throw invalid('refusing to create an ambiguous tag using digest algorithm as name');
	}
	const target = tag ? withTag(parsed, tag) : withDefaultTag(parsed);
	nameImage(daemon, image.id, target);
}

/** The same name under another tag. Throws `invalid` in Docker's words. */
export function withTag(reference: Reference, tag: string): Reference {
	if (!/^\w[\w.-]{0,127}$/.test(tag)) throw invalid('invalid tag format');
	return { ...reference, tag, digest: '' };
}

/** The same by id and reference. */
export function nameImage(daemon: Daemon, id: string, reference: Reference): void {
	const image = daemon.images.get(id);
	if (image) image.lastTagAt = daemon.time.now();
	daemon.images.name(reference, id);
	emitImageEvent(daemon, 'tag', id, familiarString(reference));
}

/** An event about an image: its labels are among the attributes. */
export function emitImageEvent(daemon: Daemon, action: string, id: string, name: string): void {
	const labels = daemon.images.find(id)?.configuration.config.labels ?? {};
	daemon.events.emit('image', action, id, { ...labels, name });
}
