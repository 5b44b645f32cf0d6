/**
 * Changes of ours to the kernel's source: each `find` must be there once. `why` is told with the licences.
 * They hold for this machine, whose one 9P export never changes and has no trusted attributes.
 */
export const EDITS = [
	{
		why: 'That a file of a 9P export has no capabilities is remembered, so that not every write to it asks again.',
		file: 'fs/9p/vfs_super.c',
		find: 'sb->s_xattr = v9fs_xattr_handlers;',
		put: 'sb->s_xattr = v9fs_xattr_handlers;\n\t\tsb->s_flags |= SB_NOSEC;',
	},
	{
		why: 'A 9P export is not asked for trusted attributes: overlay wants four of nearly every file.',
		file: 'fs/9p/xattr.c',
		find: '\t&v9fs_xattr_trusted_handler,\n',
		put: '',
	},
	{
		why: 'What handles them is left unused.',
		file: 'fs/9p/xattr.c',
		find: 'static struct xattr_handler v9fs_xattr_trusted_handler',
		put: 'static struct xattr_handler __maybe_unused v9fs_xattr_trusted_handler',
	},
];
