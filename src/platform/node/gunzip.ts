import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const inflate = promisify(gunzip);
const SMALLEST_PIECE = 64 * 1024;

/**
 * Unpacks gzip on a thread of Node's pool, as a rule in one piece: a web stream in Node hands over sixteen kilobytes at
 * a time and takes three times as long. Rejects with a `RangeError` beyond `limit`.
 */
export async function gunzipBeside(
	packed: Uint8Array,
	{ expected, limit }: { expected: number; limit: number },
): Promise<Uint8Array> {
	// A byte of room to spare tells zlib that it is at the end.
	const chunkSize = Math.max(SMALLEST_PIECE, expected + 1);
	const { buffer, byteOffset, length } = await inflate(packed, { chunkSize, maxOutputLength: limit });
	return new Uint8Array(buffer, byteOffset, length);
}
