import type { MountSpec } from '../../engine/ports.ts';

const MS = {
	RDONLY: 1,
	NOSUID: 2,
	NODEV: 4,
	NOEXEC: 8,
	SYNCHRONOUS: 16,
	REMOUNT: 32,
	DIRSYNC: 128,
	NOSYMFOLLOW: 256,
	NOATIME: 1024,
	NODIRATIME: 2048,
	BIND: 4096,
	REC: 16384,
	SILENT: 32768,
	UNBINDABLE: 1 << 17,
	PRIVATE: 1 << 18,
	SLAVE: 1 << 19,
	SHARED: 1 << 20,
	RELATIME: 1 << 21,
	STRICTATIME: 1 << 24,
	LAZYTIME: 1 << 25,
} as const;

/** fstab's words: the bits each sets, or clears. */
const words = new Map<string, { set?: number; clear?: number }>([
	['defaults', {}],
	['ro', { set: MS.RDONLY }],
	['rw', { clear: MS.RDONLY }],
	['nosuid', { set: MS.NOSUID }],
	['suid', { clear: MS.NOSUID }],
	['nodev', { set: MS.NODEV }],
	['dev', { clear: MS.NODEV }],
	['noexec', { set: MS.NOEXEC }],
	['exec', { clear: MS.NOEXEC }],
	['sync', { set: MS.SYNCHRONOUS }],
	['async', { clear: MS.SYNCHRONOUS }],
	['remount', { set: MS.REMOUNT }],
	['dirsync', { set: MS.DIRSYNC }],
	['nosymfollow', { set: MS.NOSYMFOLLOW }],
	['noatime', { set: MS.NOATIME }],
	['atime', { clear: MS.NOATIME }],
	['nodiratime', { set: MS.NODIRATIME }],
	['diratime', { clear: MS.NODIRATIME }],
	['bind', { set: MS.BIND }],
	['rbind', { set: MS.BIND | MS.REC }],
	['silent', { set: MS.SILENT }],
	['unbindable', { set: MS.UNBINDABLE }],
	['runbindable', { set: MS.UNBINDABLE | MS.REC }],
	['private', { set: MS.PRIVATE }],
	['rprivate', { set: MS.PRIVATE | MS.REC }],
	['slave', { set: MS.SLAVE }],
	['rslave', { set: MS.SLAVE | MS.REC }],
	['shared', { set: MS.SHARED }],
	['rshared', { set: MS.SHARED | MS.REC }],
	['relatime', { set: MS.RELATIME }],
	['norelatime', { clear: MS.RELATIME }],
	['strictatime', { set: MS.STRICTATIME }],
	['nostrictatime', { clear: MS.STRICTATIME }],
	['lazytime', { set: MS.LAZYTIME }],
]);

/** Mount options as in fstab → mount(2)'s flags and, for what is the file system's own, its data. */
export function mountFlags(mount: Pick<MountSpec, 'type' | 'options'>): { flags: number; data: string } {
	let flags = mount.type === 'bind' ? MS.BIND : 0;
	const data: string[] = [];
	for (const option of mount.options) {
		const word = words.get(option);
		if (word) flags = (flags | (word.set ?? 0)) & ~(word.clear ?? 0);
		else data.push(option);
	}
	return { flags: flags >>> 0, data: data.join(',') };
}
