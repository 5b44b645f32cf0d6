#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <errno.h>

#include "memory.h"
#include "message.h"
#include "tree.h"

#define OPAQUE_XATTR "trusted.overlay.opaque"

enum change { MODIFIED, ADDED, DELETED };

/* The path of what is being looked at. */
static struct path path;

static void put_change(struct buffer *out, enum change kind)
{
	put_u8(out, (uint8_t)kind);
	put_str(out, path.text);
}

static bool is_whiteout(const struct stat *status)
{
	return S_ISCHR(status->st_mode) && status->st_rdev == 0;
}

static bool is_opaque(int folder)
{
	char mark;
	return fgetxattr(folder, OPAQUE_XATTR, &mark, 1) == 1 && mark == 'y';
}

/* A folder's size and time change with what is in it, and are no change of its own. */
static bool differs(const struct stat *now, const struct stat *before)
{
	if (now->st_mode != before->st_mode || now->st_uid != before->st_uid ||
	    now->st_gid != before->st_gid || now->st_rdev != before->st_rdev)
		return true;
	return !S_ISDIR(now->st_mode) &&
	       (now->st_size != before->st_size || now->st_mtim.tv_sec != before->st_mtim.tv_sec ||
		now->st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

static int open_folder(int parent, const char *name)
{
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static void list_below(int upper, int below, struct buffer *out);

static void list_folder(int upper, int below, const char *name, bool was_folder, struct buffer *out)
{
	int folder = open_folder(upper, name);
	int old = was_folder ? open_folder(below, name) : -1;
	if (folder >= 0)
		list_below(folder, old, out);
	if (old >= 0)
		close(old);
	if (folder >= 0)
		close(folder);
}

/* One name of the writable layer that is no deletion. */
static void list_one(int upper, int below, const char *name, const struct stat *now, struct buffer *out)
{
	struct stat before;
	struct buffer inside = {0};
	bool is_folder = S_ISDIR(now->st_mode);
	bool was_there = below >= 0 && fstatat(below, name, &before, AT_SYMLINK_NOFOLLOW) == 0;
	bool was_folder = was_there && S_ISDIR(before.st_mode);
	if (is_folder)
		list_folder(upper, below, name, was_folder, &inside);
	/* A folder with changes in it is one itself, so that its owner and mode are kept with them. */
	if (!was_there)
		put_change(out, ADDED);
	else if (differs(now, &before) || inside.length > 0)
		put_change(out, MODIFIED);
	buffer_append(out, inside.data, inside.length);
	buffer_free(&inside);
}

static void list_deleted(int below, const struct names *names, struct buffer *out)
{
	for (size_t i = 0; i < names->count; i++) {
		struct stat before;
		if (below < 0 || fstatat(below, names->items[i], &before, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		size_t length = path_add(&path, names->items[i]);
		put_change(out, DELETED);
		path_cut(&path, length);
	}
}

/* What an opaque folder does not have any more. */
static void list_hidden(int below, const struct names *present, struct buffer *out)
{
	struct names old, gone = {0};
	if (below < 0 || names_read(below, &old) < 0)
		return;
	gone.items = memory_take(old.count * sizeof *gone.items);
	for (size_t i = 0; i < old.count; i++)
		if (!has_name(present, old.items[i]))
			gone.items[gone.count++] = old.items[i];
	list_deleted(below, &gone, out);
	gone.count = 0;
	names_free(&gone);
	names_free(&old);
}

static void list_below(int upper, int below, struct buffer *out)
{
	struct names names, gone = {0};
	names_read(upper, &names);
	gone.items = memory_take(names.count * sizeof *gone.items);
	for (size_t i = 0; i < names.count; i++) {
		struct stat now;
		if (fstatat(upper, names.items[i], &now, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (is_whiteout(&now)) {
			gone.items[gone.count++] = names.items[i];
			continue;
		}
		size_t length = path_add(&path, names.items[i]);
		list_one(upper, below, names.items[i], &now, out);
		path_cut(&path, length);
	}
	list_deleted(below, &gone, out);
	if (is_opaque(upper))
		list_hidden(below, &names, out);
	gone.count = 0;
	names_free(&gone);
	names_free(&names);
}

int tree_changes(int upper, int below, struct error *err)
{
	struct buffer out = {0};
	path_add(&path, "/");
	list_below(upper, below, &out);
	for (size_t at = 0; at < out.length;) {
		ssize_t count = write(TREE_STREAM, out.data + at, out.length - at);
		if (count < 0 && errno != EINTR)
			return fail_errno(err, "write changes");
		at += count > 0 ? (size_t)count : 0;
	}
	return 0;
}
