import type { ContainerConfig, HostConfig, MountRequest, VolumeCreateRequest } from '#api';
import { cleanPath, internal, invalid, kindOf } from '#base';
import { FileType, isType } from '#oci';
import { layersOf } from '../containers/root.ts';
import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import type { ImageRecord } from '../images/store.ts';
import type { FileRoot, PathStat } from '../ports.ts';
import { checkImageMount, mountImages } from './image-mounts.ts';
import { isLocal } from './subpath.ts';
import { checkVolumeName, fillVolume, requireVolume } from './volumes.ts';

/** One mount of a container, as inspect tells of it and as the guest makes it. */
export interface ContainerMount {
	type: 'bind' | 'volume' | 'tmpfs' | 'image';
	/** A volume's name; empty for the others. */
	volume: string;
	/** Of `image`: which, and what it was called. */
	image: { name: string; record: ImageRecord } | null;
	source: string;
	/** Of a volume or an image: what of it is mounted; empty for all. */
	subpath: string;
	destination: string;
	mode: string;
	isReadOnly: boolean;
	propagation: string;
	/** Of a tmpfs, as for mount(8). */
	options: string[];
	/** A missing source is made. */
	createSource: boolean;
	/** Whether inspect lists it: what came with `--tmpfs` is only in its host configuration. */
	isListed: boolean;
	/** A new volume takes over what the image has at its place. */
	copiesUp: boolean;
	/** How a volume that is not there yet is made. */
	creation: Pick<VolumeCreateRequest, 'Driver' | 'DriverOpts' | 'Labels'>;
}

/** All mounts that a container to be asks for; its volumes are made and filled. Throws in Docker's words. */
export async function resolveMounts(
	daemon: Daemon,
	{ id, image }: { id: string; image: ImageRecord },
	config: ContainerConfig,
	hostConfig: HostConfig,
): Promise<ContainerMount[]> {
	const mounts = new Map<string, ContainerMount>();
	for (const mount of inherited(daemon, hostConfig.VolumesFrom)) mounts.set(mount.destination, mount);
	const own = [
		...(hostConfig.Binds ?? []).map((bind) => ({ ...parseBind(bind), creation: driverOf(hostConfig) })),
		...(await Promise.all((hostConfig.Mounts ?? []).map((mount) => parseMount(daemon, mount)))),
		...Object.entries(hostConfig.Tmpfs ?? {}).map(([target, options]) =>
			tmpfs(checkTmpfsTarget(target), options.split(',').map(checkTmpfsOption), false),
		),
	];
	const seen = new Set<string>();
	for (const mount of own) {
		if (seen.has(mount.destination)) throw invalid(`Duplicate mount point: ${mount.destination}`);
		seen.add(mount.destination);
		// It stays, whatever is wrong with those after it.
		if (mount.volume !== '') await requireVolume(daemon, { ...mount.creation, Name: mount.volume }, false);
		mounts.set(mount.destination, mount);
	}
	for (const destination of Object.keys(config.Volumes ?? {})) {
		const target = cleanPath(`/${destination}`);
		if (mounts.has(target)) continue;
		await refuseFile(daemon, layersOf({ id, image }), target);
		mounts.set(target, volume('', target, { mode: '', creation: driverOf(hostConfig) }));
	}
	const all = [...mounts.values()].sort((a, b) => (a.destination < b.destination ? -1 : 1));
	for (const mount of all) {
		if (mount.type === 'volume') await prepareVolume(daemon, mount, image);
	}
	await mountImages(daemon, all);
	return all;
}

/** `--volume-driver`, of all volumes but those that say more themselves. */
function driverOf({ VolumeDriver }: HostConfig): ContainerMount['creation'] {
	return VolumeDriver === '' ? {} : { Driver: VolumeDriver };
}

/** A volume that an image or `-v TARGET` wants can lie over a directory alone. */
async function refuseFile(daemon: Daemon, root: FileRoot, target: string): Promise<void> {
	const found = await pathAt(daemon, root, target);
	const path = found?.linkTarget || target;
	const end = path === target ? found : await pathAt(daemon, root, path);
	if (!end || isType(end.mode, FileType.DIRECTORY)) return;
	await daemon.ports.runtime.remove(root.id);
	throw internal(
		`cannot mount volume over existing file, file exists /var/lib/docker/overlay2/${root.id}/merged${path}`,
	);
}

async function pathAt(daemon: Daemon, root: FileRoot, path: string): Promise<PathStat | null> {
	try {
		return await daemon.ports.runtime.statPath(root, path);
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
		return null;
	}
}

