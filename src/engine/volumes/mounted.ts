import { internal, messageOf } from '#base';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';
import { inGuest } from '../networks/bridge.ts';
import type { Volume } from './volumes.ts';

/** Shell lines that mount a volume with options, which is a mount of its own; none for another. */
export function mountLines({ options, mountpoint }: Volume): string[] {
	if (!options?.['type'] && !options?.['device']) return [];
	const { type = '', device = '', o = '' } = options;
	const flags = [...(type ? ['-t', shellQuoted(type)] : []), ...(o ? ['-o', shellQuoted(o)] : [])];
	return [`mount ${flags.join(' ')} ${shellQuoted(device || 'none')} ${mountpoint}`];
}

/** Mounts the volumes of a container that is about to start. Throws in Docker's words. */
export async function mountVolumes(daemon: Daemon, container: Container): Promise<void> {
	for (const volume of volumesWithOptions(daemon, container)) {
		if (volume.isMounted) continue;
		await inGuest(daemon, mountLines(volume)).catch((error: unknown) => {
			throw mountFailure(volume, error);
		});
		volume.isMounted = true;
	}
}

/** Unmounts those that no other container that runs has: what is in a tmpfs is gone with it. */
export async function unmountVolumes(daemon: Daemon, container: Container): Promise<void> {
	for (const volume of volumesWithOptions(daemon, container)) {
		const users = daemon.volumes.usersOf(daemon, volume.name);
		if (!volume.isMounted || users.some((user) => user !== container && user.phase === 'running')) continue;
		volume.isMounted = false;
		// Somebody may have done so by hand.
		await inGuest(daemon, [`umount -l ${volume.mountpoint} || :`]);
	}
}

function volumesWithOptions(daemon: Daemon, { mounts }: Container): Volume[] {
	const volumes = new Set(mounts.map(({ volume }) => daemon.volumes.get(volume)));
	return [...volumes].filter((volume) => volume !== null && mountLines(volume).length > 0) as Volume[];
}

/** What `mount` prints for what the kernel answers. */
const REASONS: [printed: RegExp, reason: string][] = [
	[/unknown filesystem type|no filesystem type specified/, 'no such device'],
	[/does not exist|no such file/i, 'no such file or directory'],
	[/permission denied/i, 'permission denied'],
	[/is not a block device/, 'block device required'],
	[/wrong fs type|bad option|invalid argument/i, 'invalid argument'],
];

/** A failure of `mount` in Docker's words. */
export function mountFailure({ mountpoint, options }: Volume, error: unknown): Error {
	const printed = messageOf(error);
	const reason = REASONS.find(([pattern]) => pattern.test(printed))?.[1] ?? printed;
	const { flags, data } = flagsOf(options?.['o'] ?? '');
	const what = [
		`mount ${options?.['device'] ?? ''}:${mountpoint}`,
		...(flags > 0 ? [`flags: 0x${flags.toString(16)}`] : []),
		...(data === '' ? [] : [`data: ${data}`]),
	].join(', ');
	return internal(
		`error while mounting volume '${mountpoint}': failed to mount local volume: ${what}: ${reason}`,
		{ cause: error },
	);
}

const FLAGS: Record<string, number> = { ro: 1, nosuid: 2, nodev: 4, noexec: 8, bind: 0x1000, rbind: 0x5000 };

/** Mount options as the kernel takes them: some by number, the rest as they are. */
function flagsOf(options: string): { flags: number; data: string } {
	const words = options.split(',').filter((word) => word !== '');
	return {
		flags: words.reduce((all, word) => all | (FLAGS[word] ?? 0), 0),
		data: words.filter((word) => FLAGS[word] === undefined).join(','),
	};
}

/** A word of a shell command. */
export function shellQuoted(text: string): string {
	return `'${text.replace(/'/g, `'\\''`)}'`;
}
