import type { VolumeCreateRequest, VolumeInspect, VolumesPruneResponse } from '#api';
import { conflict, invalid, notFound } from '#base';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { newId } from '../ids.ts';
import { layerDirectory } from '../images/inspect.ts';
import type { ImageRecord } from '../images/store.ts';
import { sortedMap } from '../json.ts';
import { isValidName } from '../names.ts';
import { inGuest } from '../networks/bridge.ts';
import { formatSeconds, type UnixNs } from '../time.ts';
import { mountLines, shellQuoted } from './mounted.ts';
import { resolveSubpath } from './subpath.ts';

export interface Volume {
	name: string;
	createdAt: UnixNs;
	mountpoint: string;
	labels: Record<string, string> | null;
	options: Record<string, string> | null;
	isAnonymous: boolean;
	/** Something may be in it: an image's content is not copied into it any more. */
	isFilled: boolean;
	/** One with options: mounted while a container that has it runs. */
	isMounted: boolean;
}

const ROOT = '/var/lib/docker/volumes';

export class VolumeStore {
	readonly #volumes = new Map<string, Volume>();

	add(volume: Volume): void {
		this.#volumes.set(volume.name, volume);
	}

	/** Has exactly these. */
	replace(volumes: readonly Volume[]): void {
		this.#volumes.clear();
		for (const volume of volumes) this.add(volume);
	}

	delete(name: string): void {
		this.#volumes.delete(name);
	}

	get(name: string): Volume | null {
		return this.#volumes.get(name) ?? null;
	}

