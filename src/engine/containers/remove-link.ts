import { internal, notFound } from '#base';
import type { Daemon } from '../daemon.ts';
import { hostsFile } from './files.ts';
import { containerDirectory } from './inspect.ts';
import { linksOf } from './links.ts';

/** DELETE /containers/{parent}/{alias}?link=1: takes a link of the default bridge away. Throws in Docker's words. */
export async function removeLink(daemon: Daemon, ref: string): Promise<void> {
	const [parentRef = '', alias] = ref.replace(/^\//, '').split('/');
	const missing = () => notFound(`No such container: ${ref}`);
	const container = daemon.containers.find(parentRef);
	if (!container) throw missing();
	if (alias === undefined) throw internal('Conflict, cannot remove the default link name of the container');
	const links = linksOf(daemon, container);
	if (!links.some((link) => link.alias === alias)) throw missing();
	const { Links } = container.hostConfig;
	container.hostConfig.Links = (Links ?? []).filter((link) => link.split(/[:/]/).at(-1) !== alias);
	if (!container.task) return;
	const hosts = new TextEncoder().encode(hostsFile(daemon, container));
	await daemon.ports.runtime.writeFile('', `${containerDirectory(container)}/hosts`, hosts);
}
