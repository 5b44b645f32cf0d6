import { messageOf, type Log } from '#base';
import { MODE, type Tree, type TreeNode } from '#oci';
import { BlobCache, type BlobFetch } from './blobs.ts';
import { ControlFiles } from './control.ts';
import { Export, type Place } from './export.ts';
import { ERRNO, MESSAGE, MessageReader, MessageWriter } from './message.ts';

export interface NinePOptions {
	root: Tree;
	fetchBlob: BlobFetch;
	log: Log;
}

/** A fid of a saved machine: what it stood for. */
export type SavedFid = [fid: number, tree: string, index: number];

interface Fid {
	place: Place;
	/** Set when the fid reads an extended attribute. */
	xattr?: Uint8Array;
}

type Reply = (bytes: Uint8Array) => void;

/** Thrown by a handler to answer Rlerror. */
class Refusal extends Error {
	readonly errno: number;
	constructor(errno: number) {
		super(`errno ${errno}`);
		this.errno = errno;
	}
}

const MAX_SIZE = 512_000;
const HEADER = 11;
/** Messages that would change an immutable tree. */
const CHANGES: ReadonlySet<number> = new Set([
	MESSAGE.lcreate,
	MESSAGE.symlink,
	MESSAGE.mknod,
	MESSAGE.rename,
	MESSAGE.xattrcreate,
	MESSAGE.link,
	MESSAGE.mkdir,
	MESSAGE.renameat,
	MESSAGE.unlinkat,
	MESSAGE.remove,
]);

/** A 9P2000.L server over immutable trees and the two control files. Answers every message; never throws at the guest. */
export class NinePServer {
	readonly control = new ControlFiles();
	readonly export: Export;
	readonly #blobs: BlobCache;
	readonly #log: Log;
	readonly #fids = new Map<number, Fid>();
	/** Reads that wait for a blob, by tag: their flushes are answered after them. */
	readonly #slow = new Map<number, Promise<void>>();
	#msize = MAX_SIZE;

	constructor(options: NinePOptions) {
		this.export = new Export(options.root);
		this.#blobs = new BlobCache(options.fetchBlob);
		this.#log = options.log;
	}

	/** Answers one request through `reply`, now or later. */
	handle(request: Uint8Array, reply: Reply): void {
		const type = request[4] ?? 0;
		const tag = (request[5] ?? 0) | ((request[6] ?? 0) << 8);
		try {
			this.#dispatch(type, tag, new MessageReader(request), reply);
		} catch (error) {
			this.#refuse(tag, error, reply);
		}
	}

	/** The fid table, to be kept with a saved machine. The machine must stand still. */
	async freeze(): Promise<SavedFid[]> {
		await Promise.all(this.#slow.values());
		this.control.release();
		return [...this.#fids].map(([fid, { place }]) => [fid, place.tree, place.node.index]);
	}

	/** Takes up the fid table of a saved machine. Throws `invalid` when something it names is not exported. */
	thaw(fids: readonly SavedFid[]): void {
		this.#fids.clear();
		for (const [fid, tree, index] of fids) {
			const place = this.export.find(tree, index);
			if (place) this.#fids.set(fid, { place });
			else this.#log('warn', `9p: saved fid ${fid} names ${tree}#${index}, which is not here`);
		}
	}

	#refuse(tag: number, error: unknown, reply: Reply): void {
		let errno: number = ERRNO.EIO;
		if (error instanceof Refusal) errno = error.errno;
		else if (error instanceof RangeError) errno = ERRNO.EINVAL;
		else this.#log('error', `9p: ${messageOf(error)}`);
		reply(new MessageWriter(HEADER).u32(errno).finish(MESSAGE.lerror + 1, tag));
	}

	#dispatch(type: number, tag: number, from: MessageReader, reply: Reply): void {
		if (type === MESSAGE.read) return this.#read(tag, from, reply);
		if (type === MESSAGE.flush) return this.#flush(tag, from.u16(), reply);
		if (CHANGES.has(type)) throw new Refusal(ERRNO.EROFS);
		const out = new MessageWriter();
		this.#answer(type, from, out);
		reply(out.finish(type + 1, tag));
	}