	/** Oldest first. */
	all(): Volume[] {
		return [...this.#volumes.values()];
	}

	/** By name. */
	list(): Volume[] {
		return [...this.#volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
	}

	/** Throws not-found in Docker's words. */
	resolve(name: string): Volume {
		const volume = this.get(name);
		if (!volume) throw notFound(`get ${name}: no such volume`);
		return volume;
	}

	/** The containers, running or not, that have it. */
	usersOf(daemon: Daemon, name: string): Container[] {
		return daemon.containers.list().filter(({ mounts }) => mounts.some((mount) => mount.volume === name));
	}
}

/** POST /volumes/create: gives the existing one when it is the same. Throws in Docker's words. */
export async function createVolume(daemon: Daemon, request: VolumeCreateRequest): Promise<VolumeInspect> {
	return inspectVolume(await requireVolume(daemon, request, !request.Name));
}

/** The volume of that name, made as asked for when there is none. Throws in Docker's words. */
export async function requireVolume(
	daemon: Daemon,
	request: VolumeCreateRequest,
	isAnonymous: boolean,
): Promise<Volume> {
	const driver = request.Driver || 'local';
	if (driver !== 'local') {
		throw notFound(
			`create ${request.Name ?? ''}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
		);
	}
	const name = request.Name || newId(daemon.ports.random);
	checkVolumeName(name);
	const options =
		request.DriverOpts && Object.keys(request.DriverOpts).length > 0 ? sortedMap(request.DriverOpts) : null;
	checkOptions(name, options ?? {});
	return ensureVolume(daemon, name, isAnonymous, request.Labels ?? null, options);
}

/** The options of a volume, each with those it is nothing without. */
const OPTIONS = new Map([
	['type', ['device']],
	['device', ['type']],
	['o', ['device', 'type']],
	['size', []],
]);

function checkOptions(name: string, options: Record<string, string>): void {
	const failure = (why: string) => invalid(`create ${name}: ${why}`);
	for (const option of Object.keys(options)) {
		if (!OPTIONS.has(option)) throw failure(`invalid option: "${option}"`);
	}
	if (options['size'] !== undefined) throw failure('quota size requested but no quota support');
	for (const [option, needed] of OPTIONS) {
		const missing =
			options[option] === undefined ? undefined : needed.find((one) => options[one] === undefined);
		if (missing !== undefined) throw failure(`missing required option: "${missing}"`);
	}
}

/** Throws `invalid` in Docker's words for a name that may not be. */
export function checkVolumeName(name: string): void {
	if (name.length === 1) {
		throw invalid(
			`create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
		);
	}
	if (isValidName(name)) return;
	throw invalid(
		`create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
	);
}

async function ensureVolume(
	daemon: Daemon,
	name: string,
	isAnonymous: boolean,
	labels: Record<string, string> | null,
	options: Record<string, string> | null,
): Promise<Volume> {
	const existing = daemon.volumes.get(name);
	if (existing) return existing;
	const mountpoint = `${ROOT}/${name}/_data`;
	const volume: Volume = {
		name,
		createdAt: daemon.time.now(),
		mountpoint,
		labels: isAnonymous ? { 'com.docker.volume.anonymous': '', ...labels } : labels && sortedMap(labels),
		options,
		isAnonymous,
		isFilled: false,
		isMounted: false,
	};
	daemon.volumes.add(volume);
	try {
		await inGuest(daemon, [`mkdir -p ${mountpoint}`]);
	} catch (error) {
		daemon.volumes.delete(name);
		throw error;
	}
	daemon.events.emit('volume', 'create', name, { driver: 'local' });
	return volume;
}

/** Null when it is not there: that is for the start to tell. */
async function partOf(daemon: Daemon, volume: Volume, subpath: string): Promise<string | null> {
	return resolveSubpath(daemon, volume.mountpoint, subpath).catch(() => null);
}

/** Copies what the image has where a volume is mounted into it, if it is used for the first time and empty; of a part of a volume, if that is there. */
export async function fillVolume(
	daemon: Daemon,
	volume: Volume,
	image: ImageRecord,
	{ destination, subpath }: { destination: string; subpath: string },
): Promise<void> {
	if (subpath === '' && volume.isFilled) return;
	const target = subpath === '' ? volume.mountpoint : await partOf(daemon, volume, subpath);
	if (target === null) return;
	const mounting = volume.isMounted ? [] : mountLines(volume);
	if (subpath === '' && mounting.length === 0) volume.isFilled = true;
	const lowers = image.layers.map(({ diffId }) => layerDirectory(diffId)).reverse();
	const quoted = shellQuoted(destination);
	const into = shellQuoted(target);
	const work = `/run/docker-copy-${newId(daemon.ports.random).slice(0, 12)}`;
	const [only] = lowers;
	const source = lowers.length === 1 && only ? only : work;
	const mountLayers =
		lowers.length > 1
			? [`mkdir -p ${work}`, `mount -t overlay -o ro,lowerdir=${lowers.join(':')} overlay ${work}`]
			: [];
	const unmountLayers = lowers.length > 1 ? [`umount ${work}`, `rmdir ${work}`] : [];
	await inGuest(daemon, [
		...mountLayers,
		`if [ -d ${source}${quoted} ]; then`,
		...mounting,
		`if [ -d ${into} ] && [ -z "$(ls -A ${into})" ]; then cp -a ${source}${quoted}/. ${into}/; fi`,
		...mounting.map(() => `umount ${volume.mountpoint}`),
		'fi',
		...unmountLayers,
	]);
}

/** GET /volumes/{name}. */
export function inspectVolume(volume: Volume): VolumeInspect {
	return {
		CreatedAt: formatSeconds(volume.createdAt),
		Driver: 'local',
		Labels: volume.labels,
		Mountpoint: volume.mountpoint,
		Name: volume.name,
		Options: volume.options,
		Scope: 'local',
	};
}

export const VOLUME_FILTERS = ['dangling', 'driver', 'label', 'name'];

/** GET /volumes. */
export function listVolumes(daemon: Daemon, filters: Filters): VolumeInspect[] {
	const dangling = filters.has('dangling') ? filters.flag('dangling', false) : null;
	return daemon.volumes
		.list()
		.filter(
			(volume) =>
				filters.some('driver', (driver) => driver === 'local') &&
				filters.some('name', (name) => volume.name.includes(name)) &&
				filters.matchLabels('label', volume.labels) &&
				(dangling === null || dangling === (daemon.volumes.usersOf(daemon, volume.name).length === 0)),
		)
		.map(inspectVolume);
}

/** DELETE /volumes/{name}. Throws conflict in Docker's words while a container has it. */
export async function removeVolume(daemon: Daemon, name: string, force: boolean): Promise<void> {
	const volume = daemon.volumes.get(name);
	if (!volume && force) return;
	if (!volume) throw notFound(`get ${name}: no such volume`);
	const users = daemon.volumes.usersOf(daemon, name);
	if (users.length > 0) {
		throw conflict(`remove ${name}: volume is in use - [${users.map(({ id }) => id).join(', ')}]`);
	}
	daemon.volumes.delete(name);
	await inGuest(daemon, [`rm -rf ${ROOT}/${name}`]);
	daemon.events.emit('volume', 'destroy', name, { driver: 'local' });
}

export const VOLUME_PRUNE_FILTERS = ['all', 'label', 'label!'];

/** POST /volumes/prune: unused anonymous ones, with `all` the named ones too. */
export async function pruneVolumes(
	daemon: Daemon,
	filters: Filters,
	all: boolean,
): Promise<VolumesPruneResponse> {
	const deleted: string[] = [];
	let reclaimed = 0;
	for (const volume of daemon.volumes.all()) {
		if (
			(!all && !volume.isAnonymous) ||
			// What is mounted from elsewhere takes no room here.
			volume.options ||
			daemon.volumes.usersOf(daemon, volume.name).length > 0 ||
			!filters.matchLabels('label', volume.labels) ||
			(filters.has('label!') && filters.matchLabels('label!', volume.labels))
		) {
			continue;
		}
		const [used = 0] = await daemon.ports.runtime.usage([volume.mountpoint]);
		await removeVolume(daemon, volume.name, false);
		deleted.push(volume.name);
		reclaimed += used;
	}
	daemon.events.emit('volume', 'prune', '', { reclaimed: String(reclaimed) });
	return { VolumesDeleted: deleted, SpaceReclaimed: reclaimed };
}
