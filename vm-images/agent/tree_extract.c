#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "files.h"
#include "protocol.h"
#include "tar.h"
#include "tree.h"
#include "user.h"

/* A folder's times are set when nothing more is put into it. */
struct folder_time {
	char *name;
	struct timespec mtime;
};

struct extraction {
	struct tar_reader in;
	/* Where to. We are chrooted to the container; the guest has nothing around it, so there links stay in here. */
	int folder;
	char *path;
	bool is_confined;
	uint32_t flags;
	bool has_owner;
	uint32_t uid;
	uint32_t gid;
	struct folder_time *times;
	size_t time_count;
	size_t time_capacity;
	struct error *err;
};

static struct extraction to;

static int open_folder(const char *name)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = to.is_confined ? RESOLVE_IN_ROOT : 0};
	return (int)syscall(SYS_openat2, to.folder, *name ? name : ".", &how, sizeof how);
}

/* Opens a folder below, making what is missing of it. */
static int make_folder(char *name)
{
	int folder = open_folder(name);
	if (folder >= 0 || errno != ENOENT)
		return folder;
	char *slash = strrchr(name, '/');
	int parent;
	if (slash) {
		*slash = '\0';
		parent = make_folder(name);
		*slash = '/';
	} else {
		parent = open_folder("");
	}
	if (parent < 0)
		return parent;
	const char *base = slash ? slash + 1 : name;
	if (mkdirat(parent, base, 0755) == 0 && to.has_owner)
		fchownat(parent, base, to.uid, to.gid, AT_SYMLINK_NOFOLLOW);
	close(parent);
	return open_folder(name);
}

/* "./a//b/../c/" → "a/c"; "" is the place itself, NULL lies outside of it. */
static char *clean_name(const char *name)
{
	char *clean = memory_take(strlen(name) + 1);
	size_t length = 0;
	for (const char *at = name; *at;) {
		size_t part = strcspn(at, "/");
		if (part == 2 && at[0] == '.' && at[1] == '.') {
			if (length == 0) {
				free(clean);
				return NULL;
			}
			while (length > 0 && clean[--length] != '/')
				;
		} else if (part > 0 && !(part == 1 && *at == '.')) {
			if (length > 0)
				clean[length++] = '/';
			memcpy(clean + length, at, part);
			length += part;
		}
		at += part + (at[part] == '/');
	}
	clean[length] = '\0';
	return clean;
}

/* Opens the folder that a cleaned name is in, and points to the name in it. */
static int open_parent(char *name, const char **base)
{
	char *slash = strrchr(name, '/');
	*base = slash ? slash + 1 : name;
	if (!slash)
		return open_folder("");
	*slash = '\0';
	int parent = make_folder(name);
	*slash = '/';
	return parent;
}

static int failed(const char *what, const char *name)
{
	return fail_errno(to.err, "%s %s%s%s", what, to.path, strcmp(to.path, "/") == 0 ? "" : "/", name);
}

/* --- one member --------------------------------------------------------------------------------- */

