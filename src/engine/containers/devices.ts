import type { DeviceMapping, HostConfig } from '#api';
import { internal, kindOf } from '#base';
import { FileType, isType } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { ContainerSpec, FileStat } from '../ports.ts';
import { DEFAULT_DEVICE_RULES, deviceFilter, parseDeviceRule, type DeviceRule } from '../security/devices.ts';
import { runInGuest } from './size.ts';

type DeviceSpec = ContainerSpec['devices'][number];

/** What a container is given of the guest's devices, and the kernel's filter for those it may use. Throws in Docker's words for what is no device. */
export async function deviceSpecs(
	daemon: Daemon,
	{ Devices, DeviceCgroupRules, Privileged }: HostConfig,
): Promise<{ devices: DeviceSpec[]; deviceFilter: Uint8Array }> {
	const mappings = Devices ?? [];
	// A privileged container has the others by the same name already.
	const wanted = Privileged
		? mappings.filter(({ PathOnHost, PathInContainer }) => PathOnHost !== PathInContainer)
		: mappings;
	const devices: DeviceSpec[] = [];
	const rules: DeviceRule[] = [...DEFAULT_DEVICE_RULES];
	for (const mapping of wanted) {
		for (const device of await devicesAt(daemon, mapping)) {
			const { type, major, minor } = device;
			devices.push(device);
			rules.push({ type, major, minor, access: mapping.CgroupPermissions });
		}
	}
	if (Privileged) return { devices, deviceFilter: new Uint8Array() };
	rules.push(...(DeviceCgroupRules ?? []).map(parseDeviceRule));
	return { devices, deviceFilter: deviceFilter(rules) };
}

/** The device at a path, or all that are below it. */
async function devicesAt(daemon: Daemon, mapping: DeviceMapping): Promise<DeviceSpec[]> {
	const { PathOnHost, PathInContainer } = mapping;
	const inside = PathInContainer || PathOnHost;
	const failure = (why: string) =>
		internal(`error gathering device information while adding custom device "${PathOnHost}": ${why}`);
	const stat = await statDevice(daemon, PathOnHost);
	if (!stat) throw failure('no such file or directory');
	const device = deviceSpec(stat, inside);
	if (device) return [device];
	const below = isType(stat.mode, FileType.DIRECTORY) ? await pathsBelow(daemon, PathOnHost) : [];
	const found = await Promise.all(
		below.map(async (path) => {
			const one = await statDevice(daemon, path);
			return one && deviceSpec(one, inside + path.slice(PathOnHost.length));
		}),
	);
	const devices = found.filter((one) => one !== null);
	if (devices.length === 0) throw failure('not a device node');
	return devices;
}

async function statDevice(daemon: Daemon, path: string): Promise<FileStat | null> {
	try {
		return await daemon.ports.runtime.stat('', path, { follow: true });
	} catch (error) {
		if (kindOf(error) === 'not-found') return null;
		throw error;
	}
}

async function pathsBelow(daemon: Daemon, folder: string): Promise<string[]> {
	const { output } = await runInGuest(daemon, ['find', '-H', folder, '-type', 'b', '-o', '-type', 'c']);
	return output.split('\n').filter(Boolean);
}

function deviceSpec({ mode, major, minor, uid, gid }: FileStat, path: string): DeviceSpec | null {
	const isCharacter = isType(mode, FileType.CHARACTER);
	if (!isCharacter && !isType(mode, FileType.BLOCK)) return null;
	return { path, type: isCharacter ? 'c' : 'b', major, minor, mode: mode & 0o7777, uid, gid };
}
