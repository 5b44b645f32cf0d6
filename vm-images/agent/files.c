#define _GNU_SOURCE
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "protocol.h"

int files_make_folders(const char *path, mode_t mode)
{
	char part[FILES_PATH_MAX];
	size_t length = strlen(path);
	if (length >= sizeof part)
		return -ENAMETOOLONG;
	memcpy(part, path, length + 1);
	/* Mostly only the last one is missing. */
	if (mkdir(part, mode) == 0 || errno == EEXIST)
		return 0;
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(part, mode) == 0 || errno == EEXIST ? 0 : -errno;
}

int files_put(int folder, const char *path, const char *text)
{
	int fd = openat(folder, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t count = write(fd, text, strlen(text));
	int number = count < 0 ? errno : 0;
	close(fd);
	return -number;
}

ssize_t files_get(int folder, const char *path, char *text, size_t size)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t count = read(fd, text, size - 1);
	int number = errno;
	close(fd);
	if (count < 0)
		return -number;
	text[count] = '\0';
	return count;
}

static int write_all(int fd, const void *data, size_t length)
{
	for (size_t at = 0; at < length;) {
		ssize_t count = write(fd, (const char *)data + at, length - at);
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0)
			at += (size_t)count;
	}
	return 0;
}

int files_store(int folder, const char *path, uint32_t mode, const void *data, size_t length)
{
	int fd = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	int result = write_all(fd, data, length);
	close(fd);
	return result;
}

int files_delete_tree(int folder, const char *name)
{
	if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	if (unlinkat(folder, name, AT_REMOVEDIR) == 0)
		return 0;
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		return -errno;
	for (struct dirent *entry; (entry = readdir(list));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			files_delete_tree(fd, entry->d_name);
	closedir(list);
	return unlinkat(folder, name, AT_REMOVEDIR) == 0 ? 0 : -errno;
}

int files_open_root(pid_t pid, struct error *err)
{
	char path[40] = "/";
	if (pid > 0)
		snprintf(path, sizeof path, "/proc/%d/root", pid);
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? fail_errno(err, "open %s", path) : fd;
}

static int open_below(int root, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
	    .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
	    .mode = flags & O_CREAT ? mode & 07777 : 0,
	    .resolve = RESOLVE_IN_ROOT,
	};
	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

int files_open(int root, const char *path, int flags, mode_t mode, struct error *err)
{
	int fd = open_below(root, path, flags | O_LARGEFILE, mode);
	return fd < 0 ? fail_errno(err, "open %s", path) : fd;
}

int files_read(int root, const char *path, uint32_t max, uint64_t offset, struct buffer *out,
	       struct error *err)
{
	if (max > MAX_PAYLOAD - 144)
		return fail(err, EINVAL, "read %s: %u bytes are too many at once", path, max);
	int fd = files_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err);
	if (fd < 0)
		return fd;
	/* One byte more than asked tells whether there is more. */
	buffer_reserve(out, max + 8);
	uint8_t *room = out->data + out->length + 4;
	size_t have = 0;
	ssize_t count = 1;
	while (have < (size_t)max + 1 && count > 0) {
		count = pread64(fd, room + have, (size_t)max + 1 - have, (off64_t)(offset + have));
		if (count > 0)
			have += (size_t)count;
	}
	if (count < 0)
		fail_errno(err, "read %s", path);
	close(fd);
	if (count < 0)
		return -err->number;
	uint32_t length = have > max ? max : (uint32_t)have;
	put_u32(out, length);
	out->length += length;
	put_u8(out, have > max);
	return 0;
}

/* mkdir -p of a path's folder, below a root. */
static int make_parents(int root, const char *path, struct error *err)
{
	char part[FILES_PATH_MAX];
	if (strlen(path) >= sizeof part)
		return fail(err, ENAMETOOLONG, "write %.100s…: file name too long", path);
	strcpy(part, path);
	int at = open_below(root, "/", O_PATH | O_DIRECTORY, 0);
	for (char *start = part + (*part == '/'), *slash; at >= 0 && (slash = strchr(start, '/'));
	     start = slash + 1) {
		*slash = '\0';
		int next = open_below(root, part, O_PATH | O_DIRECTORY, 0);
		if (next < 0 && errno == ENOENT && mkdirat(at, start, 0755) == 0)
			next = open_below(root, part, O_PATH | O_DIRECTORY, 0);
		if (next < 0)
			fail_errno(err, "mkdir %s", part);
		*slash = '/';
		close(at);
		at = next;
	}
	if (at < 0)
		return -err->number;
	close(at);
	return 0;
}

int files_write(int root, const char *path, uint32_t flags, uint32_t mode, struct bytes content,
		struct error *err)
{
	int how = O_WRONLY | O_CREAT | O_NOCTTY | O_NONBLOCK;
	how |= flags & WRITE_APPEND ? O_APPEND : O_TRUNC;
	how |= flags & WRITE_EXCLUSIVE ? O_EXCL : 0;
	if ((flags & WRITE_PARENTS) && make_parents(root, path, err) < 0)
		return -err->number;
	int fd = files_open(root, path, how, mode, err);
	if (fd < 0)
		return fd;
	int result = write_all(fd, content.data, content.length);
	if (result < 0) {
		errno = -result;
		fail_errno(err, "write %s", path);
	}
	close(fd);
	return result;
}

int files_stat(int root, const char *path, bool follow, struct buffer *out, struct error *err)
{
	int fd = open_below(root, path, O_PATH | (follow ? 0 : O_NOFOLLOW), 0);
	if (fd < 0)
		return fail_errno(err, "stat %s", path);
	struct stat64 status;
	char target[FILES_PATH_MAX];
	ssize_t length = 0;
	if (fstat64(fd, &status) < 0) {
		fail_errno(err, "stat %s", path);
		close(fd);
		return -err->number;
	}
	if (S_ISLNK(status.st_mode))
		length = readlinkat(fd, "", target, sizeof target);
	close(fd);
	put_u32(out, status.st_mode);
	put_u64(out, (uint64_t)status.st_size);
	put_u64(out, (uint64_t)status.st_mtim.tv_sec * 1000000000u + (uint64_t)status.st_mtim.tv_nsec);
	put_u32(out, status.st_uid);
	put_u32(out, status.st_gid);
	put_bytes(out, target, length > 0 ? (uint32_t)length : 0);
	put_u32(out, major(status.st_rdev));
	put_u32(out, minor(status.st_rdev));
	return 0;
}
