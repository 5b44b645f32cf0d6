/**
 * Go's values as Go's text/template sees them, so that a template prints what the real command prints.
 * bool → boolean, string → string, int → bigint, float64 → number, nil interface → null; the rest are the classes below.
 */
export type Value =
	| null
	| boolean
	| string
	| bigint
	| number
	| JsonNumber
	| Slice
	| Dict
	| Struct
	| Pointer
	| Interface
	| Missing;

/** A number as JSON wrote it; Go keeps it as a string type. */
export class JsonNumber {
	readonly text: string;
	constructor(text: string) {
		this.text = text;
	}
}

/** `[]T`; `items` is null for a nil slice. `elem` is the element's Go type. */
export class Slice {
	readonly items: Value[] | null;
	readonly elem: string;
	constructor(items: Value[] | null, elem = 'interface {}') {
		this.items = items;
		this.elem = elem;
	}
}

/** `map[K]T`; `entries` is null for a nil map. `zero` is what `index` gives for a missing key. */
export class Dict {
	readonly entries: Map<string, Value> | null;
	readonly elem: string;
	readonly zero: Value;
	readonly key: string;
	constructor(entries: Map<string, Value> | null, elem = 'interface {}', zero: Value = null, key = 'string') {
		this.entries = entries;
		this.elem = elem;
		this.zero = zero;
		this.key = key;
	}
	/** Keys in Go's printing order. */
	keys(): string[] {
		return [...(this.entries?.keys() ?? [])].sort(byBytes);
	}
}

/** A struct, or a pointer to one with methods. `json` overrides how it marshals. */
export class Struct {
	readonly type: string;
	/** What a template finds by name; they print in order when `printed` is not given. */
	readonly fields: Map<string, Value>;
	/** What prints, in order: an embedded structure is one value. */
	readonly printed: readonly Value[];
	/** What JSON has, in order, so that a structure that embeds this one can write it. */
	readonly written: readonly JsonField[] | undefined;
	/** Methods without parameters are called by their name like a field. */
	readonly methods: Map<string, Method>;
	/** The JSON object it came from, when it came from JSON. */
	readonly json: (() => string) | undefined;
	/** What has no field of a name answers `<no value>`, as a map does. */
	readonly open: boolean;
	/** A type that prints itself (time.Time). */
	readonly text: string | undefined;
	constructor(
		type: string,
		fields: Map<string, Value>,
		extra: {
			methods?: Map<string, Method>;
			json?: () => string;
			text?: string;
			open?: boolean;
			printed?: Value[];
			written?: JsonField[];
		} = {},
	) {
		this.type = type;
		this.fields = fields;
		this.printed = extra.printed ?? [...fields.values()];
		this.written = extra.written;
		this.methods = extra.methods ?? new Map<string, Method>();
		this.json = extra.json;
		this.text = extra.text;
		this.open = extra.open ?? false;
	}
}

/** A field of a structure as JSON has it. */
export interface JsonField {
	name: string;
	value: Value;
	omitEmpty: boolean;
}

export type Method = (...args: string[]) => Value;

/** `*T`; null is a nil pointer. */
export class Pointer {
	readonly to: Value;
	readonly type: string;
	constructor(to: Value, type: string) {
		this.to = to;
		this.type = type;
	}
}

/** A value that sits in an `interface {}` (an element of decoded JSON): errors name that type, not what is inside. */
export class Interface {
	readonly value: Value;
	constructor(value: Value) {
		this.value = value;
	}
}

/** reflect's zero Value: a map's missing entry. Prints `<no value>`. */
export class Missing {
	static readonly value = new Missing();
	readonly missing = true;
}

/** Takes a value out of its interface. */
export function bare(value: Value): Exclude<Value, Interface> {
	return value instanceof Interface ? bare(value.value) : value;
}

/** Follows pointers and interfaces; `isNil` when one of them led nowhere. */
export function indirect(value: Value): { value: Exclude<Value, Interface | Pointer>; isNil: boolean } {
	let at: Value = value;
	while (at instanceof Interface || at instanceof Pointer) {
		const next: Value = at instanceof Interface ? at.value : at.to;
		if (next === null) return { value: null, isNil: true };
		at = next;
	}
	return { value: at, isNil: false };
}

/** The value's Go type as an error message names it. */
export function typeName(value: Value): string {
	if (value === null) return '<nil>';
	if (value instanceof Interface) return 'interface {}';
	if (value instanceof Slice) return `[]${value.elem}`;
	if (value instanceof Dict) return `map[${value.key}]${value.elem}`;
	if (value instanceof Struct || value instanceof Pointer) return value.type;
	if (value instanceof JsonNumber) return 'json.Number';
	if (value instanceof Missing) return '<invalid reflect.Value>';
	if (typeof value === 'boolean') return 'bool';
	if (typeof value === 'string') return 'string';
	return typeof value === 'bigint' ? 'int' : 'float64';
}

/** Go's idea of truth: not the zero value, not empty. */
export function isTrue(wrapped: Value): boolean {
	const value = bare(wrapped);
	if (value === null || value instanceof Missing) return false;
	if (value instanceof Slice) return (value.items?.length ?? 0) > 0;
	if (value instanceof Dict) return (value.entries?.size ?? 0) > 0;
	if (value instanceof Struct) return true;
	if (value instanceof Pointer) return value.to !== null;
	if (value instanceof JsonNumber) return value.text !== '';
	return typeof value === 'string' ? value !== '' : Boolean(value);
}

/** Decoded JSON as Go decodes it into `interface {}` with UseNumber. */
export function fromJson(json: unknown): Value {
	if (json === null || json === undefined) return null;
	if (typeof json === 'boolean' || typeof json === 'string') return json;
	if (typeof json === 'number' || typeof json === 'bigint') return new JsonNumber(String(json));
	if (json instanceof JsonNumber) return json;
	if (Array.isArray(json)) return new Slice(json.map((item) => new Interface(fromJson(item))));
	const entries = Object.entries(json).map(([key, item]): [string, Value] => [
		key,
		new Interface(fromJson(item)),
	]);
	return new Dict(new Map(entries));
}

/** Order of strings by their UTF-8 bytes, as Go compares them. */
export function byBytes(a: string, b: string): number {
	if (a === b) return 0;
	const [left, right] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
	const length = Math.min(left.length, right.length);
	for (let at = 0; at < length; at++) {
		const difference = (left[at] ?? 0) - (right[at] ?? 0);
		if (difference !== 0) return difference;
	}
	return left.length - right.length;
}
