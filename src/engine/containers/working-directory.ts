import { internal, kindOf, streamOf } from '#base';
import { FileType, isType, writeTar } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { FileRoot, PathStat } from '../ports.ts';
import type { Container } from './container.ts';
import { layersOf } from './root.ts';

/** A working directory that the image does not have is made when the container is created, as root's. Throws in Docker's words. */
export async function makeWorkingDirectory(daemon: Daemon, container: Container): Promise<void> {
	const path = container.config.WorkingDir;
	// An image's own has been made with it.
	if (path === '' || path === container.image.configuration.config.workingDir) return;
	try {
		await make(daemon, container, path);
	} catch (error) {
		// What was made for looking at it; that it cannot be removed is not what went wrong.
		await daemon.ports.runtime.remove(container.id).catch(() => undefined);
		throw error;
	}
}

async function make(daemon: Daemon, container: Container, path: string): Promise<void> {
	const root = layersOf(container);
	const missing: string[] = [];
	let above = path;
	for (; above !== ''; above = above.slice(0, above.lastIndexOf('/'))) {
		const stat = await statBehindLinks(daemon, root, above);
		if (above === path && stat && !isType(stat.mode, FileType.DIRECTORY))
			throw internal(`Cannot mkdir: ${path} is not a directory`);
		if (stat) break;
		missing.unshift(above.slice(above.lastIndexOf('/') + 1));
	}
	if (missing.length === 0) return;
	const mtime = Math.floor(daemon.ports.clock.now() / 1000);
	const members = missing.map((_, index) => ({ path: `${missing.slice(0, index + 1).join('/')}/`, mtime }));
	await daemon.ports.runtime.extract(root, above || '/', streamOf(writeTar(members)), {});
}

async function statBehindLinks(daemon: Daemon, root: FileRoot, path: string): Promise<PathStat | null> {
	const { runtime } = daemon.ports;
	const absent = (error: unknown) => {
		if (kindOf(error) === 'not-found') return null;
		throw error;
	};
	const stat = await runtime.statPath(root, path).catch(absent);
	return stat?.linkTarget ? runtime.statPath(root, stat.linkTarget).catch(absent) : stat;
}
