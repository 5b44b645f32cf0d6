import { invalid, unsupported } from '#base';
import { decodeName } from './names.ts';

export const BLOCK = 512;
/** No header record (PAX, GNU long name) is near this long in an honest archive. */
const MAX_EXTENSION = 1 << 20;

/** A member of a tar archive; its data is a view of the archive. */
export interface TarEntry {
	/** As written: may have a leading `./` or `/` and a trailing slash. */
	path: string;
	/** `0` file, `1` hard link, `2` symlink, `3` `4` device, `5` directory, `6` fifo. */
	type: string;
	/** Permission bits only. */
	mode: number;
	uid: number;
	gid: number;
	mtime: number;
	/** Of the second after it. */
	mtimeNs: number;
	link: string;
	major: number;
	minor: number;
	data: Uint8Array;
	xattrs: Map<string, Uint8Array> | null;
}

/** What extension headers say about the member after them. */
interface Extensions {
	path?: string;
	link?: string;
	size?: number;
	uid?: number;
	gid?: number;
	mtime?: number;
	mtimeNs?: number;
	xattrs?: Map<string, Uint8Array>;
}

/** Reads ustar, GNU and PAX archives. Throws `invalid` for a damaged one, `unsupported` for sparse files. */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
	let extensions: Extensions = {};
	for (let at = 0; at < archive.length;) {
		if (at + BLOCK > archive.length) throw invalid('unexpected EOF');
		const header = archive.subarray(at, at + BLOCK);
		if (isZero(header)) {
			// A second one follows, or nothing; half of one is an archive that was cut.
			const rest = archive.length - at - BLOCK;
			if (rest > 0 && rest < BLOCK) throw invalid('unexpected EOF');
			return;
		}
		checkSum(header, at);
		const type = String.fromCharCode(header[156] || 48);
		const size = type === 'x' || type === 'L' || type === 'K' ? undefined : extensions.size;
		const length = hasData(type) ? (size ?? readNumber(header, 124, 12)) : 0;
		const data = dataAt(archive, at + BLOCK, length);
		at += BLOCK + Math.ceil(length / BLOCK) * BLOCK;
		if (type === 'x' || type === 'L' || type === 'K') {
			extensions = { ...extensions, ...readExtension(type, data) };
			continue;
		}
		// A global header only carries remarks in the archives that have one.
		if (type === 'g') continue;
		if (type === 'S') throw unsupported('the archive has a sparse file, which cannot be read');
		yield entryOf(header, type, data, extensions);
		extensions = {};
	}
}

function hasData(type: string): boolean {
	return !'123456'.includes(type);
}

function dataAt(archive: Uint8Array, at: number, length: number): Uint8Array {
	if (length < 0 || at + length > archive.length) throw invalid('unexpected EOF');
	return archive.subarray(at, at + length);
}

function entryOf(header: Uint8Array, type: string, data: Uint8Array, extensions: Extensions): TarEntry {
	return {
		path: extensions.path ?? headerPath(header),
		type: type === '7' ? '0' : type,
		mode: readNumber(header, 100, 8) & 0o7777,
		uid: extensions.uid ?? readNumber(header, 108, 8),
		gid: extensions.gid ?? readNumber(header, 116, 8),
		mtime: extensions.mtime ?? readNumber(header, 136, 12),
		mtimeNs: extensions.mtimeNs ?? 0,
		link: extensions.link ?? readText(header, 157, 100),
		major: type === '3' || type === '4' ? readNumber(header, 329, 8) : 0,
		minor: type === '3' || type === '4' ? readNumber(header, 337, 8) : 0,
		data,
		xattrs: extensions.xattrs ?? null,
	};
}

/** The name in the header: POSIX archives have its beginning in a field of its own. */
export function headerPath(header: Uint8Array): string {
	const name = readText(header, 0, 100);
	// "ustar" and NUL: POSIX. GNU's own magic ends in blanks and has times where the prefix would be.
	const posix = readText(header, 257, 6) === 'ustar' && header[262] === 0;
	const prefix = posix ? readText(header, 345, 155) : '';
	return prefix === '' ? name : `${prefix}/${name}`;
}

function readExtension(type: string, data: Uint8Array): Extensions {
	if (data.length > MAX_EXTENSION) throw invalid('the archive has a header that is too long');
	if (type === 'x') return readPax(data);
	const text = readText(data, 0, data.length);
	return type === 'L' ? { path: text } : { link: text };
}

