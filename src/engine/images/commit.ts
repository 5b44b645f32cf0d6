import type { ContainerConfig } from '#api';
import { conflict, kindOf, readAll } from '#base';
import { familiarString, type Reference } from '#oci';
import type { Container } from '../containers/container.ts';
import { emitContainerEvent } from '../containers/find.ts';
import { pauseContainer, unpauseContainer } from '../containers/pause.ts';
import { layersOf } from '../containers/root.ts';
import type { Daemon } from '../daemon.ts';
import { sortedMap } from '../json.ts';
import { applyChanges } from './change/apply.ts';
import { makeChildImage } from './child.ts';
import { emptyConfig } from './document.ts';
import { emitImageEvent, nameImage } from './tag.ts';

export interface CommitOptions {
	/** What to call the image; null leaves it without a name. */
	reference: Reference | null;
	author: string;
	comment: string;
	/** Instructions of a Dockerfile that change the configuration. */
	changes: string[];
	/** A configuration to start from instead of the container's. */
	config: Partial<ContainerConfig> | null;
	/** Freeze the container meanwhile. */
	pause: boolean;
}

const LARGEST_LAYER = 1024 ** 3;

/** POST /commit: an image of a container's image and what the container has changed. Returns its id. Throws in Docker's words. */
export async function commitContainer(
	daemon: Daemon,
	container: Container,
	options: CommitOptions,
): Promise<string> {
	if (container.isRemoving)
		throw conflict(`You cannot commit container ${container.id} which is being removed`);
	if (container.phase === 'dead') throw conflict(`You cannot commit container ${container.id} which is Dead`);
	const mustPause = options.pause && container.phase === 'running' && !container.isPaused;
	const isPaused = mustPause && (await pauseIfAlive(daemon, container));
	try {
		return await commitFrozen(daemon, container, options);
	} finally {
		// It may have ended all the same, by what was on its way to it before.
		if (isPaused && container.isPaused) await unpauseContainer(daemon, container);
	}
}

async function commitFrozen(daemon: Daemon, container: Container, options: CommitOptions): Promise<string> {
	const config = committedConfig(container, options);
	const { id } = await makeChildImage(daemon, {
		parent: container.image,
		tar: await readAll(await daemon.ports.runtime.layer(layersOf(container)), LARGEST_LAYER),
		config,
		container: container.id,
		containerConfig: container.config,
		author: options.author,
		comment: options.comment,
	});
	emitImageEvent(daemon, 'create', id, id);
	if (options.reference) nameImage(daemon, id, options.reference);
	emitContainerEvent(daemon, container, 'commit', {
		comment: options.comment,
		imageID: id,
		imageRef: options.reference ? familiarString(options.reference) : '',
	});
	return id;
}

/** A process that has just ended, of which the engine has not heard yet, needs no pause. */
async function pauseIfAlive(daemon: Daemon, container: Container): Promise<boolean> {
	try {
		await pauseContainer(daemon, container);
		return true;
	} catch (error) {
		if (container.phase === 'running' && kindOf(error) !== 'not-found') throw error;
		return false;
	}
}

/** The container's configuration, or the given one, with the changes; what they leave open is the container's. */
function committedConfig({ config }: Container, options: CommitOptions): ContainerConfig {
	const base = options.config ? { ...emptyConfig(), ...options.config } : config;
	return merge(applyChanges(base, options.changes), config);
}

function merge(own: ContainerConfig, container: ContainerConfig): ContainerConfig {
	const merged: ContainerConfig = { ...own, User: own.User || container.User };
	const ports = { ...container.ExposedPorts, ...own.ExposedPorts };
	if (Object.keys(ports).length > 0) merged.ExposedPorts = sortedMap(ports);
	const names = new Set((own.Env ?? []).map((entry) => entry.split('=')[0]));
	const others = (container.Env ?? []).filter((entry) => !names.has(entry.split('=')[0]));
	merged.Env = own.Env || others.length > 0 ? [...(own.Env ?? []), ...others] : null;
	merged.Labels = own.Labels || container.Labels ? sortedMap({ ...container.Labels, ...own.Labels }) : null;
	if ((own.Entrypoint ?? []).length === 0) {
		if ((own.Cmd ?? []).length === 0) merged.Cmd = container.Cmd;
		merged.Entrypoint = own.Entrypoint ?? container.Entrypoint;
	}
	if (container.Healthcheck) merged.Healthcheck = { ...container.Healthcheck, ...own.Healthcheck };
	merged.WorkingDir = own.WorkingDir || container.WorkingDir;
	const volumes = { ...container.Volumes, ...own.Volumes };
	merged.Volumes = Object.keys(volumes).length > 0 ? sortedMap(volumes) : null;
	return inOrder(merged);
}

/** Keys in the order in which Docker writes a configuration. */
function inOrder(config: ContainerConfig): ContainerConfig {
	const { Hostname, Domainname, User, AttachStdin, AttachStdout, AttachStderr } = config;
	const { Tty, OpenStdin, StdinOnce, Env, Cmd, Image, Volumes, WorkingDir, Entrypoint } = config;
	return {
		...{ Hostname, Domainname, User, AttachStdin, AttachStdout, AttachStderr },
		...(config.ExposedPorts && { ExposedPorts: config.ExposedPorts }),
		...{ Tty, OpenStdin, StdinOnce, Env, Cmd },
		...(config.Healthcheck && { Healthcheck: config.Healthcheck }),
		...(config.ArgsEscaped && { ArgsEscaped: true }),
		...{ Image, Volumes, WorkingDir, Entrypoint },
		...(config.NetworkDisabled && { NetworkDisabled: true }),
		...{ OnBuild: config.OnBuild, Labels: config.Labels },
		...(config.StopSignal && { StopSignal: config.StopSignal }),
		...(config.StopTimeout !== undefined && { StopTimeout: config.StopTimeout }),
		...(config.Shell && { Shell: config.Shell }),
	};
}
