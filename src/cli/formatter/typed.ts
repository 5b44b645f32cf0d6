import { Dict, Pointer, Slice, Struct, fromJson, type Value } from './template/index.ts';

/**
 * The engine's JSON as the Go structs of the Engine API hold it, so that `inspect -f` prints as Go does: structs as `{a b}`,
 * nil maps as `map[]`, nil pointers as `<nil>`. The engine's objects keep their structs' field order, so the shapes are read off the JSON;
 * what JSON cannot tell (which objects are maps, what a null was, which fields are left out when empty) is listed here by field name.
 */

/** Objects that are Go maps, by field name. */
const MAPS = new Set([
	'Annotations',
	'AuxiliaryAddresses',
	'Containers',
	'Data',
	'DriverOpts',
	'ExposedPorts',
	'Labels',
	'Networks',
	'Options',
	'PortBindings',
	'Ports',
	'Runtimes',
	'Status',
	'StorageOpt',
	'Sysctls',
	'Tmpfs',
	'Volumes',
]);

/** Nulls that are nil pointers; every other null is a nil slice, or a nil map when it is in MAPS. */
const POINTERS = new Set([
	'Health',
	'Healthcheck',
	'IPAMConfig',
	'Init',
	'MemorySwappiness',
	'OomKillDisable',
	'PidsLimit',
	'SizeRootFs',
	'SizeRw',
	'StopTimeout',
	'UsageData',
]);

const nil = (type: string): Value => new Pointer(null, type);
const none = (): Value => new Slice(null, 'string');
const empty = (): Value => new Dict(null, 'string', '');

/** Fields that the engine leaves out when they are empty, by the object they belong to. */
const LEFT_OUT: Record<string, [field: string, zero: () => Value][]> = {
	container: [
		['SizeRw', () => nil('*int64')],
		['SizeRootFs', () => nil('*int64')],
	],
	State: [['Health', () => nil('*container.Health')]],
	Config: [
		['ExposedPorts', empty],
		['Healthcheck', () => nil('*container.HealthConfig')],
		['StopSignal', () => ''],
		['StopTimeout', () => nil('*int')],
		['Shell', none],
	],
	HostConfig: [
		['Annotations', empty],
		['StorageOpt', empty],
		['Tmpfs', empty],
		['Sysctls', empty],
		['Runtime', () => ''],
		['Mounts', none],
		['Init', () => nil('*bool')],
	],
};

/** An inspected object as its Go struct (`kind` container, image, network or volume), or as bare JSON (`raw`). Null for kinds without one. */
export function typedJson(kind: string, json: unknown): Value {
	if (kind === 'raw') return fromJson(json);
	if (!['container', 'image', 'network', 'volume', 'info'].includes(kind)) return null;
	return typed(kind, json);
}

function typed(field: string, json: unknown): Value {
	if (json === null) return nullOf(field);
	if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
	if (typeof json === 'string' || typeof json === 'boolean') return json;
	if (Array.isArray(json)) return sliceOf(field, json);
	const isMap =
		MAPS.has(field) ||
		(field === 'Config' &&
			Object.values(json as object).every((value) => typeof value === 'string') &&
			!('Hostname' in (json as object)));
	const entries = Object.entries(json as object).map(([key, value]): [string, Value] => [
		key,
		typed(isMap ? `${field}[]` : key, value),
	]);
	if (isMap) return mapOf(entries);
	const fields = new Map(entries);
	for (const [name, zero] of LEFT_OUT[field] ?? []) if (!fields.has(name)) fields.set(name, zero());
	return new Struct(`types.${field}`, fields, { json: () => JSON.stringify(json) });
}

function nullOf(field: string): Value {
	if (POINTERS.has(field)) return nil(`*types.${field}`);
	if (MAPS.has(field) || field === 'Config') return empty();
	return field === 'Ports[]' || field === 'PortBindings[]' ? new Slice(null, 'nat.PortBinding') : none();
}

function sliceOf(field: string, items: unknown[]): Slice {
	const values = items.map((item) => typed(`${field}[]`, item));
	const [first] = values;
	const elem = first instanceof Struct ? first.type : typeof first === 'bigint' ? 'int' : 'string';
	return new Slice(values, elem);
}

function mapOf(entries: [string, Value][]): Dict {
	const isText = entries.every(([, value]) => typeof value === 'string');
	return isText ? new Dict(new Map(entries), 'string', '') : new Dict(new Map(entries), 'struct {}', null);
}
