import type { ImageConfig, ImageInspect } from '#api';
import type { RunConfig } from '#oci';
import type { Daemon } from '../daemon.ts';
import { formatTime } from '../time.ts';
import { imageSize, type ImageRecord } from './store.ts';

/** GET /images/{name}/json. */
export function inspectImage(daemon: Daemon, ref: string): ImageInspect {
	const image = daemon.images.resolve(ref);
	const { configuration } = image;
	const comment = configuration.comment || (configuration.history.at(-1)?.comment ?? '');
	return {
		Id: image.id,
		RepoTags: daemon.images.repoTags(image.id),
		RepoDigests: daemon.images.repoDigests(image.id),
		Parent: image.parentId,
		Comment: comment,
		Created: configuration.created || formatTime(image.createdAt),
		DockerVersion: configuration.dockerVersion,
		Author: configuration.author,
		Architecture: configuration.architecture,
		...(configuration.variant && { Variant: configuration.variant }),
		Os: configuration.os,
		Size: imageSize(image),
		GraphDriver: { Data: layerDirectories(image), Name: 'overlay2' },
		RootFS: { Type: 'layers', Layers: image.layers.map(({ diffId }) => diffId) },
		Metadata: { LastTagTime: formatTime(image.lastTagAt) },
		Config: imageConfig(configuration.config),
	};
}

const ROOT = '/var/lib/docker/overlay2';

/** Where the guest has a layer. */
export function layerDirectory(diffId: string): string {
	return `${ROOT}/${diffId.replace('sha256:', '')}/diff`;
}

/** The directories of an image's top layer and of those below it. */
function layerDirectories(image: ImageRecord): Record<string, string> {
	const [top, ...below] = image.layers.map(({ diffId }) => layerDirectory(diffId)).reverse();
	if (!top) return {};
	const folder = top.replace(/\/diff$/, '');
	return {
		...(below.length > 0 && { LowerDir: below.join(':') }),
		MergedDir: `${folder}/merged`,
		UpperDir: top,
		WorkDir: `${folder}/work`,
	};
}

/** The same of a container: its init layer lies between it and its image. */
export function containerDirectories(id: string, image: ImageRecord): Record<string, string> {
	const lowers = image.layers.map(({ diffId }) => layerDirectory(diffId)).reverse();
	return {
		ID: id,
		LowerDir: [`${ROOT}/${id}-init/diff`, ...lowers].join(':'),
		MergedDir: `${ROOT}/${id}/merged`,
		UpperDir: `${ROOT}/${id}/diff`,
		WorkDir: `${ROOT}/${id}/work`,
	};
}

function imageConfig(config: RunConfig): ImageConfig {
	return {
		...(config.argsEscaped && { ArgsEscaped: true }),
		Cmd: config.cmd?.length ? config.cmd : null,
		Entrypoint: config.entrypoint,
		Env: config.env,
		...(config.exposedPorts && { ExposedPorts: emptyObjects(config.exposedPorts) }),
		...(config.healthcheck && { Healthcheck: config.healthcheck }),
		Labels: config.labels,
		OnBuild: config.onBuild,
		...(config.shell && { Shell: config.shell }),
		...(config.stopSignal && { StopSignal: config.stopSignal }),
		User: config.user,
		Volumes: config.volumes && emptyObjects(config.volumes),
		WorkingDir: config.workingDir,
	};
}

/** `{"80/tcp":{}}`: how Go writes a set. */
export function emptyObjects(keys: readonly string[]): Record<string, object> {
	return Object.fromEntries(keys.map((key) => [key, {}]));
}
