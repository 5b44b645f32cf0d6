import { invalid } from '#base';

/** Docker's default: ctrl-p ctrl-q. */
const DEFAULT = 'ctrl-p,ctrl-q';

/** Key codes of a `--detach-keys` value. Throws in Docker's words. */
export function parseDetachKeys(text: string): number[] {
	return (text === '' ? DEFAULT : text).split(',').map((key) => {
		const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key);
		if (control) return (control[1] ?? '').toUpperCase().charCodeAt(0) & 0x1f;
		if (key.length === 1) return key.charCodeAt(0);
		throw invalid(`invalid detach keys (${text}): Unknown character: '${key}'`);
	});
}

/** Finds the detach sequence in typed bytes, even when it comes in pieces; holds back a beginning of it. */
export class DetachScanner {
	readonly #keys: number[];
	#matched = 0;

	constructor(keys: number[]) {
		this.#keys = keys;
	}

	/** The bytes to pass on, and whether the sequence is complete. */
	push(bytes: Uint8Array): { pass: Uint8Array; detached: boolean } {
		const pass: number[] = [];
		for (const byte of bytes) {
			if (byte === this.#keys[this.#matched]) {
				if (++this.#matched === this.#keys.length) return { pass: Uint8Array.from(pass), detached: true };
				continue;
			}
			pass.push(...this.#keys.slice(0, this.#matched));
			this.#matched = byte === this.#keys[0] ? 1 : 0;
			if (this.#matched === 0) pass.push(byte);
		}
		return { pass: Uint8Array.from(pass), detached: false };
	}
}
