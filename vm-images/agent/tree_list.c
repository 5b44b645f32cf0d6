/* Names, paths and files of several names, for those who walk through trees. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree.h"

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int names_read(int folder, struct names *names)
{
	size_t capacity = 0;
	*names = (struct names){0};
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		return -errno;
	errno = 0;
	for (struct dirent *entry; (entry = readdir(list));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (names->count == capacity) {
			capacity = capacity ? capacity * 2 : 64;
			names->items = memory_resize(names->items, capacity * sizeof *names->items);
		}
		names->items[names->count++] = memory_copy(entry->d_name);
	}
	int number = errno;
	closedir(list);
	if (names->count > 1)
		qsort(names->items, names->count, sizeof *names->items, compare);
	return -number;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

size_t path_add(struct path *path, const char *name)
{
	size_t before = path->length, length = strlen(name);
	if (before + length + 2 > path->capacity) {
		path->capacity = (before + length + 2) * 2;
		path->text = memory_resize(path->text, path->capacity);
	}
	if (before > 0 && path->text[before - 1] != '/')
		path->text[path->length++] = '/';
	memcpy(path->text + path->length, name, length + 1);
	path->length += length;
	return before;
}

void path_cut(struct path *path, size_t length)
{
	path->length = length;
	path->text[length] = '\0';
}

struct seen_file {
	dev_t device;
	ino_t inode;
	char *name;
};

const char *seen_before(struct seen *seen, const struct stat *status, const char *name)
{
	for (size_t i = 0; i < seen->count; i++)
		if (seen->files[i].inode == status->st_ino && seen->files[i].device == status->st_dev)
			return seen->files[i].name;
	if (seen->count == seen->capacity) {
		seen->capacity = seen->capacity ? seen->capacity * 2 : 64;
		seen->files = memory_resize(seen->files, seen->capacity * sizeof *seen->files);
	}
	seen->files[seen->count++] = (struct seen_file){status->st_dev, status->st_ino, memory_copy(name)};
	return NULL;
}
