import { invalid, ramInBytes } from '#base';
import { badFlagValue, type Flags } from '../../parser/flags.ts';

/** `host[:container[:permissions]]`. Throws in Docker's words. */
export function parseDevices(
	values: string[],
): { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] {
	return values.map((value) => {
		checkDevice(value);
		const [host = '', second, third] = value.split(':');
		const inside = second === undefined || (third === undefined && isDeviceMode(second)) ? host : second;
		const permissions = third ?? (isDeviceMode(second) ? second : undefined) ?? 'rwm';
		return { PathOnHost: host, PathInContainer: inside || host, CgroupPermissions: permissions };
	});
}

/** Each of `rwm` at most once. */
function isDeviceMode(text: string | undefined): text is string {
	return text !== undefined && /^(?:([rwm])(?!.*\1))+$/.test(text);
}

function checkDevice(value: string): void {
	const parts = value.split(':');
	if (parts.length > 3) throw invalid(`bad format for path: ${value}`);
	const [host = '', second, third] = parts;
	const inside = second === undefined || (third === undefined && isDeviceMode(second)) ? host : second;
	if (third !== undefined && !isDeviceMode(third)) throw invalid(`bad mode specified: ${third}`);
	if (!inside.startsWith('/')) throw invalid(`${inside} is not an absolute path`);
}

/** `--blkio-weight-device PATH:WEIGHT`. Throws in Docker's words. */
export function deviceWeights(flags: Flags): { Path: string; Weight: number }[] {
	return flags.list('blkio-weight-device').map((value) => {
		const wrong = (why: string) => badFlagValue('blkio-weight-device', value, why);
		const [path = '', weight] = value.split(/:(.*)/s);
		if (weight === undefined) throw wrong(`bad format: ${value}`);
		if (!path.startsWith('/dev/')) throw wrong(`bad format for device path: ${value}`);
		const number = Number(weight);
		if (!/^\d+$/.test(weight) || (number > 0 && (number < 10 || number > 1000)))
			throw wrong(`invalid weight for device: ${value}`);
		return { Path: path, Weight: number };
	});
}

/** `--device-read-bps PATH:RATE` and its three kin. Throws in Docker's words. */
export function deviceRates(flags: Flags, name: string): { Path: string; Rate: number }[] {
	return flags.list(name).map((value) => {
		const wrong = (why: string) => badFlagValue(name, value, why);
		const [path = '', rate] = value.split(/:(.*)/s);
		if (rate === undefined) throw wrong(`bad format: ${value}`);
		if (!path.startsWith('/dev/')) throw wrong(`bad format for device path: ${value}`);
		const isBytes = name.endsWith('bps');
		const bad = () =>
			wrong(
				isBytes
					? `invalid rate for device: ${value}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`
					: `invalid rate for device: ${value}. The correct format is <device-path>:<number>. Number must be a positive integer`,
			);
		if (!isBytes) {
			if (!/^\d+$/.test(rate)) throw bad();
			return { Path: path, Rate: Number(rate) };
		}
		try {
			return { Path: path, Rate: ramInBytes(rate) };
		} catch {
			throw bad();
		}
	});
}

/** One `--gpus` value: `all`, a count, or `device=…,capabilities=…`. Throws in Docker's words. */
export function gpuRequest(value: string): Record<string, unknown> {
	const request = {
		Driver: '',
		Count: 0,
		DeviceIDs: null as string[] | null,
		Capabilities: [['gpu']],
		Options: {} as Record<string, string>,
	};
	const fields = value.match(/"[^"]*"|[^,]+/g) ?? [];
	for (const quoted of fields) {
		const field = quoted.replace(/^"(.*)"$/, '$1');
		const [key = '', text] = field.split(/=(.*)/s);
		if (text === undefined || key === 'count') request.Count = gpuCount(value, text ?? key);
		else if (key === 'device') request.DeviceIDs = text.split(',');
		else if (key === 'driver') request.Driver = text;
		else if (key === 'capabilities') request.Capabilities = [[...text.split(','), 'gpu']];
		else if (key === 'options') request.Options = Object.fromEntries(text.split(',').map(pair));
		else throw badFlagValue('gpus', value, `unexpected key '${key}' in '${field}'`);
	}
	return request;
}

function gpuCount(value: string, text: string): number {
	if (text === 'all') return -1;
	if (!/^\d+$/.test(text))
		throw badFlagValue('gpus', value, `invalid count (${text}): value must be either "all" or an integer`);
	return Number(text);
}

function pair(text: string): [string, string] {
	const [key = '', value = ''] = text.split(/=(.*)/s);
	return [key, value];
}
