import type { ContainerConfig } from '#api';
import { internal } from '#base';
import { PLATFORM, digestOf } from '#oci';
import type { Daemon } from '../daemon.ts';
import { formatTime } from '../time.ts';
import { EMPTY_LAYER, writeDocument } from './document.ts';
import { Installation } from './install.ts';
import type { ImageRecord } from './store.ts';

/** An image that is one step more than another. */
export interface ChildImage {
	/** null: there is nothing below. */
	parent: ImageRecord | null;
	/** What the step changed in the files, as a layer's tar; null for nothing. */
	tar: Uint8Array | null;
	config: ContainerConfig;
	/** The container that the step was made in; empty for none. */
	container: string;
	/** Its configuration: its command is what the history tells. */
	containerConfig: ContainerConfig;
	author: string;
	comment: string;
}

const MOST_LAYERS = 125;

/** Makes the image and keeps it. Throws in Docker's words; then nothing is kept. */
export async function makeChildImage(daemon: Daemon, child: ChildImage): Promise<ImageRecord> {
	const { parent, tar, author, comment, config, container, containerConfig } = child;
	const layers = parent?.layers ?? [];
	const installation = new Installation(daemon);
	try {
		for (const { diffId, sizeBytes } of layers) installation.reuse(diffId, sizeBytes);
		const added = tar && (await digestOf(tar)) !== EMPTY_LAYER ? tar : null;
		if (added && layers.length >= MOST_LAYERS) throw internal('max depth exceeded');
		const diffIds = layers.map(({ diffId }) => diffId);
		if (added) diffIds.push((await installation.add(added)).diffId);
		const createdAt = daemon.time.now();
		const created = formatTime(createdAt);
		const createdBy = (containerConfig.Cmd ?? []).join(' ');
		const { bytes } = await writeDocument({
			...(parent?.configuration ?? { ...PLATFORM, variant: '' }),
			created,
			author,
			comment,
			config,
			container,
			containerConfig,
			diffIds,
			history: [
				...(parent?.configuration.history ?? []),
				{ created, author, createdBy, comment, emptyLayer: !added },
			],
		});
		return await installation.finish(bytes, { parentId: parent?.id ?? '', createdAt, isBuiltHere: true });
	} catch (error) {
		await installation.undo();
		throw error;
	}
}
