import { FileType } from '#oci';

const GO = {
	DIRECTORY: 2 ** 31,
	SYMLINK: 2 ** 27,
	DEVICE: 2 ** 26,
	FIFO: 2 ** 25,
	SOCKET: 2 ** 24,
	SETUID: 2 ** 23,
	SETGID: 2 ** 22,
	CHARACTER: 2 ** 21,
	STICKY: 2 ** 20,
};

const TYPES = new Map<number, number>([
	[FileType.DIRECTORY, GO.DIRECTORY],
	[FileType.SYMLINK, GO.SYMLINK],
	[FileType.BLOCK, GO.DEVICE],
	[FileType.CHARACTER, GO.DEVICE + GO.CHARACTER],
	[FileType.FIFO, GO.FIFO],
	[FileType.SOCKET, GO.SOCKET],
]);

/** A mode of the operating system as Go's `os.FileMode` has it, which is what the API speaks. */
export function goFileMode(mode: number): number {
	return (
		(mode & 0o777) +
		(TYPES.get(mode & FileType.MASK) ?? 0) +
		(mode & 0o4000 ? GO.SETUID : 0) +
		(mode & 0o2000 ? GO.SETGID : 0) +
		(mode & 0o1000 ? GO.STICKY : 0)
	);
}