	#answer(type: number, from: MessageReader, out: MessageWriter): void {
		switch (type) {
			case MESSAGE.walk:
				return this.#walk(from, out);
			case MESSAGE.getattr:
				return this.#getattr(this.#fid(from.u32()), out);
			case MESSAGE.lopen:
				return this.#open(this.#fid(from.u32()), from.u32(), out);
			case MESSAGE.clunk:
				this.#fids.delete(from.u32());
				return;
			case MESSAGE.write:
				return this.#write(from, out);
			case MESSAGE.readdir:
				return this.#readdir(from, out);
			case MESSAGE.readlink: {
				const { node } = this.#fid(from.u32()).place;
				if ((node.mode & MODE.type) !== MODE.symlink) throw new Refusal(ERRNO.EINVAL);
				out.string(node.target);
				return;
			}
			case MESSAGE.xattrwalk:
				return this.#xattrwalk(from, out);
			case MESSAGE.setattr:
				// Opening a control file for writing may come with a truncation, which changes nothing there.
				if (!this.#isControl(this.#fid(from.u32()).place.node)) throw new Refusal(ERRNO.EROFS);
				return;
			case MESSAGE.statfs:
				out
					.u32(0x01021997)
					.u32(4096)
					.u64(1 << 20)
					.u64(0)
					.u64(0)
					.u64(1 << 20)
					.u64(0)
					.u64(0x9d)
					.u32(255);
				return;
			case MESSAGE.fsync:
				return;
			case MESSAGE.lock:
				out.u8(0);
				return;
			case MESSAGE.getlock:
				return this.#getlock(from, out);
			case MESSAGE.version:
				return this.#version(from, out);
			case MESSAGE.attach: {
				const fid = from.u32();
				this.#fids.set(fid, { place: this.export.top });
				this.#qid(this.export.top, out);
				return;
			}
			default:
				throw new Refusal(ERRNO.EOPNOTSUPP);
		}
	}

	#version(from: MessageReader, out: MessageWriter): void {
		this.#msize = Math.max(4096, Math.min(MAX_SIZE, from.u32()));
		const wanted = from.string();
		this.#fids.clear();
		out.u32(this.#msize).string(wanted === '9P2000.L' ? wanted : 'unknown');
	}

