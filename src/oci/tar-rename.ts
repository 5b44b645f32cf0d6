import { concat, invalid } from '#base';
import { decodeName, encodeName } from './names.ts';
import { BLOCK, checkSum, headerPath, isZero, paxRecords, readNumber, readText } from './tar.ts';
import { padded, paxHeader, paxRecord, sealHeader } from './tar-writer.ts';

/** No header record (PAX, GNU long name) is near this long in an honest archive. */
const MAX_EXTENSION = 1 << 20;

/**
 * A tar stream with each member's name, and the names that its hard links lead to, put through `rename`. Files are passed on as they
 * come, so an archive of any size takes no memory.
 */
export function renameTar(
	tar: ReadableStream<Uint8Array>,
	rename: (name: string) => string,
): ReadableStream<Uint8Array> {
	const source = new Source(tar);
	const members = renamed(source, rename);
	return new ReadableStream({
		async pull(controller) {
			const { done, value } = await members.next();
			if (done) controller.close();
			else controller.enqueue(value);
		},
		cancel: (reason) => source.cancel(reason),
	});
}

async function* renamed(
	source: Source,
	rename: (name: string) => string,
): AsyncGenerator<Uint8Array, undefined> {
	let records = new Map<string, Uint8Array>();
	for (;;) {
		const { at } = source;
		const header = await source.take(BLOCK);
		if (!header || isZero(header)) break;
		checkSum(header, at);
		const type = String.fromCharCode(header[156] || 48);
		const size = sizeOf(header, type, records);
		if (type === 'x' || type === 'L' || type === 'K') {
			for (const [key, value] of await readExtension(source, type, size)) records.set(key, value);
			continue;
		}
		yield renamedHeader(header, type, records, rename);
		records = new Map();
		for (let left = Math.ceil(size / BLOCK) * BLOCK; left > 0;) {
			const chunk = await source.some(left);
			if (!chunk) throw invalid('the archive ends in the midst of a file');
			left -= chunk.length;
			yield chunk;
		}
	}
	yield new Uint8Array(2 * BLOCK);
	// What fills up the archive's last record is read too: its writer waits for that.
	while (await source.some(BLOCK));
	return undefined;
}

/** Links, devices and directories have no data, whatever size they state. */
function sizeOf(header: Uint8Array, type: string, records: Map<string, Uint8Array>): number {
	if ('123456'.includes(type)) return 0;
	const stated = type === 'x' || type === 'L' || type === 'K' ? undefined : records.get('size');
	return stated ? Number(decodeName(stated)) : readNumber(header, 124, 12);
}

async function readExtension(
	source: Source,
	type: string,
	size: number,
): Promise<Iterable<[string, Uint8Array]>> {
	if (size > MAX_EXTENSION) throw invalid('the archive has a header that is too long');
	const data = await source.take(Math.ceil(size / BLOCK) * BLOCK);
	if (!data) throw invalid('the archive ends in the midst of a file');
	if (type === 'x') return paxRecords(data.subarray(0, size));
	return [[type === 'L' ? 'path' : 'linkpath', encodeName(readText(data, 0, size))]];
}

function renamedHeader(
	header: Uint8Array,
	type: string,
	records: Map<string, Uint8Array>,
	rename: (name: string) => string,
): Uint8Array {
	const given = (key: string) => {
		const value = records.get(key);
		return value ? decodeName(value) : null;
	};
	const path = encodeName(rename(given('path') ?? headerPath(header)));
	const target = given('linkpath') ?? readText(header, 157, 100);
	const link = encodeName(type === '1' ? rename(target) : target);
	const pax = concat([
		...(path.length > 100 ? [paxRecord('path', path)] : []),
		...(link.length > 100 ? [paxRecord('linkpath', link)] : []),
		...[...records].flatMap(([key, value]) => (key.endsWith('path') ? [] : [paxRecord(key, value)])),
	]);
	const out = header.slice();
	out.fill(0, 0, 100).set(path.subarray(0, 100));
	out.fill(0, 157, 257).set(link.subarray(0, 100), 157);
	out.fill(0, 345);
	return concat([...(pax.length > 0 ? [paxHeader(pax.length), padded(pax)] : []), sealHeader(out)]);
}

/** A byte stream that is read in pieces of the reader's choice. */
class Source {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	#rest = new Uint8Array();
	/** Bytes handed out so far. */
	at = 0;

	constructor(stream: ReadableStream<Uint8Array>) {
		this.#reader = stream.getReader();
	}

	/** Exactly that many bytes; null at the end of the stream. */
	async take(length: number): Promise<Uint8Array | null> {
		const parts: Uint8Array[] = [];
		for (let missing = length; missing > 0;) {
			const part = await this.some(missing);
			if (!part) return null;
			parts.push(part);
			missing -= part.length;
		}
		return concat(parts);
	}

	/** At least one byte and at most that many; null at the end of the stream. */
	async some(most: number): Promise<Uint8Array | null> {
		while (this.#rest.length === 0) {
			const { done, value } = await this.#reader.read();
			if (done) return null;
			this.#rest = value as Uint8Array<ArrayBuffer>;
		}
		const part = this.#rest.subarray(0, most);
		this.#rest = this.#rest.subarray(part.length);
		this.at += part.length;
		return part;
	}

	cancel(reason: unknown): Promise<void> {
		return this.#reader.cancel(reason);
	}
}
