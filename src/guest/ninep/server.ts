import { messageOf, type Log } from '#base';
import type { Tree } from '#oci';
import { writeAttributes, writeEntries, writeQid, writeStatfs, xattrOf } from './attributes.ts';
import { BlobCache, type BlobFetch } from './blobs.ts';
import { ControlFiles } from './control.ts';
import { Export, type Place } from './export.ts';
import { FidTable, checkedFids, type SavedFid } from './fids.ts';
import { Errno, Message, MessageReader, MessageWriter, Refusal } from './message.ts';

export interface NinePOptions {
	/** The guest's root filesystem. */
	root: Tree;
	/** Where the contents of its files come from. */
	fetchBlob: BlobFetch;
	log: Log;
}

/** Takes an answer; the bytes are only lent for the call. */
export type Reply = (bytes: Uint8Array) => void;
type Handler = (from: MessageReader, call: Call) => void;
interface Call {
	tag: number;
	reply: Reply;
}

/** The largest message, both ways: what the guest is told to mount with. */
const MAX_SIZE = 512_000;
const MIN_SIZE = 4096;
/** Bytes of Rread and Rreaddir before the data. */
const READ_HEADER = 11;
const WRITE_ACCESS = 3;
const UNLOCKED = 2;
const CAPABILITY = 'security.capability';

/** A 9P2000.L server over immutable trees and the two control files. Answers every message; never throws at the guest. */
export class NinePServer {
	readonly control = new ControlFiles();
	readonly #export: Export;
	readonly #blobs: BlobCache;
	readonly #log: Log;
	readonly #fids = new FidTable();
	/** Reads that wait for a blob, by tag. */
	readonly #slow = new Map<number, { done: Promise<void>; cancel: () => void }>();
	readonly #out = new MessageWriter(MAX_SIZE);
	readonly #handlers: ReadonlyMap<number, Handler>;
	#msize = MAX_SIZE;

	constructor(options: NinePOptions) {
		this.#export = new Export(options.root);
		this.#blobs = new BlobCache(options.fetchBlob);
		this.#log = options.log;
		this.#handlers = this.#table();
	}

	/** Answers one request through `reply`, now or later. */
	handle(request: Uint8Array, reply: Reply): void {
		const tag = (request[5] ?? 0) | ((request[6] ?? 0) << 8);
		const call = { tag, reply };
		try {
			const handler = this.#handlers.get(request[4] ?? 0);
			if (!handler) throw new Refusal(Errno.EOPNOTSUPP);
			handler(new MessageReader(request), call);
		} catch (error) {
			this.#refuse(call, error);
		}
	}

	/** Exports a tree as `/layers/NAME`. */
	addLayer(name: string, tree: Tree): void {
		this.#export.addLayer(name, tree);
	}

	/** Takes a layer away from new lookups; what the guest has open it may go on reading. */
	removeLayer(name: string): void {
		this.#export.removeLayer(name);
	}

	hasLayer(name: string): boolean {
		return this.#export.hasLayer(name);
	}

