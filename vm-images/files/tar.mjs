/**
 * Tar archives in memory: reading what dpkg writes (ustar with GNU long names), writing ustar with pax records
 * where a field does not fit. Written archives are a pure function of the entries.
 */
const BLOCK = 512;
export const TYPE = {
	file: 0o100000,
	dir: 0o040000,
	symlink: 0o120000,
	char: 0o020000,
	block: 0o060000,
	fifo: 0o010000,
};
const FLAGS = {
	0: TYPE.file,
	'\0': TYPE.file,
	2: TYPE.symlink,
	3: TYPE.char,
	4: TYPE.block,
	5: TYPE.dir,
	6: TYPE.fifo,
};

/** True when the entry's mode says it is of the given type. */
export function isType(entry, type) {
	return (entry.mode & 0o170000) === type;
}

function text(buffer, start, length) {
	const end = buffer.indexOf(0, start);
	return buffer.toString('utf8', start, end >= 0 && end < start + length ? end : start + length);
}

function octal(buffer, start, length) {
	return parseInt(text(buffer, start, length).trim() || '0', 8);
}

/** Yields `[path, entry]` for each member; a hard link's entry has `link`. Paths have no leading `./` or trailing slash. */
export function* readTar(buffer) {
	let longName, longLink;
	for (let at = 0; at + BLOCK <= buffer.length && buffer[at] !== 0;) {
		const size = octal(buffer, at + 124, 12);
		const flag = String.fromCharCode(buffer[at + 156]);
		const data = buffer.subarray(at + BLOCK, at + BLOCK + size);
		const prefix =
			buffer.toString('latin1', at + 257, at + 263) === 'ustar\0' ? text(buffer, at + 345, 155) : '';
		const header = at;
		at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
		if (flag === 'L') longName = text(data, 0, size);
		else if (flag === 'K') longLink = text(data, 0, size);
		else {
			const name = longName ?? (prefix ? `${prefix}/` : '') + text(buffer, header, 100);
			const target = longLink ?? text(buffer, header + 157, 100);
			longName = longLink = undefined;
			yield [clean(name), readEntry(buffer, header, flag, data, target)];
		}
	}
}

function clean(name) {
	return name.replace(/^(\.?\/)+|^\.$/, '').replace(/\/+$/, '');
}

function readEntry(buffer, at, flag, data, target) {
	const entry = {
		mode: octal(buffer, at + 100, 8) & 0o7777,
		uid: octal(buffer, at + 108, 8),
		gid: octal(buffer, at + 116, 8),
		mtime: octal(buffer, at + 136, 12),
	};
	if (flag === '1') return { ...entry, mode: entry.mode | TYPE.file, link: clean(target) };
	const type = FLAGS[flag];
	if (type === undefined) throw new Error(`tar: member of unknown type ${JSON.stringify(flag)}`);
	entry.mode |= type;
	if (type === TYPE.file) entry.data = data;
	if (type === TYPE.symlink) entry.target = target;
	if (type === TYPE.char || type === TYPE.block)
		entry.device = [octal(buffer, at + 329, 8), octal(buffer, at + 337, 8)];
	return entry;
}

/** The archive of `[path, entry]` pairs in the order given. */
export function writeTar(pairs) {
	const parts = [];
	for (const [path, entry] of pairs) {
		const name = isType(entry, TYPE.dir) ? `${path}/` : path;
		const target = entry.link ?? entry.target ?? '';
		const pax = {};
		if (Buffer.byteLength(name) > 100) pax.path = name;
		if (Buffer.byteLength(target) > 100) pax.linkpath = target;
		if (Object.keys(pax).length > 0) {
			const records = Buffer.from(Object.entries(pax).map(paxRecord).join(''));
			parts.push(
				writeHeader('pax', { mode: 0o644, uid: 0, gid: 0, mtime: entry.mtime }, 'x', records.length, ''),
				padded(records),
			);
		}
		const data = entry.link === undefined ? (entry.data ?? Buffer.alloc(0)) : Buffer.alloc(0);
		parts.push(writeHeader(name, entry, flagOf(entry), data.length, target), padded(data));
	}
	parts.push(Buffer.alloc(2 * BLOCK));
	return Buffer.concat(parts);
}

function flagOf(entry) {
	if (entry.link !== undefined) return '1';
	return Object.keys(FLAGS).find((flag) => isType(entry, FLAGS[flag]));
}

function paxRecord([key, value]) {
	const body = ` ${key}=${value}\n`;
	let length = Buffer.byteLength(body) + 1;
	while (`${length}`.length + Buffer.byteLength(body) !== length) length++;
	return `${length}${body}`;
}

function padded(data) {
	const rest = data.length % BLOCK;
	return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(BLOCK - rest)]);
}

function writeHeader(name, entry, flag, size, target) {
	const header = Buffer.alloc(BLOCK);
	const number = (value, at, length) =>
		header.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
	Buffer.from(name).copy(header, 0, 0, 100);
	number(entry.mode & 0o7777, 100, 8);
	number(entry.uid, 108, 8);
	number(entry.gid, 116, 8);
	number(size, 124, 12);
	number(entry.mtime, 136, 12);
	header.write('        ', 148, 'latin1');
	header.write(flag, 156, 'latin1');
	Buffer.from(target).copy(header, 157, 0, 100);
	header.write('ustar\x0000', 257, 'latin1');
	const [major, minor] = entry.device ?? [0, 0];
	number(major, 329, 8);
	number(minor, 337, 8);
	header.write(
		`${header
			.reduce((sum, byte) => sum + byte)
			.toString(8)
			.padStart(6, '0')}\0 `,
		148,
		'latin1',
	);
	return header;
}
