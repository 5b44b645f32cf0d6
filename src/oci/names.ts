const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/**
 * A file name as a string. Bytes that are not UTF-8 become lone surrogates (U+DC80 + byte − 128), so that
 * every name survives the way there and back.
 */
export function decodeName(bytes: Uint8Array): string {
	try {
		return decoder.decode(bytes);
	} catch {
		return decodeLoosely(bytes);
	}
}

/** The bytes of a name that `decodeName` has made. */
export function encodeName(name: string): Uint8Array {
	if (!/\p{Surrogate}/u.test(name)) return encoder.encode(name);
	const parts: number[] = [];
	for (const char of name) {
		const code = char.codePointAt(0) as number;
		if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00);
		else parts.push(...encoder.encode(char));
	}
	return Uint8Array.from(parts);
}

function decodeLoosely(bytes: Uint8Array): string {
	let out = '';
	for (let at = 0; at < bytes.length;) {
		const length = sequenceLength(bytes, at);
		if (length === 0) out += String.fromCharCode(0xdc00 + (bytes[at] as number));
		else out += decoder.decode(bytes.subarray(at, at + length));
		at += Math.max(length, 1);
	}
	return out;
}

/** Length of the valid UTF-8 sequence at `at`, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
	const first = bytes[at] as number;
	if (first < 0x80) return 1;
	const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
	try {
		if (length > 0 && at + length <= bytes.length) {
			decoder.decode(bytes.subarray(at, at + length));
			return length;
		}
	} catch {
		// Not a sequence after all: its first byte stands alone.
	}
	return 0;
}
