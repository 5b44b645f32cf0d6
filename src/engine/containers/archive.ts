import { kindOf, notFound } from '#base';
import { decompressed } from '../compression.ts';
import type { Daemon } from '../daemon.ts';
import type { FileChange, PathStat } from '../ports.ts';
import type { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';
import { layersOf, rootOf } from './root.ts';

/** What HEAD and GET of an archive tell about a path, as a header has it. */
export interface ContainerPathStat {
	name: string;
	stat: PathStat;
}

/** HEAD /containers/{id}/archive. */
export async function statContainerPath(
	daemon: Daemon,
	container: Container,
	path: string,
	ref: string,
): Promise<ContainerPathStat> {
	const absolute = absolutePath(path);
	const stat = await quietly(container, () =>
		daemon.ports.runtime.statPath(rootOf(daemon, container), absolute),
	).catch((error: unknown) => missing(error, path, ref));
	return { name: baseName(absolute), stat };
}

/** GET /containers/{id}/archive: the last name of the path names what is in it. */
export async function readContainerArchive(
	daemon: Daemon,
	container: Container,
	path: string,
	ref: string,
): Promise<ContainerPathStat & { tar: ReadableStream<Uint8Array> }> {
	const absolute = absolutePath(path);
	const name = baseName(absolute);
	const { stat, tar } = await quietly(container, () =>
		daemon.ports.runtime.archive(rootOf(daemon, container), absolute, name),
	).catch((error: unknown) => missing(error, path, ref));
	emitContainerEvent(daemon, container, 'archive-path');
	return { name, stat, tar };
}

export interface WriteArchiveOptions {
	noOverwriteDirNonDir: boolean;
	copyUIDGID: boolean;
}

/** PUT /containers/{id}/archive. */
export async function writeContainerArchive(
	daemon: Daemon,
	container: Container,
	path: string,
	ref: string,
	archive: ReadableStream<Uint8Array>,
	options: WriteArchiveOptions,
): Promise<void> {
	const tar = await decompressed(daemon, archive);
	await quietly(container, () =>
		daemon.ports.runtime.extract(rootOf(daemon, container), absolutePath(path), tar, {
			keepKinds: options.noOverwriteDirNonDir,
			owner: options.copyUIDGID ? container.config.User : '',
			readOnlyRoot: container.hostConfig.ReadonlyRootfs,
		}),
	).catch((error: unknown) => missing(error, path, ref));
	emitContainerEvent(daemon, container, 'extract-to-dir');
}

/** GET /containers/{id}/changes; null when there are none, as Docker has it. */
export async function containerChanges(daemon: Daemon, container: Container): Promise<FileChange[] | null> {
	const changes = await quietly(container, () => daemon.ports.runtime.changes(layersOf(container)));
	return changes.length > 0 ? changes : null;
}

/** GET /containers/{id}/export: without what is in volumes. */
export async function exportContainer(
	daemon: Daemon,
	container: Container,
): Promise<ReadableStream<Uint8Array>> {
	const { tar } = await quietly(container, () => daemon.ports.runtime.archive(layersOf(container), '/', ''));
	emitContainerEvent(daemon, container, 'export');
	return tar;
}

/** Nothing starts it meanwhile: then its root would be mounted twice. What runs is left alone. */
function quietly<T>(container: Container, work: () => Promise<T>): Promise<T> {
	return container.task ? work() : container.lock.run(work);
}

function missing(error: unknown, path: string, ref: string): never {
	if (kindOf(error) !== 'not-found') throw error;
	throw notFound(`Could not find the file ${path} in container ${ref}`, { cause: error });
}

/** From the root, `..` resolved; a slash or a dot at its end means the directory behind a link, and stays. */
export function absolutePath(path: string): string {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	const clean = `/${parts.join('/')}`;
	if (/(^|\/)\.\/*$/.test(path)) return clean === '/' ? '/.' : `${clean}/.`;
	return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

function baseName(path: string): string {
	const trimmed = path.replace(/\/+$/, '');
	return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}
