import type { ContainerConfig } from '#api';
import type { Daemon } from '../daemon.ts';
import type { ImageRecord } from '../images/store.ts';
import type { BuildOptions } from './options.ts';
import { containerConfigOf } from './state.ts';

/** Finds images that a step has made before. After the first step without one no further one is looked for. */
export class StepCache {
	readonly #daemon: Daemon;
	readonly #isOff: boolean;
	/** Where steps may be taken from by what the history tells; none: only the engine's own steps count. */
	readonly #sources: ImageRecord[];
	#isBroken = false;

	constructor(daemon: Daemon, { noCache, cacheFrom }: BuildOptions) {
		this.#daemon = daemon;
		this.#isOff = noCache;
		this.#sources = cacheFrom.flatMap((name) => daemon.images.find(name) ?? []);
	}

	/** A new stage begins. */
	reset(): void {
		this.#isBroken = false;
	}

	/** The latest image that came of `parent` by a step with this configuration. */
	find(parent: ImageRecord | null, config: ContainerConfig): ImageRecord | null {
		if (this.#isOff || this.#isBroken) return null;
		// Newest first.
		const own = this.#daemon.images
			.list()
			.find(
				(image) =>
					image.isBuiltHere &&
					image.parentId === (parent?.id ?? '') &&
					isSameStep(containerConfigOf(image), config),
			);
		const found = own ?? this.#fromHistory(parent, config);
		this.#isBroken = !found;
		return found;
	}

	/** A source that is this very step above the parent. */
	#fromHistory(parent: ImageRecord | null, { Cmd }: ContainerConfig): ImageRecord | null {
		const below = parent?.configuration.history ?? [];
		const found = this.#sources.find(({ configuration: { history }, layers }) => {
			const isAbove =
				history.length === below.length + 1 &&
				JSON.stringify(history.slice(0, below.length)) === JSON.stringify(below) &&
				(parent?.layers ?? []).every(({ diffId }, at) => layers[at]?.diffId === diffId);
			return isAbove && history.at(-1)?.createdBy === (Cmd ?? []).join(' ');
		});
		return found ?? null;
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
