import type { Daemon } from '../daemon.ts';
import type { FileRoot } from '../ports.ts';
import type { Container } from './container.ts';
import { fileMounts } from './mount-specs.ts';

/** A container's files as `docker cp` shows them: volumes and bind mounts are in it, a tmpfs or /proc is not. */
export function rootOf(daemon: Daemon, container: Container): FileRoot {
	const own = container.mounts
		.filter(({ type }) => type !== 'tmpfs')
		.map(({ source, subpath, destination, isReadOnly }) => ({
			source: subpath === '' ? source : `${source}/${subpath}`,
			target: destination,
			readOnly: isReadOnly,
		}));
	const taken = new Set(own.map(({ target }) => target));
	const files = fileMounts(daemon, container)
		.map(({ source, target }) => ({ source, target, readOnly: false }))
		.filter(({ target }) => !taken.has(target));
	const depth = ({ target }: { target: string }) => target.split('/').length;
	return { ...layersOf(container), binds: [...files, ...own].sort((a, b) => depth(a) - depth(b)) };
}

/** Its layers alone, as `docker export`, `diff` and `commit` take them. */
export function layersOf(container: Pick<Container, 'id' | 'image'>): FileRoot {
	return {
		id: container.id,
		lowers: container.image.layers.map(({ diffId }) => diffId).reverse(),
		binds: [],
	};
}
