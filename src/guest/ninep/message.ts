import { decodeName, encodeName } from '#oci';

/**
 * 9P2000.L on the wire: size[4] type[1] tag[2] body, little-endian; string = length[2] bytes; qid = type[1] version[4] path[8].
 * The types of requests; an answer has the number after its request's.
 * https://github.com/chaos/diod/blob/master/protocol.md
 */
export const Message = {
	LERROR: 6,
	STATFS: 8,
	LOPEN: 12,
	LCREATE: 14,
	SYMLINK: 16,
	MKNOD: 18,
	RENAME: 20,
	READLINK: 22,
	GETATTR: 24,
	SETATTR: 26,
	XATTRWALK: 30,
	XATTRCREATE: 32,
	READDIR: 40,
	FSYNC: 50,
	LOCK: 52,
	GETLOCK: 54,
	LINK: 70,
	MKDIR: 72,
	RENAMEAT: 74,
	UNLINKAT: 76,
	VERSION: 100,
	ATTACH: 104,
	FLUSH: 108,
	WALK: 110,
	READ: 116,
	WRITE: 118,
	CLUNK: 120,
	REMOVE: 122,
} as const;

export const Errno = {
	ENOENT: 2,
	EINTR: 4,
	EIO: 5,
	EBADF: 9,
	ENOTDIR: 20,
	EISDIR: 21,
	EINVAL: 22,
	EMFILE: 24,
	EROFS: 30,
	ENODATA: 61,
	EOPNOTSUPP: 95,
} as const;

/** Bytes of size, type and tag. */
const HEADER = 7;

/** Thrown to answer a request with an error. */
export class Refusal extends Error {
	readonly errno: number;

	constructor(errno: number) {
		super(`errno ${errno}`);
		this.errno = errno;
	}
}

/** Reads a request's body. Refuses with EINVAL past its end. */
export class MessageReader {
	readonly #bytes: Uint8Array;
	#at = HEADER;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	u8(): number {
		return this.#bytes[this.#step(1)] as number;
	}

	u16(): number {
		const at = this.#step(2);
		return (this.#bytes[at] as number) | ((this.#bytes[at + 1] as number) << 8);
	}

	u32(): number {
		const low = this.u16();
		return low + this.u16() * 0x10000;
	}

	/** A u64 that is small enough to be exact as a number. */
	u64(): number {
		const low = this.u32();
		return low + this.u32() * 0x1_0000_0000;
	}

	name(): string {
		const length = this.u16();
		const at = this.#step(length);
		let out = '';
		for (let i = at; i < at + length; i++) {
			const byte = this.#bytes[i] as number;
			if (byte >= 0x80) return decodeName(this.#bytes.subarray(at, at + length));
			out += String.fromCharCode(byte);
		}
		return out;
	}

	/** The next `length` bytes, lent. */
	take(length: number): Uint8Array {
		const at = this.#step(length);
		return this.#bytes.subarray(at, at + length);
	}

	#step(length: number): number {
		const at = this.#at;
		if (at + length > this.#bytes.length) throw new Refusal(Errno.EINVAL);
		this.#at = at + length;
		return at;
	}
}

/** Writes one answer after another into the same bytes. */
export class MessageWriter {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at = HEADER;

	constructor(capacity: number) {
		this.#bytes = new Uint8Array(capacity);
		this.#view = new DataView(this.#bytes.buffer);
	}

	/** Starts a new answer. */
	begin(): this {
		this.#at = HEADER;
		return this;
	}

	get length(): number {
		return this.#at;
	}

	u8(value: number): this {
		this.#bytes[this.#at++] = value;
		return this;
	}

	u16(value: number): this {
		this.#view.setUint16(this.#at, value, true);
		this.#at += 2;
		return this;
	}

	u32(value: number): this {
		this.#view.setUint32(this.#at, value, true);
		this.#at += 4;
		return this;
	}

	u64(value: number): this {
		return this.u32(value >>> 0).u32(Math.floor(value / 0x1_0000_0000));
	}

	name(value: string): this {
		const bytes = encodeName(value);
		return this.u16(bytes.length).raw(bytes);
	}

	raw(bytes: Uint8Array): this {
		this.#bytes.set(bytes, this.#at);
		this.#at += bytes.length;
		return this;
	}

	/** Overwrites a u32 written before. */
	patch(at: number, value: number): void {
		this.#view.setUint32(at, value, true);
	}

	/** The whole message, lent until the next `begin`. */
	finish(type: number, tag: number): Uint8Array {
		this.#view.setUint32(0, this.#at, true);
		this.#bytes[4] = type;
		this.#view.setUint16(5, tag, true);
		return this.#bytes.subarray(0, this.#at);
	}
}
