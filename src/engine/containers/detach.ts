import { invalid } from '#base';

const DEFAULT_KEYS = Uint8Array.of(16, 17);
const SPECIAL = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** `ctrl-p,ctrl-q`, `a,b` → bytes; empty for the usual ones. Throws `invalid` in Docker's words. */
export function parseDetachKeys(text: string): Uint8Array {
	if (text === '') return DEFAULT_KEYS;
	const bytes = text.split(',').map((key) => {
		if (key.length === 1) return key.charCodeAt(0);
		const control = /^ctrl-(.)$/.exec(key)?.[1];
		const code = control === undefined ? -1 : SPECIAL.indexOf(control);
		if (code < 0) throw invalid(`Invalid escape keys (${text}) provided`);
		return code;
	});
	return Uint8Array.from(bytes);
}

/** Watches typed bytes for the detach keys; holds back a beginning of them until it is known what follows. */
export class DetachWatcher {
	readonly #keys: Uint8Array;
	#matched = 0;

	constructor(keys: Uint8Array) {
		this.#keys = keys;
	}

	/** What may be passed on, and whether the keys were typed. */
	push(chunk: Uint8Array): { bytes: Uint8Array; detached: boolean } {
		const out: number[] = [];
		for (const byte of chunk) {
			if (byte !== this.#keys[this.#matched]) {
				out.push(...this.#keys.subarray(0, this.#matched));
				this.#matched = 0;
			}
			if (byte !== this.#keys[this.#matched]) {
				out.push(byte);
				continue;
			}
			this.#matched++;
			if (this.#matched === this.#keys.length) return { bytes: Uint8Array.from(out), detached: true };
		}
		return { bytes: Uint8Array.from(out), detached: false };
	}
}
