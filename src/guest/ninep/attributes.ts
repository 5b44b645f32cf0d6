import { FileType, encodeName, isType, type TreeNode } from '#oci';
import type { Place } from './export.ts';
import type { MessageWriter } from './message.ts';

const BLOCK = 4096;
const SECTOR = 512;
/** P9_GETATTR_BASIC: all that stat(2) shows. */
const BASIC = 0x7ff;
/** What statfs(2) calls a 9P filesystem. */
const MAGIC = 0x01021997;
const QID_DIRECTORY = 0x80;
const QID_SYMLINK = 0x02;

export function writeQid(out: MessageWriter, { space, node }: Place): void {
	out.u8(qidType(node.mode)).u32(0).u32(node.index).u32(space.number);
}

function qidType(mode: number): number {
	if (isType(mode, FileType.DIRECTORY)) return QID_DIRECTORY;
	return isType(mode, FileType.SYMLINK) ? QID_SYMLINK : 0;
}

/** The body of Rgetattr. */
export function writeAttributes(out: MessageWriter, place: Place): void {
	const { node } = place;
	const size = sizeOf(node);
	out.u64(BASIC);
	writeQid(out, place);
	out.u32(node.mode).u32(node.uid).u32(node.gid).u64(node.nlink).u64(deviceNumber(node));
	out
		.u64(size)
		.u64(BLOCK)
		.u64(Math.ceil(size / SECTOR));
	for (let time = 0; time < 3; time++) out.u64(node.mtime).u64(node.mtimeNs);
	// Birth time, generation and data version are not among BASIC.
	out.u64(0).u64(0).u64(0).u64(0);
}

/** The body of Rstatfs: a full disk, since nothing can be written. */
export function writeStatfs(out: MessageWriter): void {
	const blocks = 1 << 20;
	out.u32(MAGIC).u32(BLOCK).u64(blocks).u64(0).u64(0).u64(blocks).u64(0).u64(0).u32(255);
}

/** The body of Rreaddir: as many entries from `offset` on as fit into `count` bytes. */
export function writeEntries(
	out: MessageWriter,
	list: readonly [name: string, place: Place][],
	offset: number,
	count: number,
): void {
	const start = out.length;
	out.u32(0);
	for (let at = offset; at < list.length; at++) {
		const [name, place] = list[at] as [string, Place];
		const bytes = encodeName(name);
		if (out.length - start - 4 + 24 + bytes.length > count) break;
		writeQid(out, place);
		// The type is d_type: the type bits of the mode.
		out
			.u64(at + 1)
			.u8(place.node.mode >> 12)
			.u16(bytes.length)
			.raw(bytes);
	}
	out.patch(start, out.length - start - 4);
}

function sizeOf(node: TreeNode): number {
	return isType(node.mode, FileType.SYMLINK) ? encodeName(node.target).length : node.size;
}

/** As Linux's new_encode_dev: twelve bits of major amid twenty of minor. */
function deviceNumber({ major, minor }: TreeNode): number {
	return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** What listxattr(2) or getxattr(2) reads: all names each with a NUL, or one value. */
export function xattrOf(node: TreeNode, name: string): Uint8Array | undefined {
	if (name !== '') return node.xattrs?.get(name);
	return encodeName([...(node.xattrs?.keys() ?? [])].map((key) => `${key}\0`).join(''));
}
