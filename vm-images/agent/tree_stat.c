#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "tree.h"

#define LINKS_MAX 255

/* Puts a link's target in the place of what has still to be walked. */
static int splice_link(char *rest, const char *target, ssize_t length)
{
	size_t left = strlen(rest);
	if ((size_t)length + left + 2 > FILES_PATH_MAX)
		return -ENAMETOOLONG;
	memmove(rest + length + 1, rest, left + 1);
	memcpy(rest, target, (size_t)length);
	rest[length] = '/';
	return 0;
}

static void drop_last(struct path *done)
{
	char *slash = strrchr(done->text, '/');
	path_cut(done, slash == done->text ? 1 : (size_t)(slash - done->text));
}

/* The absolute path that `path` leads to with every link followed; what is not there is taken as it stands. */
static int follow(const char *path, struct path *done, struct error *err)
{
	char rest[FILES_PATH_MAX], target[FILES_PATH_MAX];
	int links = 0;
	if (strlen(path) >= sizeof rest)
		return fail(err, ENAMETOOLONG, "lstat %.200s…: file name too long", path);
	strcpy(rest, path);
	path_add(done, "/");
	while (*rest) {
		size_t length = strcspn(rest, "/");
		char *after = rest + length + (rest[length] == '/');
		rest[length] = '\0';
		bool is_up = strcmp(rest, "..") == 0;
		if (is_up)
			drop_last(done);
		if (length == 0 || is_up || strcmp(rest, ".") == 0) {
			memmove(rest, after, strlen(after) + 1);
			continue;
		}
		size_t before = path_add(done, rest);
		memmove(rest, after, strlen(after) + 1);
		ssize_t count = readlink(done->text, target, sizeof target);
		if (count < 0)
			continue;
		if (++links > LINKS_MAX || splice_link(rest, target, count) < 0)
			return fail(err, ELOOP, "lstat %s: too many links", path);
		path_cut(done, *target == '/' ? 1 : before);
	}
	return 0;
}

int tree_stat(const char *path, struct stat *status, struct buffer *out, struct error *err)
{
	struct path target = {0};
	if (lstat(path, status) < 0)
		return fail_errno(err, "lstat %s", path);
	if (S_ISLNK(status->st_mode) && follow(path, &target, err) < 0)
		return -err->number;
	put_u32(out, status->st_mode);
	put_u64(out, (uint64_t)status->st_size);
	put_u64(out, (uint64_t)((int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec));
	put_str(out, target.text ? target.text : "");
	return 0;
}