	/**
	 * Answers whatever is unanswered and gives the fid table, to be kept with a saved machine. The machine must
	 * stand still. Waiting reads of `to-guest` are answered emptily; the guest asks again.
	 */
	async freeze(): Promise<SavedFid[]> {
		await Promise.all([...this.#slow.values()].map(({ done }) => done));
		this.control.release();
		return this.#fids.save();
	}

	/** Takes up the fid table of a saved machine. What it names should be exported already. Throws `invalid` for what is no fid table. */
	thaw(saved: unknown): void {
		this.control.restart();
		for (const [fid, space, index] of this.#fids.restore(checkedFids(saved), this.#export))
			this.#log('warn', `9p: the saved machine has fid ${fid} open on ${space}#${index}, which is not here`);
	}

	#table(): ReadonlyMap<number, Handler> {
		const { LCREATE, SYMLINK, MKNOD, RENAME, XATTRCREATE, LINK, MKDIR, RENAMEAT, UNLINKAT, REMOVE } = Message;
		const refusing = [LCREATE, SYMLINK, MKNOD, RENAME, XATTRCREATE, LINK, MKDIR, RENAMEAT, UNLINKAT, REMOVE];
		const refuse = () => {
			throw new Refusal(Errno.EROFS);
		};
		return new Map<number, Handler>([
			...refusing.map((type): [number, Handler] => [type, refuse]),
			[Message.VERSION, (from, call) => this.#version(from, call)],
			[Message.ATTACH, (from, call) => this.#attach(from, call)],
			[Message.WALK, (from, call) => this.#walk(from, call)],
			[Message.LOPEN, (from, call) => this.#open(from, call)],
			[Message.GETATTR, (from, call) => this.#getattr(from, call)],
			[Message.SETATTR, (from, call) => this.#setattr(from, call)],
			[Message.READDIR, (from, call) => this.#readdir(from, call)],
			[Message.READ, (from, call) => this.#read(from, call)],
			[Message.WRITE, (from, call) => this.#write(from, call)],
			[Message.READLINK, (from, call) => this.#readlink(from, call)],
			[Message.XATTRWALK, (from, call) => this.#xattrwalk(from, call)],
			[Message.STATFS, (_from, call) => this.#finish(call, Message.STATFS, writeStatfs)],
			[Message.CLUNK, (from, call) => this.#clunk(from, call)],
			[Message.FLUSH, (from, call) => this.#flush(from, call)],
			[Message.FSYNC, (_from, call) => this.#finish(call, Message.FSYNC)],
			[Message.LOCK, (_from, call) => this.#finish(call, Message.LOCK, (out) => out.u8(0))],
			[Message.GETLOCK, (from, call) => this.#getlock(from, call)],
		]);
	}

	/** Answers; `write` adds the body. Nothing else may be answered meanwhile: all answers share their bytes. */
	#finish(call: Call, type: number, write?: (out: MessageWriter) => void): void {
		const out = this.#out.begin();
		write?.(out);
		call.reply(out.finish(type + 1, call.tag));
	}

	#refuse(call: Call, error: unknown): void {
		if (!(error instanceof Refusal)) this.#log('error', `9p: ${messageOf(error)}`);
		const errno = error instanceof Refusal ? error.errno : Errno.EIO;
		this.#finish(call, Message.LERROR, (out) => out.u32(errno));
	}

	#version(from: MessageReader, call: Call): void {
		const size = Math.min(MAX_SIZE, from.u32());
		const version = from.name();
		if (size < MIN_SIZE) throw new Refusal(Errno.EINVAL);
		this.#msize = size;
		this.control.release();
		this.#fids.clear();
		const known = version === '9P2000.L' ? version : 'unknown';
		this.#finish(call, Message.VERSION, (out) => out.u32(size).name(known));
	}

	#attach(from: MessageReader, call: Call): void {
		this.#fids.set(from.u32(), { place: this.#export.top });
		this.#finish(call, Message.ATTACH, (out) => writeQid(out, this.#export.top));
	}

	#walk(from: MessageReader, call: Call): void {
		let { place } = this.#fids.get(from.u32());
		const newFid = from.u32();
		const steps = from.u16();
		const passed: Place[] = [];
		while (passed.length < steps) {
			const next = place.node.children ? this.#export.step(place, from.name()) : null;
			if (!next) break;
			passed.push(next);
			place = next;
		}
		// A walk that fails at its first step is an error; one that fails later says how far it came.
		if (passed.length === 0 && steps > 0)
			throw new Refusal(place.node.children ? Errno.ENOENT : Errno.ENOTDIR);
		if (passed.length === steps) this.#fids.set(newFid, { place });
		this.#finish(call, Message.WALK, (out) => {
			out.u16(passed.length);
			for (const one of passed) writeQid(out, one);
		});
	}

	#open(from: MessageReader, call: Call): void {
		const { place } = this.#fids.get(from.u32());
		const writes = (from.u32() & WRITE_ACCESS) !== 0;
		if (place.node === this.#export.toGuest) this.control.opened();
		else if (writes && place.node !== this.#export.toHost)
			throw new Refusal(place.node.children ? Errno.EISDIR : Errno.EROFS);
		this.#finish(call, Message.LOPEN, (out) => {
			writeQid(out, place);
			out.u32(0);
		});
	}

	#getattr(from: MessageReader, call: Call): void {
		const { place } = this.#fids.get(from.u32());
		this.#finish(call, Message.GETATTR, (out) => writeAttributes(out, place));
	}

	/** Opening a control file for writing may come with a truncation, which changes nothing there. */
	#setattr(from: MessageReader, call: Call): void {
		const { node } = this.#fids.get(from.u32()).place;
		if (node !== this.#export.toHost && node !== this.#export.toGuest) throw new Refusal(Errno.EROFS);
		this.#finish(call, Message.SETATTR);
	}

	#readdir(from: MessageReader, call: Call): void {
		const { place } = this.#fids.get(from.u32());
		if (!place.node.children) throw new Refusal(Errno.ENOTDIR);
		const offset = from.u64();
		const count = Math.min(from.u32(), this.#msize - READ_HEADER);
		const list = this.#export.list(place);
		this.#finish(call, Message.READDIR, (out) => writeEntries(out, list, offset, count));
	}

	#read(from: MessageReader, call: Call): void {
		const number = from.u32();
		const { place, xattr } = this.#fids.get(number);
		const offset = from.u64();
		const count = Math.min(from.u32(), this.#msize - READ_HEADER);
		const { node } = place;
		if (xattr) this.#data(call, xattr, offset, count);
		else if (node === this.#export.toGuest) this.#readControl(call, number, offset, count);
		else if (node.children) throw new Refusal(Errno.EISDIR);
		else if (typeof node.content === 'string') this.#readBlob(call, node.content, offset, count);
		else this.#data(call, node.content ?? new Uint8Array(), offset, count);
	}

	#data(call: Call, whole: Uint8Array, offset: number, count: number): void {
		const data = whole.subarray(offset, offset + count);
		this.#finish(call, Message.READ, (out) => out.u32(data.length).raw(data));
	}

	#readControl(call: Call, fid: number, offset: number, count: number): void {
		const waiting = {
			fid,
			tag: call.tag,
			answer: (take: (put: (part: Uint8Array) => void, room: number) => number) =>
				this.#finish(call, Message.READ, (out) => {
					const at = out.length;
					out.u32(0).patch(
						at,
						take((part) => out.raw(part), count),
					);
				}),
		};
		this.control.read(waiting, offset);
	}

	#readBlob(call: Call, hash: string, offset: number, count: number): void {
		const blob = this.#blobs.get(hash);
		if (blob instanceof Uint8Array) {
			this.#data(call, blob, offset, count);
			return;
		}
		let open = true;
		const once = (answer: () => void) => {
			if (!open) return;
			open = false;
			this.#slow.delete(call.tag);
			answer();
		};
		const done = blob.then(
			(whole) => once(() => this.#data(call, whole, offset, count)),
			(error: unknown) => once(() => this.#refuse(call, error)),
		);
		this.#slow.set(call.tag, {
			done,
			cancel: () => once(() => this.#refuse(call, new Refusal(Errno.EINTR))),
		});
	}

	/** What is flushed is answered first, so that the transport gets its buffers back. */
	#flush(from: MessageReader, call: Call): void {
		const tag = from.u16();
		this.control.release({ tag });
		this.#slow.get(tag)?.cancel();
		this.#finish(call, Message.FLUSH);
	}

	#write(from: MessageReader, call: Call): void {
		const { place } = this.#fids.get(from.u32());
		from.u64();
		const data = from.take(from.u32());
		if (place.node !== this.#export.toHost) throw new Refusal(Errno.EROFS);
		this.control.written(data);
		this.#finish(call, Message.WRITE, (out) => out.u32(data.length));
	}

	#readlink(from: MessageReader, call: Call): void {
		const { target } = this.#fids.get(from.u32()).place.node;
		if (target === '') throw new Refusal(Errno.EINVAL);
		this.#finish(call, Message.READLINK, (out) => out.name(target));
	}

	#xattrwalk(from: MessageReader, call: Call): void {
		const { place } = this.#fids.get(from.u32());
		const newFid = from.u32();
		const name = from.name();
		const xattr = xattrOf(place.node, name);
		// Who hears that there are no labels here does not ask for every file: `ls -l` of a large folder is the faster for it.
		const isLabel = name.startsWith('security.') && name !== CAPABILITY;
		if (!xattr) throw new Refusal(isLabel ? Errno.EOPNOTSUPP : Errno.ENODATA);
		this.#fids.set(newFid, { place, xattr });
		this.#finish(call, Message.XATTRWALK, (out) => out.u64(xattr.length));
	}

	#clunk(from: MessageReader, call: Call): void {
		const fid = from.u32();
		this.#fids.get(fid);
		this.control.release({ fid });
		this.#fids.delete(fid);
		this.#finish(call, Message.CLUNK);
	}

	#getlock(from: MessageReader, call: Call): void {
		this.#fids.get(from.u32());
		from.u8();
		const [start, length, process, client] = [from.u64(), from.u64(), from.u32(), from.name()];
		this.#finish(call, Message.GETLOCK, (out) =>
			out.u8(UNLOCKED).u64(start).u64(length).u32(process).name(client),
		);
	}
}