function readPax(data: Uint8Array): Extensions {
	const out: Extensions = {};
	for (const [key, value] of paxRecords(data)) applyPax(out, key, value);
	return out;
}

/** PAX records: `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record. */
export function* paxRecords(data: Uint8Array): Generator<[key: string, value: Uint8Array]> {
	for (let at = 0; at < data.length;) {
		const space = data.indexOf(32, at);
		const length = Number(asciiOf(data, at, space));
		const equals = data.indexOf(61, space);
		const end = at + length;
		if (
			!Number.isInteger(length) ||
			space < at ||
			equals < 0 ||
			equals >= end ||
			end > data.length ||
			data[end - 1] !== 10
		)
			throw invalid('the archive has a damaged extended header');
		yield [asciiOf(data, space + 1, equals), data.subarray(equals + 1, end - 1)];
		at = end;
	}
}

function applyPax(out: Extensions, key: string, value: Uint8Array): void {
	if (key.startsWith('GNU.sparse.')) throw unsupported('the archive has a sparse file, which cannot be read');
	if (key === 'path') out.path = decodeName(value);
	else if (key === 'linkpath') out.link = decodeName(value);
	else if (key === 'size') out.size = paxNumber(value);
	else if (key === 'uid') out.uid = paxNumber(value);
	else if (key === 'gid') out.gid = paxNumber(value);
	else if (key === 'mtime') Object.assign(out, paxTime(value));
	else if (key.startsWith('SCHILY.xattr.')) (out.xattrs ??= new Map()).set(key.slice(13), value.slice());
}

/** `SECONDS[.FRACTION]`, whose nanoseconds no number has room for beside the seconds. */
function paxTime(value: Uint8Array): { mtime: number; mtimeNs: number } {
	const mtime = Math.floor(paxNumber(value));
	const [, sign, digits = ''] = /^(-?)\d*\.(\d*)$/.exec(asciiOf(value, 0, value.length)) ?? [];
	const fraction = Number(digits.slice(0, 9).padEnd(9, '0'));
	return { mtime, mtimeNs: sign && fraction > 0 ? 1e9 - fraction : fraction };
}

function paxNumber(value: Uint8Array): number {
	const number = Number(asciiOf(value, 0, value.length));
	if (value.length === 0 || !Number.isFinite(number))
		throw invalid('the archive has a damaged extended header');
	return number;
}

/** Octal text, or big-endian two's complement when the first bit is set. */
export function readNumber(header: Uint8Array, at: number, length: number): number {
	const first = header[at] as number;
	if (first & 0x80) return readBinary(header, at, length);
	const text = readText(header, at, length).trim();
	if (text === '') return 0;
	if (!/^[0-7]+$/.test(text)) throw invalid('archive/tar: invalid tar header');
	return Number.parseInt(text, 8);
}

function readBinary(header: Uint8Array, at: number, length: number): number {
	const negative = ((header[at] as number) & 0x40) !== 0;
	let value = negative ? -1n : 0n;
	for (let i = 0; i < length; i++) {
		const byte = header[at + i] as number;
		value = (value << 8n) | BigInt(i === 0 ? (negative ? byte : byte & 0x7f) : byte);
	}
	const number = Number(value);
	if (!Number.isSafeInteger(number)) throw invalid('the archive has a number that is too large');
	return number;
}

/** A text that ends at its first NUL. */
export function readText(bytes: Uint8Array, at: number, length: number): string {
	const end = bytes.subarray(at, at + length).indexOf(0);
	return decodeName(bytes.subarray(at, at + (end < 0 ? length : end)));
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
	let out = '';
	for (let at = from; at < to; at++) out += String.fromCharCode(bytes[at] as number);
	return out;
}

/** Whether a block ends the archive. */
export function isZero(block: Uint8Array): boolean {
	for (const byte of block) if (byte !== 0) return false;
	return true;
}

/** Throws `invalid` unless the header's sum is right: of all bytes with its own field as blanks; some old writers summed signed bytes. */
export function checkSum(header: Uint8Array, at: number): void {
	let unsigned = 0;
	let signed = 0;
	for (let i = 0; i < BLOCK; i++) {
		const byte = i >= 148 && i < 156 ? 32 : (header[i] as number);
		unsigned += byte;
		signed += byte < 128 ? byte : byte - 256;
	}
	const expected = readNumber(header, 148, 8);
	if (expected !== unsigned && expected !== signed)
		throw invalid('archive/tar: invalid tar header', { detail: { at } });
}
