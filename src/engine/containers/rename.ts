import { invalid, SandboxError } from '#base';
import type { Daemon } from '../daemon.ts';
import { refreshPeers, writeNames } from '../networks/attach.ts';
import { isValidName } from '../names.ts';
import type { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';

/** POST /containers/{id}/rename. */
export function renameContainer(daemon: Daemon, container: Container, newName: string): Promise<void> {
	return container.lock.run(async () => {
		const name = newName.replace(/^\//, '');
		if (name === '') throw invalid('Neither old nor new names may be empty');
		if (name === container.name) {
			throw invalid('Renaming a container with the same name as its current name');
		}
		try {
			checkName(`/${name}`);
			daemon.containers.reserve(name, container.id);
		} catch (error) {
			if (!(error instanceof SandboxError)) throw error;
			throw new SandboxError(error.kind, `Error when allocating new name: ${error.message}`, {
				cause: error,
			});
		}
		const oldName = container.name;
		daemon.containers.release(oldName, container.id);
		container.name = name;
		await refreshPeers(daemon, container);
		if (container.task) await writeNames(daemon, container);
		emitContainerEvent(daemon, container, 'rename', { oldName: `/${oldName}` });
	});
}

/** Throws `invalid` in Docker's words for a name that may not be; it may have a slash before it. */
export function checkName(name: string): void {
	if (isValidName(name.replace(/^\//, ''))) return;
	throw invalid(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
}