async function prepareVolume(daemon: Daemon, mount: ContainerMount, image: ImageRecord): Promise<void> {
	const isAnonymous = mount.volume === '';
	if (isAnonymous) mount.volume = newId(daemon.ports.random);
	const record = await requireVolume(daemon, { ...mount.creation, Name: mount.volume }, isAnonymous);
	mount.source = record.mountpoint;
	if (mount.copiesUp) await fillVolume(daemon, record, image, mount);
}

/** `--volumes-from NAME[:ro]`: the same mounts. */
function inherited(daemon: Daemon, from: string[] | null): ContainerMount[] {
	return (from ?? []).flatMap((entry) => {
		if (entry === '') throw invalid('volumes-from specification cannot be an empty string');
		const colon = entry.lastIndexOf(':');
		const [ref, mode] = colon > 0 ? [entry.slice(0, colon), entry.slice(colon + 1)] : [entry, ''];
		if (!['', 'ro', 'rw', 'z', 'Z'].includes(mode)) throw invalid(`invalid mode: ${mode}`);
		const container = daemon.containers.find(ref);
		// Not found would mean the image to a client, which would pull it.
		if (!container) throw invalid(`No such container: ${ref}`);
		return container.mounts
			.filter(({ type }) => type !== 'tmpfs')
			.map((mount) => ({
				...mount,
				// Each container has images mounted for itself.
				source: mount.image ? '' : mount.source,
				isReadOnly: mount.isReadOnly || mode === 'ro',
				copiesUp: false,
			}));
	});
}

const AT_ROOT = "invalid specification: destination can't be '/'";
const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];
const MODES = [['ro', 'rw'], ['z', 'Z'], ['nocopy'], ['consistent', 'cached', 'delegated'], PROPAGATIONS];

/** Nothing, or of each kind of mode one word at most. */
function isMode(text: string): boolean {
	if (text === '') return true;
	const words = text.split(',');
	const isKnown = words.every((word) => MODES.some((kind) => kind.includes(word)));
	return isKnown && MODES.every((kind) => words.filter((word) => kind.includes(word)).length <= 1);
}

/** `-v [SOURCE:]TARGET[:MODE]`. */
export function parseBind(bind: string): ContainerMount {
	const parts = bind.split(':');
	const failure = (why: string) => invalid(`invalid volume specification: '${bind}'${why && `: ${why}`}`);
	if (parts.length > 3 || parts.some((part) => part === '')) throw failure('');
	const [first = '', second, modeText = ''] = parts;
	if (parts.length === 2 && isMode(second ?? '')) throw failure('');
	const [source, target] = second === undefined ? ['', first] : [first, second];
	if (!isMode(modeText)) throw invalid(`invalid mode: ${modeText}`);
	const config = `invalid mount config for type "${source.startsWith('/') ? 'bind' : 'volume'}"`;
	if (cleanPath(target) === '/') throw failure(`${config}: ${AT_ROOT}`);
	if (!target.startsWith('/'))
		throw failure(`${config}: invalid mount path: '${target}' mount path must be absolute`);
	const words = modeText.split(',').filter(Boolean);
	const unfitting = (type: string, field: string) =>
		failure(`invalid mount config for type "${type}": field ${field} must not be specified`);
	const propagation = words.find((word) => PROPAGATIONS.includes(word));
	const isReadOnly = words.includes('ro');
	if (!source.startsWith('/')) {
		if (propagation) throw unfitting('volume', 'BindOptions');
		return volume(source, cleanPath(target), {
			mode: modeText || (source ? 'z' : ''),
			isReadOnly,
			copiesUp: !words.includes('nocopy'),
		});
	}
	if (words.includes('nocopy')) throw unfitting('bind', 'VolumeOptions');
	return {
		...blank('bind', cleanPath(target)),
		source: cleanPath(source),
		mode: modeText,
		isReadOnly,
		propagation: propagation ?? 'rprivate',
		createSource: true,
	};
}

