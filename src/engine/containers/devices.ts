import type { HostConfig } from '#api';
import { internal } from '#base';
import type { ContainerSpec } from '../ports.ts';

/** Devices that the guest's kernel has, by path: type, major, minor. Those every container has anyway are made by the runtime. */
const KNOWN: Record<string, ['c' | 'b', number, number]> = {
	'/dev/fuse': ['c', 10, 229],
	'/dev/kmsg': ['c', 1, 11],
	'/dev/mem': ['c', 1, 1],
	'/dev/net/tun': ['c', 10, 200],
	'/dev/null': ['c', 1, 3],
	'/dev/full': ['c', 1, 7],
	'/dev/random': ['c', 1, 8],
	'/dev/rtc0': ['c', 254, 0],
	'/dev/tty': ['c', 5, 0],
	'/dev/tty0': ['c', 4, 0],
	'/dev/tty1': ['c', 4, 1],
	'/dev/ttyS0': ['c', 4, 64],
	'/dev/urandom': ['c', 1, 9],
	'/dev/zero': ['c', 1, 5],
	'/dev/loop0': ['b', 7, 0],
	'/dev/loop1': ['b', 7, 1],
};

/** `--device`. Throws in Docker's words for a device that the host does not have. */
export function deviceSpecs({ Devices }: HostConfig): ContainerSpec['devices'] {
	return (Devices ?? []).map(({ PathOnHost, PathInContainer }) => {
		const device = KNOWN[PathOnHost];
		if (!device) {
			throw internal(
				`error gathering device information while adding custom device "${PathOnHost}": no such file or directory`,
			);
		}
		const [type, major, minor] = device;
		return { path: PathInContainer || PathOnHost, type, major, minor, mode: 0o666, uid: 0, gid: 0 };
	});
}
