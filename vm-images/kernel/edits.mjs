/**
 * Changes of ours to the kernel's source: each `find` must be there once. `why` is told with the licences.
 * They hold for this machine, whose one 9P export never changes.
 */
export const EDITS = [
	{
		why: 'That a file of a 9P export has no capabilities is remembered, so that not every write to it asks again.',
		file: 'fs/9p/vfs_super.c',
		find: 'sb->s_xattr = v9fs_xattr_handlers;',
		put: 'sb->s_xattr = v9fs_xattr_handlers;\n\t\tsb->s_flags |= SB_NOSEC;',
	},
];
