import type { ContainerConfig } from '#api';
import type { Daemon } from '../daemon.ts';
import type { ImageRecord } from '../images/store.ts';
import type { BuildOptions } from './options.ts';
import { CacheSources } from './cache-sources.ts';
import { containerConfigOf } from './state.ts';

/** Finds images that a step has made before. After the first step without one no further one is looked for. */
export class StepCache {
	readonly #daemon: Daemon;
	readonly #isOff: boolean;
	readonly #names: readonly string[];
	/** null: only the engine's own steps count. */
	#sources: CacheSources | null = null;
	#isBroken = false;

	constructor(daemon: Daemon, { noCache, cacheFrom }: BuildOptions) {
		this.#daemon = daemon;
		this.#isOff = noCache;
		this.#names = cacheFrom;
	}

	/** A new stage begins. */
	reset(): void {
		this.#isBroken = false;
		this.#sources = this.#names.length > 0 ? new CacheSources(this.#daemon, this.#names) : null;
	}

	/** The latest image that came of `parent` by a step with this configuration. */
	async find(parent: ImageRecord | null, config: ContainerConfig): Promise<ImageRecord | null> {
		if (this.#isOff || this.#isBroken) return null;
		const found = await this.#look(parent, config);
		this.#isBroken = !found;
		return found;
	}

	async #look(parent: ImageRecord | null, config: ContainerConfig): Promise<ImageRecord | null> {
		// Newest first.
		const own = this.#daemon.images
			.list()
			.find(
				(image) =>
					image.isBuiltHere &&
					image.parentId === (parent?.id ?? '') &&
					isSameStep(containerConfigOf(image), config),
			);
		if (!this.#sources) return own ?? null;
		if (own && this.#sources.areBuiltOn(own)) return own;
		return this.#sources.take(parent, config);
	}
}

/** Keys in which two steps' configurations must agree. What names a container or its image is not among them. */
const COMPARED = [
	'User',
	'AttachStdin',
	'AttachStdout',
	'AttachStderr',
	'ExposedPorts',
	'Tty',
	'OpenStdin',
	'StdinOnce',
	'Env',
	'Cmd',
	'Healthcheck',
	'ArgsEscaped',
	'Volumes',
	'WorkingDir',
	'Entrypoint',
	'NetworkDisabled',
	'OnBuild',
	'Labels',
	'StopSignal',
	'StopTimeout',
	'Shell',
] as const;

function isSameStep(a: Partial<ContainerConfig> | null, b: ContainerConfig): boolean {
	return a !== null && COMPARED.every((key) => canonical(a[key]) === canonical(b[key]));
}

/** Equal texts for equal values: maps in any order; nothing, an empty list and false are one. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return value.length > 0 ? JSON.stringify(value) : '';
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).map(
			([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`,
		);
		return entries.sort().join(',');
	}
	return value ? JSON.stringify(value) : '';
}
