/** What a lesson pack from outside may bring. Generous for text and start files, and far below what would hurt a tab. */
export const PACK_LIMITS = {
	/** Bytes taken from the network. */
	transfer: 24 << 20,
	/** Bytes of all files together. */
	total: 32 << 20,
	files: 3000,
};

/** Whether a file may belong to a pack: a plain relative path, and none of an editor's or Git's own folders. */
export function isPackFile(path: string): boolean {
	return path
		.split('/')
		.every((part) => part !== '' && part !== '..' && !part.startsWith('.') && part !== 'node_modules');
}
