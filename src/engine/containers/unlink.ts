import { internal } from '#base';
import type { Daemon } from '../daemon.ts';
import { writeHosts } from '../networks/attach.ts';

/** DELETE /containers/{parent/alias}?link=1: both containers stay. Throws in Docker's words. */
export async function removeLink(daemon: Daemon, ref: string): Promise<void> {
	const child = daemon.containers.resolve(ref);
	const [, name = '', alias = ''] = /^\/?(.*)\/([^/]*)$/.exec(ref) ?? [];
	const parent = daemon.containers.find(name);
	if (!parent) throw internal('Conflict, cannot remove the default link name of the container');
	const { hostConfig } = parent;
	hostConfig.Links = (hostConfig.Links ?? []).filter((link) => link !== `${child.id}:${alias}`);
	if (parent.task) await writeHosts(daemon, parent);
}
