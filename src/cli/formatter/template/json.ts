import { Dict, Interface, JsonNumber, Missing, Pointer, Slice, Struct, type Value } from './value.ts';

/** Go's encoding/json of a value; `escapeHtml` as `json.Marshal` does, not as Docker's `json` function does. */
export function marshal(value: Value, escapeHtml = false): string {
	if (value === null || value instanceof Missing) return 'null';
	if (value instanceof Interface) return marshal(value.value, escapeHtml);
	if (value instanceof Pointer) return marshal(value.to, escapeHtml);
	if (value instanceof JsonNumber) return value.text;
	if (value instanceof Slice)
		return value.items === null
			? 'null'
			: `[${value.items.map((item) => marshal(item, escapeHtml)).join(',')}]`;
	if (value instanceof Dict) {
		if (value.entries === null) return 'null';
		const { entries } = value;
		return `{${value
			.keys()
			.map((key) => `${marshalString(key, escapeHtml)}:${marshal(entries.get(key) ?? null, escapeHtml)}`)
			.join(',')}}`;
	}
	if (value instanceof Struct)
		return (
			value.json?.() ??
			`{${[...value.fields].map(([key, field]) => `${marshalString(key, escapeHtml)}:${marshal(field, escapeHtml)}`).join(',')}}`
		);
	return typeof value === 'string' ? marshalString(value, escapeHtml) : String(value);
}

/** A JSON string as Go writes it: control characters, U+2028 and U+2029 escaped, `<>&` too when asked. */
export function marshalString(text: string, escapeHtml: boolean): string {
	const unicode = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
	const json = JSON.stringify(text).replace(/[\u2028\u2029]/g, unicode);
	return escapeHtml ? json.replace(/[<>&]/g, unicode) : json;
}
