import type { ImageDelete } from '#api';
import { conflict } from '#base';
import { familiarString, parseNormalized, sameName, withDefaultTag, type Reference } from '#oci';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';
import { shortId } from '../ids.ts';
import { isIdPrefix, type ImageRecord } from './store.ts';
import { emitImageEvent } from './tag.ts';

/** DELETE /images/{name}: takes away a name, and the image with its last one. Throws conflict in Docker's words. */
export async function removeImage(
	daemon: Daemon,
	ref: string,
	options: { force: boolean; prune: boolean },
): Promise<ImageDelete[]> {
	const image = daemon.images.resolve(ref);
	const records: ImageDelete[] = [];
	const byName = !isIdPrefix(image.id, ref);
	if (byName) {
		untag(daemon, image, ref, options.force, records);
		if (daemon.images.referencesOf(image.id).length > 0) return records;
	} else if (isSingleReference(daemon.images.referencesOf(image.id))) {
		const problem = hardConflict(daemon, image) ?? (options.force ? null : stoppedConflict(daemon, image));
		if (problem) throw problem;
		dropReferences(daemon, image, daemon.images.referencesOf(image.id), records);
	}
	await deleteImage(daemon, image, options, records, byName);
	return records;
}

function untag(
	daemon: Daemon,
	image: ImageRecord,
	ref: string,
	force: boolean,
	records: ImageDelete[],
): void {
	const references = daemon.images.referencesOf(image.id);
	const user = usersOf(daemon, image)[0];
	if (!force && references.length <= 1 + digestsOnly(references) && user && tags(references).length <= 1) {
		throw conflict(
			`conflict: unable to remove repository reference "${ref}" (must force) - container ${shortId(user.id)} is using its referenced image ${shortId(image.id)}`,
		);
	}
	const parsed = parseNormalized(ref);
	const target = parsed.digest ? { ...parsed, tag: '' } : withDefaultTag(parsed);
	dropReferences(daemon, image, [target], records);
	const left = daemon.images.referencesOf(image.id).filter((other) => sameName(other, target));
	if (!target.digest && tags(left).length === 0) dropReferences(daemon, image, left, records, false);
}

function dropReferences(
	daemon: Daemon,
	image: ImageRecord,
	references: Reference[],
	records: ImageDelete[],
	tell = true,
): void {
	for (const reference of references) {
		daemon.images.unname(reference);
		records.push({ Untagged: familiarString(reference) });
		if (tell) emitImageEvent(daemon, 'untag', image.id, image.id);
	}
}

async function deleteImage(
	daemon: Daemon,
	image: ImageRecord,
	options: { force: boolean; prune: boolean },
	records: ImageDelete[],
	quiet: boolean,
): Promise<void> {
	const problem =
		hardConflict(daemon, image) ??
		(options.force ? null : (referencedConflict(daemon, image) ?? stoppedConflict(daemon, image)));
	if (problem) {
		if (quiet) return;
		throw problem;
	}
	dropReferences(daemon, image, daemon.images.referencesOf(image.id), records);
	daemon.images.delete(image.id);
	// Its labels have gone with it.
	emitImageEvent(daemon, 'delete', image.id, image.id);
	records.push({ Deleted: image.id });
	await daemon.imagesKept();
	await daemon.ports.stores.blobs.delete(image.id);
	for (const chainId of await releaseLayers(daemon, image)) records.push({ Deleted: chainId });
	const parent = image.parentId ? daemon.images.get(image.parentId) : null;
	if (!options.prune || !parent || daemon.images.referencesOf(parent.id).length > 0) return;
	await deleteImage(daemon, parent, { ...options, force: false }, records, true);
}

/** Lets go of the layers that nothing uses any more; returns their chain IDs, topmost first. */
export async function releaseLayers(daemon: Daemon, image: ImageRecord): Promise<string[]> {
	const inUse = [
		...daemon.images.list(),
		...daemon.containers.list().flatMap(({ images }) => images),
	].flatMap(({ layers }) => layers);
	const chains = new Set(inUse.map(({ chainId }) => chainId));
	const released = image.layers.filter(({ chainId }) => !chains.has(chainId)).reverse();
	for (const { diffId } of released) {
		if (!daemon.isLayerUsed(diffId)) await daemon.layers.remove(diffId, () => daemon.imagesKept());
	}
	return released.map(({ chainId }) => chainId);
}

function usersOf(daemon: Daemon, image: ImageRecord): Container[] {
	return daemon.containers.list().filter(({ images }) => images.some(({ id }) => id === image.id));
}

function hardConflict(daemon: Daemon, image: ImageRecord): Error | null {
	if (daemon.images.list().some(({ parentId }) => parentId === image.id)) {
		return unable(image, 'cannot be forced', 'image has dependent child images');
	}
	const running = usersOf(daemon, image).find(({ isRunning }) => isRunning);
	if (!running) return null;
	return unable(image, 'cannot be forced', `image is being used by running container ${shortId(running.id)}`);
}

function referencedConflict(daemon: Daemon, image: ImageRecord): Error | null {
	if (daemon.images.referencesOf(image.id).length === 0) return null;
	return unable(image, 'must be forced', 'image is referenced in multiple repositories');
}

function stoppedConflict(daemon: Daemon, image: ImageRecord): Error | null {
	const stopped = usersOf(daemon, image)[0];
	if (!stopped) return null;
	return unable(image, 'must be forced', `image is being used by stopped container ${shortId(stopped.id)}`);
}

function unable(image: ImageRecord, how: string, why: string): Error {
	return conflict(`conflict: unable to delete ${shortId(image.id)} (${how}) - ${why}`);
}

function tags(references: Reference[]): Reference[] {
	return references.filter(({ digest }) => !digest);
}

function digestsOnly(references: Reference[]): number {
	return references.filter(({ digest }) => digest).length;
}

/** At most one tag, and everything in one repository. */
function isSingleReference(references: Reference[]): boolean {
	const [first] = references;
	if (!first) return false;
	return tags(references).length <= 1 && references.every((reference) => sameName(reference, first));
}
