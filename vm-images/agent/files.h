/* Files of the guest and of running containers, for READ, WRITE and STAT, and a few things everyone needs. */
#ifndef FILES_H
#define FILES_H

#include <sys/stat.h>
#include <sys/types.h>

#include "error.h"
#include "message.h"

#define FILES_PATH_MAX 4096

/* mkdir -p; returns 0 or -errno. */
int files_make_folders(const char *path, mode_t mode);
/* Writes a short text to a file of proc, sys or a cgroup in one go; returns 0 or -errno. */
int files_put(int folder, const char *path, const char *text);
/* Reads a short file whole, NUL-terminated; returns its length or -errno. */
ssize_t files_get(int folder, const char *path, char *text, size_t size);
/* Makes a file with this content, or replaces what was there; returns 0 or -errno. */
int files_store(int folder, const char *path, uint32_t mode, const void *data, size_t length);
/* Deletes a folder and everything under it, staying on its file system. */
int files_delete_tree(int folder, const char *name);

/* Opens the root folder of a process's mount namespace; pid 0 is our own. */
int files_open_root(pid_t pid, struct error *err);
/* Opens a path below a root: no symlink leads out of it. */
int files_open(int root, const char *path, int flags, mode_t mode, struct error *err);
/* Appends READ's reply: the bytes at `offset` and whether there are more. */
int files_read(int root, const char *path, uint32_t max, uint64_t offset, struct buffer *out,
	       struct error *err);
int files_write(int root, const char *path, uint32_t flags, uint32_t mode, struct bytes content,
		struct error *err);
/* Appends STAT's reply. */
int files_stat(int root, const char *path, bool follow, struct buffer *out, struct error *err);

#endif
