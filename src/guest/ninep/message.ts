/**
 * 9P2000.L on the wire: size[4] type[1] tag[2] body, little-endian; string = length[2] bytes; qid = type[1] version[4] path[8].
 * https://github.com/chaos/diod/blob/master/protocol.md
 */
export const MESSAGE = {
	lerror: 6,
	statfs: 8,
	lopen: 12,
	lcreate: 14,
	symlink: 16,
	mknod: 18,
	rename: 20,
	readlink: 22,
	getattr: 24,
	setattr: 26,
	xattrwalk: 30,
	xattrcreate: 32,
	readdir: 40,
	fsync: 50,
	lock: 52,
	getlock: 54,
	link: 70,
	mkdir: 72,
	renameat: 74,
	unlinkat: 76,
	version: 100,
	auth: 102,
	attach: 104,
	flush: 108,
	walk: 110,
	read: 116,
	write: 118,
	clunk: 120,
	remove: 122,
} as const;

export const ERRNO = {
	ENOENT: 2,
	EIO: 5,
	EBADF: 9,
	ENOTDIR: 20,
	EISDIR: 21,
	EINVAL: 22,
	EROFS: 30,
	ENODATA: 61,
	EOPNOTSUPP: 95,
} as const;

const text = { encode: new TextEncoder(), decode: new TextDecoder() };

/** Reads a request's body. Throws RangeError past its end. */
export class MessageReader {
	readonly bytes: Uint8Array;
	readonly #view: DataView;
	#at = 7;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}
	u8(): number {
		return this.#view.getUint8(this.#at++);
	}
	u16(): number {
		this.#at += 2;
		return this.#view.getUint16(this.#at - 2, true);
	}
	u32(): number {
		this.#at += 4;
		return this.#view.getUint32(this.#at - 4, true);
	}
	/** A u64 that is small enough to be exact as a number. */
	u64(): number {
		const low = this.u32();
		return this.u32() * 2 ** 32 + low;
	}
	string(): string {
		return text.decode.decode(this.take(this.u16()));
	}
	/** The next `length` bytes, lent. */
	take(length: number): Uint8Array {
		if (this.#at + length > this.bytes.length) throw new RangeError('9P message ends early');
		this.#at += length;
		return this.bytes.subarray(this.#at - length, this.#at);
	}
}

/** Writes a reply; grows as needed. */
export class MessageWriter {
	#bytes: Uint8Array;
	#view: DataView;
	#at = 7;

	constructor(capacity = 192) {
		this.#bytes = new Uint8Array(capacity);
		this.#view = new DataView(this.#bytes.buffer);
	}
	get length(): number {
		return this.#at;
	}
	u8(value: number): this {
		this.#room(1);
		this.#view.setUint8(this.#at++, value);
		return this;
	}
	u16(value: number): this {
		this.#room(2);
		this.#view.setUint16(this.#at, value, true);
		this.#at += 2;
		return this;
	}
	u32(value: number): this {
		this.#room(4);
		this.#view.setUint32(this.#at, value, true);
		this.#at += 4;
		return this;
	}
	u64(value: number): this {
		return this.u32(value >>> 0).u32(Math.floor(value / 2 ** 32));
	}
	string(value: string): this {
		const bytes = text.encode.encode(value);
		return this.u16(bytes.length).raw(bytes);
	}
	raw(bytes: Uint8Array): this {
		this.#room(bytes.length);
		this.#bytes.set(bytes, this.#at);
		this.#at += bytes.length;
		return this;
	}
	/** The whole message; `tag` and type fill its head. */
	finish(type: number, tag: number): Uint8Array {
		this.#view.setUint32(0, this.#at, true);
		this.#view.setUint8(4, type);
		this.#view.setUint16(5, tag, true);
		return this.#bytes.subarray(0, this.#at);
	}
	#room(length: number): void {
		if (this.#at + length <= this.#bytes.length) return;
		const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + length));
		bigger.set(this.#bytes.subarray(0, this.#at));
		this.#bytes = bigger;
		this.#view = new DataView(bigger.buffer);
	}
}
