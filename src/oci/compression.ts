/** How an archive may be compressed. */
export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd';

const MAGIC: [name: Compression, bytes: number[]][] = [
	['gzip', [0x1f, 0x8b, 0x08]],
	['bzip2', [0x42, 0x5a, 0x68]],
	['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
	['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** As many bytes as tell. */
export const COMPRESSION_HEAD = 6;

/** What compressed the bytes that begin so; null for nothing that is known. */
export function compressionOf(head: Uint8Array): Compression | null {
	return MAGIC.find(([, bytes]) => bytes.every((byte, at) => head[at] === byte))?.[0] ?? null;
}