	#walk(from: MessageReader, out: MessageWriter): void {
		const start = this.#fid(from.u32());
		const newFid = from.u32();
		const steps = from.u16();
		let place = start.place;
		const passed: Place[] = [];
		for (let step = 0; step < steps; step++) {
			const name = from.string();
			if (!place.node.children) {
				if (step === 0) throw new Refusal(ERRNO.ENOTDIR);
				break;
			}
			const next = this.export.step(place, name);
			if (!next) {
				if (step === 0) throw new Refusal(ERRNO.ENOENT);
				break;
			}
			passed.push(next);
			place = next;
		}
		if (passed.length === steps) this.#fids.set(newFid, { place });
		out.u16(passed.length);
		for (const one of passed) this.#qid(one, out);
	}

	#getattr({ place }: Fid, out: MessageWriter): void {
		const { node } = place;
		const [major, minor] = node.device ?? [0, 0];
		// P9_GETATTR_BASIC: all that stat(2) shows.
		out.u64(0x7ff);
		this.#qid(place, out);
		out.u32(node.mode).u32(node.uid).u32(node.gid).u64(node.nlink);
		out.u64(((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0);
		out
			.u64(node.size)
			.u64(4096)
			.u64(Math.ceil(node.size / 512));
		for (let time = 0; time < 3; time++) out.u64(node.mtime).u64(0);
		out.u64(0).u64(0).u64(0).u64(0);
	}

	#open({ place }: Fid, flags: number, out: MessageWriter): void {
		const writes = (flags & 3) !== 0;
		if (place.node === this.export.toGuest) this.control.opened();
		else if (writes && !this.#isControl(place.node))
			throw new Refusal(place.node.children ? ERRNO.EISDIR : ERRNO.EROFS);
		this.#qid(place, out);
		out.u32(0);
	}

	#read(tag: number, from: MessageReader, reply: Reply): void {
		const fid = this.#fid(from.u32());
		const offset = from.u64();
		const count = Math.min(from.u32(), this.#msize - HEADER);
		const answer = (data: Uint8Array) =>
			reply(
				new MessageWriter(HEADER + data.length)
					.u32(data.length)
					.raw(data)
					.finish(MESSAGE.read + 1, tag),
			);
		if (fid.xattr) return answer(fid.xattr.subarray(offset, offset + count));
		const { node } = fid.place;
		if (node === this.export.toGuest) return this.control.read(tag, offset, count, answer);
		if (node.children) throw new Refusal(ERRNO.EISDIR);
		if (!node.content || offset >= node.size) return answer(new Uint8Array());
		if ('bytes' in node.content) return answer(node.content.bytes.subarray(offset, offset + count));
		const bytes = this.#blobs.get(node.content.hash);
		if (bytes instanceof Uint8Array) return answer(bytes.subarray(offset, offset + count));
		const finished = bytes
			.then((whole) => answer(whole.subarray(offset, offset + count)))
			.catch((error: unknown) => this.#refuse(tag, error, reply))
			.finally(() => this.#slow.delete(tag));
		this.#slow.set(tag, finished);
	}

	/** A flushed request is answered first, so that the transport gets its buffer back. */
	#flush(tag: number, old: number, reply: Reply): void {
		this.control.release(old);
		const done = () => reply(new MessageWriter(7).finish(MESSAGE.flush + 1, tag));
		const slow = this.#slow.get(old);
		if (slow) void slow.then(done);
		else done();
	}

	#write(from: MessageReader, out: MessageWriter): void {
		const { place } = this.#fid(from.u32());
		from.u64();
		const data = from.take(from.u32());
		if (place.node !== this.export.toHost) throw new Refusal(ERRNO.EROFS);
		this.control.written(data);
		out.u32(data.length);
	}

	#readdir(from: MessageReader, out: MessageWriter): void {
		const { place } = this.#fid(from.u32());
		if (!place.node.children) throw new Refusal(ERRNO.ENOTDIR);
		const offset = from.u64();
		const count = Math.min(from.u32(), this.#msize - HEADER);
		const entries = new MessageWriter(Math.min(count, 8192));
		const list = this.export.list(place);
		for (let at = offset; at < list.length; at++) {
			const [name, child] = list[at] as [string, Place];
			const length = 13 + 8 + 1 + 2 + new TextEncoder().encode(name).length;
			if (entries.length - 7 + length > count) break;
			this.#qid(child, entries);
			entries
				.u64(at + 1)
				.u8((child.node.mode & MODE.type) >> 12)
				.string(name);
		}
		const bytes = entries.finish(0, 0).subarray(7);
		out.u32(bytes.length).raw(bytes);
	}

	#xattrwalk(from: MessageReader, out: MessageWriter): void {
		const { place } = this.#fid(from.u32());
		const newFid = from.u32();
		const name = from.string();
		const xattrs = place.node.xattrs;
		const value =
			name === ''
				? new TextEncoder().encode([...(xattrs?.keys() ?? [])].map((key) => `${key}\0`).join(''))
				: xattrs?.get(name);
		if (!value) throw new Refusal(ERRNO.ENODATA);
		this.#fids.set(newFid, { place, xattr: value });
		out.u64(value.length);
	}

	#getlock(from: MessageReader, out: MessageWriter): void {
		const UNLOCKED = 2;
		from.u32();
		from.u8();
		const [start, length, process] = [from.u64(), from.u64(), from.u32()];
		out.u8(UNLOCKED).u64(start).u64(length).u32(process).string(from.string());
	}

	#fid(number: number): Fid {
		const fid = this.#fids.get(number);
		if (!fid) throw new Refusal(ERRNO.EBADF);
		return fid;
	}

	#isControl(node: TreeNode): boolean {
		return node === this.export.toHost || node === this.export.toGuest;
	}

	#qid(place: Place, out: MessageWriter): void {
		const { node } = place;
		const kind = node.mode & MODE.type;
		out.u8(kind === MODE.directory ? 0x80 : kind === MODE.symlink ? 0x02 : 0).u32(0);
		out.u32(node.index).u32(this.export.space(place));
	}
}
