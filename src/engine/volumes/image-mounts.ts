import type { MountRequest } from '#api';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import { layerDirectory } from '../images/inspect.ts';
import { inGuest } from '../networks/bridge.ts';
import type { ContainerMount } from './mounts.ts';
import { isLocal } from './subpath.ts';

const ROOT = '/var/lib/docker/overlay2';

/** What `--mount type=image` says of its image. Throws in Docker's words. */
export function checkImageMount(
	{ Source, ImageOptions }: MountRequest,
	failure: (why: string) => Error,
): { name: string; subpath: string } {
	if (!Source) throw failure('field Source must not be empty');
	const subpath = ImageOptions?.Subpath ?? '';
	if (subpath !== '' && !isLocal(subpath)) throw failure('subpath must be a relative path within the volume');
	return { name: Source, subpath };
}

/**
 * Puts the images among a container's mounts together in the guest: they stay so until the container is removed.
 * All or none.
 */
export async function mountImages(daemon: Daemon, mounts: readonly ContainerMount[]): Promise<void> {
	try {
		for (const mount of mounts) {
			if (mount.image) mount.source = await mountImage(daemon, mount.image.record.layers);
		}
	} catch (error) {
		await unmountImages(daemon, mounts);
		throw error;
	}
}

/** An overlay without a place for changes; the empty directory on top lets it be one of a single layer. */
async function mountImage(daemon: Daemon, layers: readonly { diffId: string }[]): Promise<string> {
	const directory = `${ROOT}/${newId(daemon.ports.random)}`;
	const lowers = layers.map(({ diffId }) => layerDirectory(diffId)).reverse();
	const merged = `${directory}/merged`;
	await inGuest(daemon, [
		`mkdir -p ${directory}/diff ${directory}/work ${merged}`,
		`mount -t overlay -o ro,lowerdir=${[`${directory}/diff`, ...lowers, `${directory}/work`].join(':')} overlay ${merged}`,
	]);
	return merged;
}

/** Takes them apart again. */
export async function unmountImages(daemon: Daemon, mounts: readonly ContainerMount[]): Promise<void> {
	for (const { image, source } of mounts) {
		if (!image || source === '') continue;
		await inGuest(daemon, [`umount ${source}`, `rm -rf ${source.replace(/\/merged$/, '')}`]);
	}
}
