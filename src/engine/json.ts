const encoder = new TextEncoder();

/** JSON text as Go's encoder writes it without HTML escaping; big integers come out as plain digits. */
export function toJson(value: unknown): string {
	let hasBigInt = false;
	const text = JSON.stringify(value, (_key, item: unknown) => {
		if (typeof item !== 'bigint') return item;
		hasBigInt = true;
		return `\u0000${item}`;
	});
	const escaped = text.replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));
	return hasBigInt ? escaped.replace(/"\\u0000(-?\d+)"/g, '$1') : escaped;
}

/** The same with `<`, `>` and `&` escaped, as Go does by default and Docker in its progress messages. */
export function toHtmlJson(value: unknown): string {
	return toJson(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A line of JSON, as bytes. */
export function jsonLine(value: unknown): Uint8Array {
	return encoder.encode(`${toJson(value)}\n`);
}

/** The same map with its keys in order, as Go writes maps. */
export function sortedMap<T>(map: Record<string, T>): Record<string, T> {
	return Object.fromEntries(
		Object.keys(map)
			.sort()
			.map((key) => [key, map[key] as T]),
	);
}