/** `--mount`. */
async function parseMount(daemon: Daemon, mount: MountRequest): Promise<ContainerMount> {
	const failure = (why: string) => invalid(`invalid mount config for type "${mount.Type}": ${why}`);
	if (!mount.Target) throw failure('field Target must not be empty');
	if (!mount.Target.startsWith('/')) {
		throw failure(`invalid mount path: '${mount.Target}' mount path must be absolute`);
	}
	const destination = cleanPath(mount.Target);
	if (destination === '/') throw failure(AT_ROOT);
	const isReadOnly = mount.ReadOnly ?? false;
	switch (mount.Type) {
		case 'volume':
			return volumeOf(mount, destination, failure);
		case 'tmpfs': {
			if (mount.Source) throw failure('field Source must not be specified');
			const { SizeBytes, Mode } = mount.TmpfsOptions ?? {};
			const options = [
				...(SizeBytes ? [`size=${SizeBytes}`] : []),
				...(Mode ? [`mode=${Mode.toString(8)}`] : []),
				...(isReadOnly ? ['ro'] : []),
			];
			return tmpfs(destination, options, true);
		}
		case 'bind': {
			if (!mount.Source) throw failure('field Source must not be empty');
			if (!mount.Source.startsWith('/'))
				throw failure(`invalid mount path: '${mount.Source}' mount path must be absolute`);
			const createSource = mount.BindOptions?.CreateMountpoint ?? false;
			if (!createSource && !(await exists(daemon, mount.Source))) {
				throw failure(`bind source path does not exist: ${mount.Source}`);
			}
			return {
				...blank('bind', destination),
				source: cleanPath(mount.Source),
				isReadOnly,
				propagation: mount.BindOptions?.Propagation || 'rprivate',
				createSource,
			};
		}
		case 'image': {
			const { name, subpath } = checkImageMount(mount, failure);
			const image = { name, record: daemon.images.resolve(name) };
			return { ...blank('image', destination), image, subpath, isReadOnly: true, propagation: 'rprivate' };
		}
		default:
			throw failure('mount type unknown');
	}
}

function volumeOf(
	{ Source = '', VolumeOptions, ReadOnly = false }: MountRequest,
	destination: string,
	failure: (why: string) => Error,
): ContainerMount {
	const { Subpath: subpath = '', NoCopy = false, Labels, DriverConfig } = VolumeOptions ?? {};
	if (subpath !== '' && Source === '') throw failure('must not set Subpath when using anonymous volumes');
	if (subpath !== '' && !isLocal(subpath)) throw failure('subpath must be a relative path within the volume');
	if (ReadOnly && Source === '') throw failure('must not set ReadOnly mode when using anonymous volumes');
	return volume(Source, destination, {
		mode: 'z',
		isReadOnly: ReadOnly,
		copiesUp: !NoCopy,
		subpath,
		creation: {
			...(Labels && { Labels }),
			...(DriverConfig?.Name && { Driver: DriverConfig.Name }),
			...(DriverConfig?.Options && { DriverOpts: DriverConfig.Options }),
		},
	});
}

async function exists(daemon: Daemon, path: string): Promise<boolean> {
	try {
		await daemon.ports.runtime.stat('', path);
		return true;
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
		return false;
	}
}

function blank(type: ContainerMount['type'], destination: string): ContainerMount {
	return {
		type,
		volume: '',
		image: null,
		source: '',
		subpath: '',
		destination,
		mode: '',
		isReadOnly: false,
		propagation: '',
		options: [],
		createSource: false,
		isListed: true,
		copiesUp: false,
		creation: {},
	};
}

function volume(name: string, destination: string, more: Partial<ContainerMount>): ContainerMount {
	if (name !== '') checkVolumeName(name);
	return { ...blank('volume', destination), volume: name, copiesUp: true, ...more };
}

/** `--tmpfs` names its place as `--mount` does. */
function checkTmpfsTarget(target: string): string {
	if (cleanPath(target) === '/') throw invalid(AT_ROOT);
	if (!target.startsWith('/')) throw invalid(`invalid mount path: '${target}' mount path must be absolute`);
	return target;
}

const TMPFS_FLAGS = new Set(
	`defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime nodiratime
	bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime strictatime nostrictatime`.split(
		/\s+/,
	),
);
const TMPFS_VALUES = new Set(['size', 'mode', 'uid', 'gid', 'nr_inodes', 'nr_blocks', 'mpol']);

function checkTmpfsOption(option: string): string {
	const [name = '', value] = option.split('=');
	const isKnown = value === undefined ? TMPFS_FLAGS.has(name) : TMPFS_VALUES.has(name);
	if (option !== '' && !isKnown) throw invalid(`invalid tmpfs option ${JSON.stringify(option)}`);
	return option;
}

function tmpfs(target: string, options: string[], isListed: boolean): ContainerMount {
	const given = options.filter((option) => option !== '');
	const base = ['noexec', 'nosuid', 'nodev'].filter((option) => !given.includes(option.replace(/^no/, '')));
	return {
		...blank('tmpfs', cleanPath(`/${target}`)),
		options: [...new Set([...base, ...given])],
		isReadOnly: given.includes('ro'),
		isListed,
	};
}
