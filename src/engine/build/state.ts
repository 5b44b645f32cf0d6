import type { ContainerConfig } from '#api';
import { invalid } from '#base';
import { emptyConfig } from '../images/document.ts';
import type { ImageRecord } from '../images/store.ts';
import type { BuildArgs } from './args.ts';

/** A stage of a build on its way. */
export interface StageState {
	/** '' for none. */
	name: string;
	config: ContainerConfig;
	/** The image so far; null while there is nothing but `scratch`. */
	image: ImageRecord | null;
	maintainer: string;
	/** A CMD of the stage itself: an ENTRYPOINT after it leaves it. */
	isCommandSet: boolean;
	args: BuildArgs;
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A stage that begins with an image, or with nothing. */
export function beginStage(name: string, image: ImageRecord | null, args: BuildArgs): StageState {
	const config = image ? configOf(image) : emptyConfig();
	if (!(config.Env ?? []).some((entry) => entry.startsWith('PATH=')))
		config.Env = [...(config.Env ?? []), PATH];
	return { name, config, image, maintainer: '', isCommandSet: false, args };
}

/** The configuration that an image's document has, whole. */
export function configOf(image: ImageRecord): ContainerConfig {
	return { ...emptyConfig(), ...documentOf(image).config, OpenStdin: false, StdinOnce: false };
}

/** The configuration of the container that a step was made in. */
export function containerConfigOf(image: ImageRecord): Partial<ContainerConfig> | null {
	return documentOf(image).container_config ?? null;
}

interface Document {
	config?: Partial<ContainerConfig>;
	container_config?: Partial<ContainerConfig>;
}

const documents = new WeakMap<ImageRecord, Document>();

function documentOf(image: ImageRecord): Document {
	let document = documents.get(image);
	if (!document) {
		// It was checked when the image came; a null is as good as nothing.
		document = JSON.parse(new TextDecoder().decode(image.document)) as Document;
		documents.set(image, document);
	}
	return structuredClone(document);
}

/** The finished stages, by number and by name. */
export class StageResults {
	readonly #stages: { name: string; image: ImageRecord | null }[] = [];

	/** Throws when a stage has the name already. */
	checkName(name: string): void {
		if (name !== '' && this.named(name)) throw invalid(`${name} stage name already used`);
	}

	add({ name, image }: StageState): void {
		this.#stages.push({ name, image });
	}

	named(name: string): { image: ImageRecord | null } | null {
		return this.#stages.find((stage) => stage.name !== '' && stage.name === name.toLowerCase()) ?? null;
	}

	/** Null for what is neither a stage's name nor a number. Throws for a number that is none of a finished stage. */
	find(nameOrIndex: string): { image: ImageRecord | null } | null {
		const named = this.named(nameOrIndex);
		if (named || !/^[+-]?\d+$/.test(nameOrIndex)) return named;
		const index = Number(nameOrIndex);
		if (index === this.#stages.length) throw invalid('refers to current build stage');
		const stage = this.#stages[index];
		if (!stage) throw invalid('index out of bounds');
		return stage;
	}
}
