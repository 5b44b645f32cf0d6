import type { ContainerConfig } from '#api';
import type { Daemon } from '../daemon.ts';
import { emptyConfig, writeDocument } from '../images/document.ts';
import { Installation } from '../images/install.ts';
import type { ImageRecord } from '../images/store.ts';

/** Images named with `--cache-from`: a step may be taken from one by what its history tells, whoever made it. */
export class CacheSources {
	readonly #daemon: Daemon;
	#images: ImageRecord[];

	/** A name that no image has is passed over. */
	constructor(daemon: Daemon, names: readonly string[]) {
		this.#daemon = daemon;
		this.#images = names.flatMap((name) => daemon.images.find(name) ?? []);
	}

	/** Whether one of them was built on the image. */
	areBuiltOn(image: ImageRecord): boolean {
		return this.#images.some((source) => this.#ancestors(source).includes(image.id));
	}

	#ancestors({ parentId }: ImageRecord): string[] {
		const parent = this.#daemon.images.get(parentId);
		return parent ? [parent.id, ...this.#ancestors(parent)] : [];
	}

	/** The image above the parent that a source was before its later steps, or the source itself when this is its last. */
	async take(parent: ImageRecord | null, config: ContainerConfig): Promise<ImageRecord | null> {
		const command = (config.Cmd ?? []).join(' ');
		const at = parent?.configuration.history.length ?? 0;
		const source = this.#images.find(
			(image) => isAbove(image, parent) && image.configuration.history[at]?.createdBy === command,
		);
		if (!source) return null;
		if (at === source.configuration.history.length - 1) {
			if (parent) source.parentId = parent.id;
			return source;
		}
		// The steps that follow are of the same source.
		this.#images = [source];
		return this.#restore(parent, source, config);
	}

	/** Makes the image of the source's steps up to the first that the parent lacks. */
	async #restore(
		parent: ImageRecord | null,
		source: ImageRecord,
		config: ContainerConfig,
	): Promise<ImageRecord> {
		const count = (parent?.configuration.history.length ?? 0) + 1;
		const history = source.configuration.history.slice(0, count);
		const layers = source.layers.slice(0, history.filter(({ emptyLayer }) => !emptyLayer).length);
		const installation = new Installation(this.#daemon);
		try {
			for (const { diffId, sizeBytes } of layers) installation.reuse(diffId, sizeBytes);
			const { bytes } = await writeDocument({
				...source.configuration,
				created: history.at(-1)?.created ?? '',
				comment: '',
				config,
				container: '',
				containerConfig: emptyConfig(),
				diffIds: layers.map(({ diffId }) => diffId),
				history,
			});
			return await installation.finish(bytes, { parentId: parent?.id ?? '' });
		} catch (error) {
			await installation.undo();
			throw error;
		}
	}
}

/** Whether the image begins with all the steps and layers of the parent and has more. */
function isAbove(image: ImageRecord, parent: ImageRecord | null): boolean {
	const { history } = image.configuration;
	const below = parent?.configuration.history ?? [];
	return (
		history.length > below.length &&
		JSON.stringify(history.slice(0, below.length)) === JSON.stringify(below) &&
		(parent?.layers ?? []).every(({ diffId }, at) => image.layers[at]?.diffId === diffId)
	);
}
