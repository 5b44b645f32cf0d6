import { concat, internal } from '#base';
import { encodeName } from './names.ts';
import { BLOCK } from './tar.ts';

/** A member to write; what is absent is root's, of time 0, mode 644 or 755. */
export interface TarMember {
	path: string;
	/** As in `TarEntry`; a file by default, a directory when the path ends in a slash. */
	type?: string;
	mode?: number;
	uid?: number;
	gid?: number;
	mtime?: number;
	link?: string;
	major?: number;
	minor?: number;
	data?: Uint8Array | string;
	xattrs?: Record<string, Uint8Array | string>;
}

/** A POSIX (PAX) archive; extended headers only where ustar cannot say it. The same members give the same bytes. */
export function writeTar(members: Iterable<TarMember>): Uint8Array {
	return concat([...tarPieces(members)]);
}

/** The same piece by piece; a member's data is not copied. */
export function* tarPieces(members: Iterable<TarMember>): Generator<Uint8Array, void> {
	for (const member of members) yield* writeMember(member);
	yield new Uint8Array(2 * BLOCK);
}

function writeMember(member: TarMember): Uint8Array[] {
	const path = encodeName(member.path);
	const link = encodeName(member.link ?? '');
	const data = bytesOf(member.data ?? '');
	const records = paxRecords(member, path, link);
	const type = member.type ?? (member.path.endsWith('/') ? '5' : '0');
	const parts = records.length === 0 ? [] : [paxHeader(records.length), padded(records)];
	const padding = new Uint8Array((BLOCK - (data.length % BLOCK)) % BLOCK);
	return [...parts, header({ ...member, type }, data.length), data, padding];
}

function paxRecords(member: TarMember, path: Uint8Array, link: Uint8Array): Uint8Array {
	const records: Uint8Array[] = [];
	if (path.length > 100) records.push(paxRecord('path', path));
	if (link.length > 100) records.push(paxRecord('linkpath', link));
	for (const [name, value] of Object.entries(member.xattrs ?? {}))
		records.push(paxRecord(`SCHILY.xattr.${name}`, bytesOf(value)));
	return concat(records);
}

/** The header of a member's extended records. */
export function paxHeader(size: number): Uint8Array {
	return header({ path: 'PaxHeaders/0', type: 'x' }, size);
}

/** One extended record. */
export function paxRecord(key: string, value: Uint8Array): Uint8Array {
	const rest = key.length + value.length + 3;
	let length = rest + String(rest).length;
	if (String(length).length !== String(rest).length) length = rest + String(length).length;
	return concat([bytesOf(`${length} ${key}=`), value, bytesOf('\n')]);
}

function header(member: TarMember, size: number): Uint8Array {
	const out = new Uint8Array(BLOCK);
	out.set(encodeName(member.path).subarray(0, 100));
	octal(out, 100, 8, member.mode ?? (member.type === '5' ? 0o755 : 0o644));
	octal(out, 108, 8, member.uid ?? 0);
	octal(out, 116, 8, member.gid ?? 0);
	octal(out, 124, 12, size);
	octal(out, 136, 12, member.mtime ?? 0);
	out[156] = (member.type ?? '0').charCodeAt(0);
	out.set(encodeName(member.link ?? '').subarray(0, 100), 157);
	octal(out, 329, 8, member.major ?? 0);
	octal(out, 337, 8, member.minor ?? 0);
	return sealHeader(out);
}

/** Marks a header as POSIX and sets its sum. */
export function sealHeader(out: Uint8Array): Uint8Array {
	out.set(bytesOf('ustar\x0000'), 257);
	out.fill(32, 148, 156);
	const sum = out.reduce((total, byte) => total + byte, 0);
	out.set(bytesOf(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
	return out;
}

/** Octal with a NUL at its end; base-256 when it does not fit. */
function octal(out: Uint8Array, at: number, length: number, value: number): void {
	const text = value.toString(8);
	if (value < 0 || !Number.isSafeInteger(value)) throw internal(`cannot write ${value} to a tar header`);
	if (text.length < length) {
		out.set(bytesOf(text.padStart(length - 1, '0')), at);
		return;
	}
	let rest = value;
	for (let i = length - 1; i > 0; i--) {
		out[at + i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	out[at] = 0x80;
}

/** Data filled up to whole blocks. */
export function padded(data: Uint8Array): Uint8Array {
	const out = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
	out.set(data);
	return out;
}

function bytesOf(data: Uint8Array | string): Uint8Array {
	return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}
