import { durationText } from '#base';
import { goFields, type GoField } from './go-types.ts';
import {
	Dict,
	Pointer,
	Slice,
	Struct,
	fromJson,
	marshal,
	marshalString,
	type Value,
} from './template/index.ts';

/** What each kind of object that can be inspected is in Go. */
const KINDS: Record<string, string> = {
	container: 'container.InspectResponse',
	image: 'image.InspectResponse',
	network: 'network.Inspect',
	volume: 'volume.Volume',
};

/** An inspected object as its Go structure, so that `inspect -f` prints as Go does. Null for kinds without one. */
export function typedJson(kind: string, json: unknown): Value {
	const type = KINDS[kind];
	return type === undefined ? null : goValue(type, json);
}

/** JSON as Go's decoder puts it into a value of that type: what is missing or null is the type's zero, what the type has not is dropped. */
export function goValue(type: string, json: unknown): Value {
	if (type.startsWith('*'))
		return new Pointer(json === null || json === undefined ? null : goValue(type.slice(1), json), type);
	if (type.startsWith('[]')) {
		const elem = type.slice(2);
		return new Slice(Array.isArray(json) ? json.map((item) => goValue(elem, item)) : null, elem);
	}
	const map = /^map\[([^\]]+)\](.+)$/.exec(type);
	if (map) return mapOf(map[1] ?? '', map[2] ?? '', json);
	const array = /^\[(\d+)\](.+)$/.exec(type);
	if (array) return arrayOf(Number(array[1]), array[2] ?? '', json);
	const fields = goFields(type);
	return fields ? structOf(type, fields, json) : scalar(type, json);
}

function mapOf(key: string, elem: string, json: unknown): Dict {
	const name = elem === '{}' ? 'struct {}' : elem;
	const entries =
		json === null || json === undefined
			? null
			: new Map(Object.entries(json).map(([key, value]): [string, Value] => [key, goValue(elem, value)]));
	return new Dict(entries, name === 'any' ? 'interface {}' : name, goValue(elem, undefined), key);
}

function arrayOf(length: number, elem: string, json: unknown): Slice {
	const items = (Array.isArray(json) ? json : []) as unknown[];
	return new Slice(
		Array.from({ length }, (_none, index) => goValue(elem, items[index])),
		elem,
	);
}

function scalar(type: string, json: unknown): Value {
	switch (type) {
		case 'string':
			return typeof json === 'string' ? json : '';
		case 'bool':
			return json === true;
		case '{}':
			return new Struct('struct {}', new Map());
		case 'any':
			return fromJson(json ?? null);
		case 'time':
			return goTime(typeof json === 'string' ? json : '0001-01-01T00:00:00Z');
		case 'duration':
			return goDuration(BigInt(Math.trunc(Number(json ?? 0))));
		default:
			return typeof json === 'bigint' ? json : BigInt(Math.trunc(Number(json ?? 0)));
	}
}

/** time.Time: prints as `2025-05-30 12:00:00.5 +0000 UTC`. */
function goTime(rfc3339: string): Struct {
	const [, day = '', clock = '', zone = 'Z'] =
		/^(\d{4}-\d\d-\d\d)T([\d:.]+)(Z|[+-]\d\d:\d\d)$/.exec(rfc3339) ?? [];
	const offset = zone.replace(':', '');
	const text = `${day} ${clock} ${zone === 'Z' ? '+0000 UTC' : `${offset} ${offset}`}`;
	return new Struct('time.Time', new Map(), { text, json: () => JSON.stringify(rfc3339) });
}

/** time.Duration: prints as `1m30s`, is a number of nanoseconds in JSON. */
function goDuration(ns: bigint): Struct {
	return new Struct('time.Duration', new Map(), { text: durationText(ns), json: () => String(ns) });
}

/** Structures that print themselves. */
const TEXTS: Record<string, (json: Record<string, unknown>) => string> = {
	'units.Ulimit': ({ Name, Soft, Hard }) => `${String(Name)}=${String(Soft)}:${String(Hard)}`,
	'blkiodev.WeightDevice': ({ Path, Weight }) => `${String(Path)}:${String(Weight)}`,
	'blkiodev.ThrottleDevice': ({ Path, Rate }) => `${String(Path)}:${String(Rate)}`,
};

function structOf(type: string, fields: GoField[], json: unknown): Struct {
	const object = (json ?? {}) as Record<string, unknown>;
	/** What a template finds by name: own fields, and those of embedded structures. */
	const found = new Map<string, Value>();
	const printed: Value[] = [];
	const written: { name: string; value: Value; omitEmpty: boolean }[] = [];
	for (const field of fields) {
		const value = goValue(field.type, field.embedded ? object : object[field.json ?? '']);
		printed.push(value);
		if (!field.embedded) {
			found.set(field.name, value);
			if (field.json !== null) written.push({ name: field.json, value, omitEmpty: field.omitEmpty });
			continue;
		}
		const inner = value instanceof Pointer ? value.to : value;
		if (!(inner instanceof Struct)) continue;
		// It is a field itself, by the name of its type.
		found.set(field.type.replace(/^.*\./, ''), value);
		for (const [name, promoted] of inner.fields) if (!found.has(name)) found.set(name, promoted);
		written.push(...(inner.written ?? []));
	}
	const text = TEXTS[type]?.(object);
	return new Struct(type, found, {
		printed,
		written,
		...(text !== undefined && { text }),
		json: () =>
			`{${written
				.filter(({ value, omitEmpty }) => !omitEmpty || !isEmpty(value))
				.map(({ name, value }) => `${marshalString(name, false)}:${marshal(value)}`)
				.join(',')}}`,
	});
}

/** Empty as encoding/json means it: structures never are. */
function isEmpty(value: Value): boolean {
	if (value instanceof Slice) return (value.items?.length ?? 0) === 0;
	if (value instanceof Dict) return (value.entries?.size ?? 0) === 0;
	if (value instanceof Pointer) return value.to === null;
	if (value instanceof Struct) return value.type === 'time.Duration' && value.text === '0s';
	return value === null || value === '' || value === 0n || value === false;
}
