import { SandboxError } from '#base';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A value's form on the wire: how to put it and how to take it. */
export interface Wire<T> {
	put(out: Writer, value: T): void;
	take(from: Reader): T;
}

/** The TypeScript type a wire form carries. */
export type Carried<W> = W extends Wire<infer T> ? T : never;

/** Grows as it is written to. Start with `headroom` bytes left free for a header. */
export class Writer {
	#bytes: Uint8Array;
	#view: DataView;
	#length: number;

	constructor(headroom = 0, capacity = 256) {
		this.#bytes = new Uint8Array(capacity);
		this.#view = new DataView(this.#bytes.buffer);
		this.#length = headroom;
	}

	/** Makes room for `count` bytes and returns where they start. */
	#grow(count: number): number {
		const at = this.#length;
		const need = at + count;
		if (need > this.#bytes.length) {
			const bigger = new Uint8Array(Math.max(need, this.#bytes.length * 2));
			bigger.set(this.#bytes);
			this.#bytes = bigger;
			this.#view = new DataView(bigger.buffer);
		}
		this.#length = need;
		return at;
	}

	u8(value: number): void {
		const at = this.#grow(1);
		this.#view.setUint8(at, value);
	}
	u16(value: number): void {
		const at = this.#grow(2);
		this.#view.setUint16(at, value, true);
	}
	u32(value: number): void {
		const at = this.#grow(4);
		this.#view.setUint32(at, value, true);
	}
	i32(value: number): void {
		const at = this.#grow(4);
		this.#view.setInt32(at, value, true);
	}
	u64(value: bigint): void {
		const at = this.#grow(8);
		this.#view.setBigUint64(at, value, true);
	}
	bytes(value: Uint8Array): void {
		this.u32(value.length);
		const at = this.#grow(value.length);
		this.#bytes.set(value, at);
	}

	/** What was written, headroom included. */
	finish(): Uint8Array {
		return this.#bytes.subarray(0, this.#length);
	}
}

/** Takes values off a message in order; running past its end is an `invalid` error, never a wrong value. */
export class Reader {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	#step(count: number): number {
		const at = this.#at;
		if (count > this.#bytes.length - at) throw malformed('ends too early');
		this.#at = at + count;
		return at;
	}

	u8(): number {
		return this.#view.getUint8(this.#step(1));
	}
	u16(): number {
		return this.#view.getUint16(this.#step(2), true);
	}
	u32(): number {
		return this.#view.getUint32(this.#step(4), true);
	}
	i32(): number {
		return this.#view.getInt32(this.#step(4), true);
	}
	u64(): bigint {
		return this.#view.getBigUint64(this.#step(8), true);
	}
	/** A view into the message, not a copy. */
	bytes(): Uint8Array {
		const length = this.u32();
		const at = this.#step(length);
		return this.#bytes.subarray(at, at + length);
	}
	/** All that is left. */
	rest(): Uint8Array {
		return this.#bytes.subarray(this.#step(this.#bytes.length - this.#at));
	}
	/** Whether everything was taken. */
	get done(): boolean {
		return this.#at === this.#bytes.length;
	}
	/** Throws unless everything was taken. */
	end(): void {
		if (this.#at !== this.#bytes.length) throw malformed('has bytes left over');
	}
}

/** The error of a message that does not follow the protocol. */
export function malformed(how: string): SandboxError {
	return new SandboxError('invalid', `malformed message: it ${how}`);
}

export const u8: Wire<number> = { put: (out, value) => out.u8(value), take: (from) => from.u8() };
export const u16: Wire<number> = { put: (out, value) => out.u16(value), take: (from) => from.u16() };
export const u32: Wire<number> = { put: (out, value) => out.u32(value), take: (from) => from.u32() };
export const i32: Wire<number> = { put: (out, value) => out.i32(value), take: (from) => from.i32() };
export const u64: Wire<bigint> = { put: (out, value) => out.u64(value), take: (from) => from.u64() };
export const bool: Wire<boolean> = {
	put: (out, value) => out.u8(value ? 1 : 0),
	take(from) {
		const value = from.u8();
		if (value > 1) throw malformed('has a bool that is neither 0 nor 1');
		return value === 1;
	},
};
export const bytes: Wire<Uint8Array> = {
	put: (out, value) => out.bytes(value),
	take: (from) => from.bytes().slice(),
};
export const str: Wire<string> = {
	put(out, value) {
		if (value.includes('\0')) throw new SandboxError('invalid', 'a string must not contain a NUL character');
		out.bytes(encoder.encode(value));
	},
	take(from) {
		const raw = from.bytes();
		if (raw.includes(0)) throw malformed('has a string with a NUL in it');
		return decoder.decode(raw);
	},
};
export const pair: Wire<[string, string]> = {
	put(out, value) {
		str.put(out, value[0]);
		str.put(out, value[1]);
	},
	take: (from) => [str.take(from), str.take(from)],
};

/** u32 count and that many items. */
export function list<T>(item: Wire<T>): Wire<T[]> {
	return {
		put(out, value) {
			out.u32(value.length);
			for (const one of value) item.put(out, one);
		},
		take(from) {
			const items: T[] = [];
			for (let left = from.u32(); left > 0; left--) items.push(item.take(from));
			return items;
		},
	};
}

/** Fields one after another, in the order they are written down. */
export function struct<F extends Record<string, Wire<never>> | Record<string, unknown>>(
	fields: F & { [K in keyof F]: Wire<Carried<F[K]>> },
): Wire<{ [K in keyof F]: Carried<F[K]> }> {
	type Value = { [K in keyof F]: Carried<F[K]> };
	const entries = Object.entries(fields) as [keyof F, Wire<unknown>][];
	return {
		put(out, value) {
			for (const [name, wire] of entries) wire.put(out, value[name]);
		},
		take(from) {
			const value: Partial<Value> = {};
			for (const [name, wire] of entries) value[name] = wire.take(from) as Value[keyof F];
			return value as Value;
		},
	};
}
