import { Decompress } from 'fzstd';
import { invalid } from '#base';

/** So much is unpacked between two looks at what has come. */
const PIECE = 64 * 1024;

/** Unpacks zstd (https://www.rfc-editor.org/rfc/rfc8878) piece by piece, each given to `take`, which may throw to end it. Throws `invalid` on damage, and when a frame wants more memory than `limit`. */
export function unpackZstd(packed: Uint8Array, limit: number, take: (piece: Uint8Array) => void): void {
	if (memoryOf(packed) > limit) throw invalid(`zstd: a window of more than ${limit} bytes`);
	let isOver = false;
	const unpacking = new Decompress((piece, isLast) => {
		isOver ||= isLast ?? false;
		take(piece);
	});
	for (let at = 0; at < packed.length; at += PIECE)
		unpacking.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
	if (!isOver) throw invalid('zstd: unexpected EOF');
}

/** What the first frame's header asks for: its window, or its whole content when that is the window. */
function memoryOf(frame: Uint8Array): number {
	const descriptor = frame[4] ?? 0;
	const isSingle = (descriptor & 0x20) !== 0;
	if (!isSingle) {
		const [exponent, mantissa] = [(frame[5] ?? 0) >> 3, (frame[5] ?? 0) & 7];
		return 2 ** (10 + exponent) * (1 + mantissa / 8);
	}
	const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
	const bytes = 1 << (descriptor >> 6);
	let size = 0;
	for (let at = bytes - 1; at >= 0; at--) size = size * 256 + (frame[5 + dictionary + at] ?? 0);
	return size;
}
