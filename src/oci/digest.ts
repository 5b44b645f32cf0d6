import { invalid } from '#base';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether `text` is a digest of the one algorithm in use. */
export function isDigest(text: string): boolean {
	return DIGEST.test(text);
}

/** The digest of bytes, `sha256:` and 64 hex digits. */
export async function digestOf(bytes: Uint8Array): Promise<string> {
	const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
	return `sha256:${toHex(new Uint8Array(hash))}`;
}

/** Throws `invalid` when `bytes` are not what `digest` names; `what` says whose bytes they are. */
export async function verifyDigest(bytes: Uint8Array, digest: string, what: string): Promise<void> {
	const actual = await digestOf(bytes);
	if (actual !== digest) throw invalid(`${what}: expected digest ${digest}, got ${actual}`);
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
	let hex = '';
	for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
	return hex;
}