/* What has the name already gives way, or says why not. */
static int make_room(int parent, const char *base, const char *name, const struct tar_entry *entry)
{
	struct stat status;
	if (fstatat(parent, base, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	bool was_folder = S_ISDIR(status.st_mode), is_folder = entry->type == TAR_FOLDER;
	if ((to.flags & EXTRACT_KEEP_KINDS) && was_folder != is_folder)
		return fail(to.err, EEXIST, "cannot overwrite %s \"%s\" with %s \"%s\"",
			    was_folder ? "directory" : "non-directory", name,
			    is_folder ? "directory" : "non-directory", to.path);
	if (was_folder && is_folder)
		return 0;
	int result = files_delete_tree(parent, base);
	errno = -result;
	return result < 0 ? failed("unlinkat", name) : 0;
}

static int write_content(int file, const char *name)
{
	const uint8_t *data;
	int length;
	while ((length = tar_content(&to.in, &data, to.err)) > 0)
		for (int at = 0; at < length;) {
			ssize_t count = write(file, data + at, (size_t)(length - at));
			if (count < 0 && errno != EINTR)
				return failed("write", name);
			at += count > 0 ? (int)count : 0;
		}
	return length;
}

static int make_file(int parent, const char *base, const char *name, const struct tar_entry *entry)
{
	int file = openat(parent, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, entry->mode);
	if (file < 0)
		return failed("open", name);
	int result = write_content(file, name);
	close(file);
	return result;
}

static int make_hard_link(int parent, const char *base, const char *name, const struct tar_entry *entry)
{
	char *target = clean_name(entry->link);
	const char *target_base;
	if (!target)
		return fail(to.err, EIO, "invalid hardlink \"%s\" -> \"%s\"", name, entry->link);
	int folder = open_parent(target, &target_base);
	int result = folder < 0 || linkat(folder, target_base, parent, base, 0) < 0
			 ? fail_errno(to.err, "link %s %s", entry->link, name)
			 : 0;
	if (folder >= 0)
		close(folder);
	free(target);
	return result;
}

static int make_node(int parent, const char *base, const char *name, const struct tar_entry *entry)
{
	mode_t type = entry->type == TAR_CHARACTER ? S_IFCHR : entry->type == TAR_FIFO ? S_IFIFO : S_IFBLK;
	dev_t device = entry->type == TAR_FIFO ? 0 : makedev(entry->major, entry->minor);
	return mknodat(parent, base, type | entry->mode, device) < 0 ? failed("mknod", name) : 0;
}

static int make(int parent, const char *base, const char *name, const struct tar_entry *entry)
{
	switch (entry->type) {
	case TAR_FOLDER:
		if (mkdirat(parent, base, entry->mode) < 0 && errno != EEXIST)
			return failed("mkdir", name);
		return 0;
	case TAR_LINK:
		return symlinkat(entry->link, parent, base) < 0 ? failed("symlink", name) : 0;
	case TAR_HARD_LINK:
		return make_hard_link(parent, base, name, entry);
	case TAR_FILE:
		return make_file(parent, base, name, entry);
	default:
		return make_node(parent, base, name, entry);
	}
}

static void note_time(const char *name, struct timespec mtime)
{
	if (to.time_count == to.time_capacity) {
		to.time_capacity = to.time_capacity ? to.time_capacity * 2 : 64;
		to.times = memory_resize(to.times, to.time_capacity * sizeof *to.times);
	}
	to.times[to.time_count++] = (struct folder_time){memory_copy(name), mtime};
}

static void set_capability(int parent, const char *base, const struct tar_entry *entry)
{
	if (entry->capability_length == 0 || entry->type != TAR_FILE)
		return;
	int file = openat(parent, base, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0)
		return;
	fsetxattr(file, "security.capability", entry->capability, entry->capability_length, 0);
	close(file);
}

/* A hard link is the file it is a name of, and says nothing new about it. */
static int set_attributes(int parent, const char *base, const char *name, const struct tar_entry *entry)
{
	struct timespec mtime = {.tv_sec = (time_t)entry->mtime, .tv_nsec = (long)entry->mtime_ns};
	const struct timespec times[2] = {mtime, mtime};
	if (entry->type == TAR_HARD_LINK)
		return 0;
	uint32_t uid = to.has_owner ? to.uid : entry->uid, gid = to.has_owner ? to.gid : entry->gid;
	if (fchownat(parent, base, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
		return failed("lchown", name);
	/* Changing the owner takes these away. */
	set_capability(parent, base, entry);
	if (entry->type != TAR_LINK && fchmodat(parent, base, entry->mode, 0) < 0)
		return failed("chmod", name);
	if (entry->type == TAR_FOLDER)
		note_time(name, mtime);
	else
		utimensat(parent, base, times, AT_SYMLINK_NOFOLLOW);
	return 0;
}

static int extract_one(const struct tar_entry *entry)
{
	char *name = clean_name(entry->name);
	const char *base;
	if (!name)
		return fail(to.err, EIO, "invalid entry name \"%s\"", entry->name);
	int result = 0;
	/* The place itself stays what it is. */
	if (*name) {
		int parent = open_parent(name, &base);
		result = parent < 0 ? failed("mkdir", name) : make_room(parent, base, name, entry);
		if (result == 0)
			result = make(parent, base, name, entry);
		if (result == 0)
			result = set_attributes(parent, base, name, entry);
		if (parent >= 0)
			close(parent);
	}
	free(name);
	return result;
}

static void set_folder_times(void)
{
	for (size_t i = 0; i < to.time_count; i++) {
		const struct timespec times[2] = {to.times[i].mtime, to.times[i].mtime};
		int folder = open_folder(to.times[i].name);
		if (folder < 0)
			continue;
		/* The descriptor is only a place; "." in it is the folder. */
		utimensat(folder, ".", times, 0);
		close(folder);
	}
}

/* --- the place ---------------------------------------------------------------------------------- */

static bool is_in(const char *path, const char *folder)
{
	size_t length = strlen(folder);
	return strncmp(path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* A bind mount that is the place, or around it, says whether it may be written; else the root does. */
static int check_writable(const struct tree_request *request)
{
	for (uint32_t i = 0; i < request->root.bind_count; i++) {
		const struct bind_spec *bind = &request->root.binds[i];
		if (!is_in(to.path, bind->target))
			continue;
		return bind->is_read_only ? fail(to.err, EINVAL, "mounted volume is marked read-only") : 0;
	}
	return request->flags & EXTRACT_READ_ONLY_ROOT
		   ? fail(to.err, EINVAL, "container rootfs is marked read-only")
		   : 0;
}

static int open_place(const struct tree_request *request)
{
	struct stat status;
	to.path = realpath(request->path, NULL);
	if (!to.path)
		return fail(to.err, errno, "%s", errno_text(errno));
	if (stat(to.path, &status) < 0)
		return fail_errno(to.err, "lstat %s", to.path);
	if (!S_ISDIR(status.st_mode))
		return fail(to.err, EINVAL, "extraction point is not a directory");
	if (check_writable(request) < 0)
		return -to.err->number;
	to.folder = open(to.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return to.folder < 0 ? fail_errno(to.err, "open %s", to.path) : 0;
}

static int find_owner(const char *owner)
{
	static struct user user;
	const struct strings none = {0};
	if (!*owner)
		return 0;
	if (user_find(&user, owner, &none, to.err) < 0)
		return -to.err->number;
	to.has_owner = true;
	to.uid = user.uid;
	to.gid = user.gid;
	return 0;
}

int tree_extract(const struct tree_request *request, struct error *err)
{
	struct tar_entry entry;
	int result;
	to.err = err;
	to.flags = request->flags;
	to.is_confined = !*request->root.container;
	to.in.fd = TREE_STREAM;
	if ((result = open_place(request)) < 0 || (result = find_owner(request->owner)) < 0)
		return result;
	while ((result = tar_next(&to.in, &entry, err)) > 0)
		if ((result = extract_one(&entry)) < 0)
			return result;
	if (result < 0)
		return result;
	tar_skip_rest(&to.in);
	set_folder_times();
	return 0;
}
