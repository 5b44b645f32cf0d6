import { invalid, messageOf, ramInBytes, resolvePath } from '#base';
import { parseBool } from '../../parser/bool.ts';
import { badFlagValue } from '../../parser/flags.ts';

/** A mount as the create request has it; what is not set is undefined. */
interface Mount {
	Type?: string;
	Source?: string;
	Target?: string;
	ReadOnly?: boolean;
	Consistency?: string;
	BindOptions?: BindOptions;
	VolumeOptions?: VolumeOptions;
	ImageOptions?: { Subpath?: string };
	TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

interface BindOptions {
	Propagation?: string;
	NonRecursive?: boolean;
	ReadOnlyNonRecursive?: boolean;
	ReadOnlyForceRecursive?: boolean;
}

interface VolumeOptions {
	NoCopy?: boolean;
	Labels?: Record<string, string>;
	Subpath?: string;
	DriverConfig: { Name?: string; Options?: Record<string, string> };
}

/** One `--mount` value; a relative source that begins with a dot is in `folder`. Throws in Docker's words. */
export function parseMount(value: string, folder: string): Record<string, unknown> {
	try {
		return inOrder(read(value, folder));
	} catch (error) {
		throw badFlagValue('mount', value, messageOf(error));
	}
}

/** Sets one field; `text` is null when it was given without a value. */
type Setter = (mount: Mount, text: string, key: string, folder: string) => void;

const volume = (mount: Mount): VolumeOptions => (mount.VolumeOptions ??= { DriverConfig: {} });
const bind = (mount: Mount): BindOptions => (mount.BindOptions ??= {});
const tmpfs = (mount: Mount): NonNullable<Mount['TmpfsOptions']> => (mount.TmpfsOptions ??= {});

const source: Setter = (mount, text, _key, folder) => {
	mount.Source = text.startsWith('.') ? resolvePath(folder, text) : text;
};
const target: Setter = (mount, text) => {
	mount.Target = text;
};
const readOnly: Setter = (mount, text, key) => {
	mount.ReadOnly = booleanOf(key, text);
};

const SETTERS: Record<string, Setter> = {
	type: (mount, text) => {
		mount.Type = text.toLowerCase();
	},
	source,
	src: source,
	target,
	dst: target,
	destination: target,
	readonly: readOnly,
	ro: readOnly,
	consistency: (mount, text) => {
		mount.Consistency = text.toLowerCase();
	},
	'bind-propagation': (mount, text) => {
		bind(mount).Propagation = text.toLowerCase();
	},
	'bind-nonrecursive': (mount, text, key) => {
		bind(mount).NonRecursive = booleanOf(key, text);
	},
	'bind-recursive': (mount, text, key) => {
		if (text === 'disabled') bind(mount).NonRecursive = true;
		else if (text === 'writable') bind(mount).ReadOnlyNonRecursive = true;
		else if (text === 'readonly') bind(mount).ReadOnlyForceRecursive = true;
		else if (text !== 'enabled')
			throw invalid(
				`invalid value for ${key}: ${text} (must be "enabled", "disabled", "writable", or "readonly")`,
			);
	},
	'volume-subpath': (mount, text) => {
		volume(mount).Subpath = text;
	},
	'volume-nocopy': (mount, text, key) => {
		volume(mount).NoCopy = booleanOf(key, text);
	},
	'volume-label': (mount, text) => {
		setPair((volume(mount).Labels ??= {}), text);
	},
	'volume-driver': (mount, text) => {
		volume(mount).DriverConfig.Name = text;
	},
	'volume-opt': (mount, text) => {
		setPair((volume(mount).DriverConfig.Options ??= {}), text);
	},
	'image-subpath': (mount, text) => {
		(mount.ImageOptions ??= {}).Subpath = text;
	},
	'tmpfs-size': (mount, text, key) => {
		try {
			tmpfs(mount).SizeBytes = ramInBytes(text);
		} catch (error) {
			throw invalid(`invalid value for ${key}: ${text}`, { cause: error });
		}
	},
	'tmpfs-mode': (mount, text, key) => {
		if (!/^[0-7]+$/.test(text)) throw invalid(`invalid value for ${key}: ${text}`);
		tmpfs(mount).Mode = Number.parseInt(text, 8);
	},
};

/** What may be given without a value. */
const SWITCHES = new Set(['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive']);

function read(value: string, folder: string): Mount {
	if (value === '') throw invalid('EOF');
	const mount: Mount = { Type: 'volume' };
	for (const field of csvFields(value)) {
		const [name = '', text] = field.split(/=(.*)/s);
		const key = name.toLowerCase();
		if (text === undefined && !SWITCHES.has(key))
			throw invalid(`invalid field '${field}' must be a key=value pair`);
		const set = SETTERS[key];
		if (!set) throw invalid(`unexpected key '${key}' in '${field}'`);
		set(mount, text ?? 'true', key, folder);
	}
	check(mount);
	return mount;
}

function check(mount: Mount): void {
	if (mount.Type === '') throw invalid('type is required');
	if (!mount.Target) throw invalid('target is required');
	const kinds: [type: string, options: unknown][] = [
		['volume', mount.VolumeOptions],
		['image', mount.ImageOptions],
		['bind', mount.BindOptions],
		['tmpfs', mount.TmpfsOptions],
	];
	for (const [type, options] of kinds)
		if (options !== undefined && mount.Type !== type)
			throw invalid(`cannot mix '${type}-*' options with mount type '${mount.Type}'`);
	const { ReadOnlyNonRecursive, ReadOnlyForceRecursive, Propagation } = mount.BindOptions ?? {};
	const needs = (option: string, what: string) =>
		invalid(`option 'bind-recursive=${option}' requires '${what}' to be specified in conjunction`);
	if (ReadOnlyNonRecursive && !mount.ReadOnly) throw needs('writable', 'readonly');
	if (ReadOnlyForceRecursive && !mount.ReadOnly) throw needs('readonly', 'readonly');
	if (ReadOnlyForceRecursive && Propagation !== 'rprivate')
		throw needs('readonly', 'bind-propagation=rprivate');
}

/** The fields of one line of comma-separated values; a field in quotes may hold commas, and quotes twice. */
function csvFields(line: string): string[] {
	const fields: string[] = [];
	for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
		fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
	return fields;
}

function booleanOf(key: string, text: string): boolean {
	const value = parseBool(text);
	if (value === null) throw invalid(`invalid value for ${key}: ${text}`);
	return value;
}

function setPair(pairs: Record<string, string>, text: string): void {
	const [key = '', value = ''] = text.split(/=(.*)/s);
	if (key !== '') pairs[key] = value;
}

const ORDER = [
	'Type',
	'Source',
	'Target',
	'ReadOnly',
	'Consistency',
	'BindOptions',
	'VolumeOptions',
	'ImageOptions',
	'TmpfsOptions',
] as const;

/** In the order of the API's structure, what is empty left out. */
function inOrder(mount: Mount): Record<string, unknown> {
	const filled = ORDER.filter((key) => mount[key] !== undefined && mount[key] !== false && mount[key] !== '');
	return Object.fromEntries(filled.map((key) => [key, mount[key]]));
}
