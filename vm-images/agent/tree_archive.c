#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "files.h"
#include "tar.h"
#include "tree.h"

#define WHITEOUT ".wh."
#define OPAQUE_NAME ".wh..wh..opq"
#define OPAQUE_XATTR "trusted.overlay.opaque"

struct archive {
	struct tar_writer out;
	struct seen seen;
	/* Name in the archive of what is being written. */
	struct path name;
	/* Write a layer: overlayfs's marks of what is deleted as an image has them. */
	bool is_layer;
	struct error *err;
};

static struct archive archive;

static enum tar_type type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return TAR_FOLDER;
	case S_IFLNK:
		return TAR_LINK;
	case S_IFCHR:
		return TAR_CHARACTER;
	case S_IFBLK:
		return TAR_BLOCK_DEVICE;
	case S_IFIFO:
		return TAR_FIFO;
	default:
		return TAR_FILE;
	}
}

static struct tar_entry entry_of(const struct stat *status)
{
	return (struct tar_entry){
	    .type = type_of(status->st_mode),
	    .name = archive.name.text,
	    .link = "",
	    .mode = status->st_mode & 07777,
	    .uid = status->st_uid,
	    .gid = status->st_gid,
	    .mtime = status->st_mtim.tv_sec,
	};
}

static bool is_whiteout(const struct stat *status)
{
	return S_ISCHR(status->st_mode) && status->st_rdev == 0;
}

/* `name` is what the file is called in `folder`. */
static int put_file(int folder, const char *name, const struct stat *status)
{
	char capability[256];
	struct tar_entry entry = entry_of(status);
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return fail_errno(archive.err, "open %s", archive.name.text);
	ssize_t length = fgetxattr(file, "security.capability", capability, sizeof capability);
	entry.size = (uint64_t)status->st_size;
	entry.capability = capability;
	entry.capability_length = length > 0 ? (uint32_t)length : 0;
	int result = tar_put_entry(&archive.out, &entry, archive.err);
	if (result == 0)
		result = tar_put_content(&archive.out, file, entry.size, archive.name.text, archive.err);
	close(file);
	return result;
}

/* Of its name: the archive's, with the mark of what is gone before its last part. */
static int put_whiteout(const struct stat *status, const char *name)
{
	struct tar_entry entry = entry_of(status);
	size_t folder = archive.name.length - strlen(name);
	char marked[FILES_PATH_MAX];
	if (folder + sizeof WHITEOUT + strlen(name) > sizeof marked)
		return fail(archive.err, ENAMETOOLONG, "archive %s", name);
	memcpy(marked, archive.name.text, folder);
	strcpy(marked + folder, WHITEOUT);
	strcat(marked, name);
	entry.name = marked;
	entry.type = TAR_FILE;
	entry.mode = 0600;
	return tar_put_entry(&archive.out, &entry, archive.err);
}

static int put_link(int folder, const char *name, const struct stat *status)
{
	char target[FILES_PATH_MAX];
	struct tar_entry entry = entry_of(status);
	ssize_t length = readlinkat(folder, name, target, sizeof target - 1);
	if (length < 0)
		return fail_errno(archive.err, "readlink %s", archive.name.text);
	target[length] = '\0';
	entry.link = target;
	return tar_put_entry(&archive.out, &entry, archive.err);
}

/* Anything but a folder. */
static int put_other(int folder, const char *name, const struct stat *status)
{
	if (S_ISSOCK(status->st_mode))
		return 0;
	if (archive.is_layer && is_whiteout(status))
		return put_whiteout(status, name);
	const char *first =
	    status->st_nlink > 1 ? seen_before(&archive.seen, status, archive.name.text) : NULL;
	struct tar_entry entry = entry_of(status);
	if (first) {
		entry.type = TAR_HARD_LINK;
		entry.link = first;
	} else if (S_ISREG(status->st_mode)) {
		return put_file(folder, name, status);
	} else if (S_ISLNK(status->st_mode)) {
		return put_link(folder, name, status);
	}
	if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode)) {
		entry.major = major(status->st_rdev);
		entry.minor = minor(status->st_rdev);
	}
	return tar_put_entry(&archive.out, &entry, archive.err);
}

static int put_opaque(int folder, const struct stat *status)
{
	char mark;
	if (fgetxattr(folder, OPAQUE_XATTR, &mark, 1) != 1 || mark != 'y')
		return 0;
	size_t before = path_add(&archive.name, OPAQUE_NAME);
	struct tar_entry entry = entry_of(status);
	entry.type = TAR_FILE;
	entry.mode &= 0777;
	int result = tar_put_entry(&archive.out, &entry, archive.err);
	path_cut(&archive.name, before);
	return result;
}

static int put_below(int folder);

static int put_folder(int parent, const char *name, const struct stat *status)
{
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return fail_errno(archive.err, "open %s", archive.name.text);
	size_t length = archive.name.length;
	if (archive.name.text[length - 1] != '/')
		path_add(&archive.name, "");
	struct tar_entry entry = entry_of(status);
	int result = tar_put_entry(&archive.out, &entry, archive.err);
	if (result == 0 && archive.is_layer)
		result = put_opaque(folder, status);
	if (result == 0)
		result = put_below(folder);
	path_cut(&archive.name, length);
	close(folder);
	return result;
}

static int put_below(int folder)
{
	struct names names;
	int result = names_read(folder, &names);
	if (result < 0)
		fail(archive.err, -result, "open %s: %s", archive.name.text, errno_text(-result));
	for (size_t i = 0; i < names.count && result == 0; i++) {
		struct stat status;
		/* Gone meanwhile is as if it had never been there. */
		if (fstatat(folder, names.items[i], &status, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		size_t before = path_add(&archive.name, names.items[i]);
		result = S_ISDIR(status.st_mode) ? put_folder(folder, names.items[i], &status)
						 : put_other(folder, names.items[i], &status);
		path_cut(&archive.name, before);
	}
	names_free(&names);
	return result;
}

int tree_archive(const char *path, const char *name, const struct stat *status, struct error *err)
{
	archive.out.fd = TREE_STREAM;
	archive.err = err;
	path_add(&archive.name, name);
	int result;
	if (!S_ISDIR(status->st_mode)) {
		result = put_other(AT_FDCWD, path, status);
	} else if (*name) {
		result = put_folder(AT_FDCWD, path, status);
	} else {
		int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		result = folder < 0 ? fail_errno(err, "open %s", path) : put_below(folder);
	}
	return result < 0 ? result : tar_finish(&archive.out, err);
}

int tree_archive_layer(int folder, struct error *err)
{
	archive.out.fd = TREE_STREAM;
	archive.err = err;
	archive.is_layer = true;
	path_add(&archive.name, "");
	int result = put_below(folder);
	return result < 0 ? result : tar_finish(&archive.out, err);
}
