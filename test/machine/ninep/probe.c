/* Process 1 of the machine in ninep.test.ts: does what the lines it reads from control/to-guest say, one answer each. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 1 << 18 };
static char in[ROOM] __attribute__((aligned(4096)));
static char out[ROOM] __attribute__((aligned(4096)));

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void list(const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, NULL, by_name);
	int at = 0;

	for (int i = 0; i < count; i++)
		if (names[i]->d_name[0] != '.' || strlen(names[i]->d_name) > 2)
			at += sprintf(out + at, "%s%s", at ? " " : "", names[i]->d_name);
	if (count < 0)
		sprintf(out, "errno %d", errno);
}

static void cat(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = fd < 0 ? -1 : read(fd, out, 4096);

	if (got < 0)
		sprintf(out, "errno %d", errno);
	else
		out[got] = 0;
	close(fd);
}

/* Reads a whole file; answers its size, a checksum and the milliseconds it took. */
static void sum(const char *path)
{
	struct timespec from, to;
	uint32_t hash = 2166136261u;
	long size = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY);

	clock_gettime(CLOCK_MONOTONIC, &from);
	while ((got = read(fd, out, ROOM)) > 0) {
		for (ssize_t i = 0; i < got; i += 512)
			hash = (hash ^ (unsigned char)out[i]) * 16777619u;
		size += got;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	close(fd);
	if (fd < 0 || got < 0)
		sprintf(out, "errno %d", errno);
	else
		sprintf(out, "%ld %u %ld", size, hash,
			(to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ssize_t done = fd < 0 ? -1 : write(fd, text, strlen(text));

	sprintf(out, "errno %d", done < 0 ? errno : 0);
	close(fd);
}

static void status(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		sprintf(out, "errno %d", errno);
	else
		sprintf(out, "%o %u:%u links=%u size=%ld mtime=%ld dev=%u,%u", st.st_mode, st.st_uid, st.st_gid,
			(unsigned)st.st_nlink, (long)st.st_size, (long)st.st_mtime, major(st.st_rdev), minor(st.st_rdev));
}

static void attribute(const char *path, const char *name)
{
	ssize_t got = lgetxattr(path, name, out, 4096);

	if (got < 0)
		sprintf(out, "errno %d", errno);
	else
		out[got] = 0;
}

static void target(const char *path)
{
	ssize_t got = readlink(path, out, 4096);

	if (got < 0)
		sprintf(out, "errno %d", errno);
	else
		out[got] = 0;
}

/* Mounts an overlay of these lower directories at /tmp/NAME/merged. */
static void overlay(const char *name, const char *lower)
{
	char dir[256], options[1024];
	int failed;

	snprintf(dir, sizeof dir, "/tmp/%s", name);
	mkdir(dir, 0755);
	for (int i = 0; i < 3; i++) {
		snprintf(dir, sizeof dir, "/tmp/%s/%s", name, i == 0 ? "diff" : i == 1 ? "work" : "merged");
		mkdir(dir, 0755);
	}
	snprintf(options, sizeof options, "lowerdir=%s,upperdir=/tmp/%s/diff,workdir=/tmp/%s/work", lower, name, name);
	failed = mount("overlay", dir, "overlay", 0, options);
	sprintf(out, "errno %d", failed ? errno : 0);
}

static void answer(char *line)
{
	char *verb = strtok(line, " ");
	char *first = strtok(NULL, " ");
	char *second = strtok(NULL, "");

	out[0] = 0;
	if (!verb)
		return;
	if (!strcmp(verb, "echo"))
		snprintf(out, 4096, "%s", first ? first : "");
	else if (!strcmp(verb, "ls"))
		list(first);
	else if (!strcmp(verb, "cat"))
		cat(first);
	else if (!strcmp(verb, "sum"))
		sum(first);
	else if (!strcmp(verb, "put"))
		put(first, second);
	else if (!strcmp(verb, "rm"))
		sprintf(out, "errno %d", unlink(first) ? errno : 0);
	else if (!strcmp(verb, "stat"))
		status(first);
	else if (!strcmp(verb, "xattr"))
		attribute(first, second);
	else if (!strcmp(verb, "readlink"))
		target(first);
	else if (!strcmp(verb, "die"))
		_exit(1);
	else if (!strcmp(verb, "overlay"))
		overlay(first, second);
	else
		sprintf(out, "what?");
	strcat(out, "\n");
}

int main(void)
{
	int to_host, to_guest;

	setvbuf(stdout, NULL, _IONBF, 0);
	mount("tmpfs", "/tmp", "tmpfs", 0, "size=64m");
	to_host = open("/control/to-host", O_WRONLY | O_DIRECT);
	to_guest = open("/control/to-guest", O_RDONLY | O_DIRECT);
	if (to_host < 0 || to_guest < 0)
		printf("probe: no control files: %m\n");
	for (;;) {
		ssize_t got = pread(to_guest, in, ROOM - 1, 0);

		if (got < 0)
			printf("probe: read: %m\n");
		if (got <= 0)
			continue;
		in[got] = 0;
		for (char *next, *line = in; (next = strchr(line, '\n')); line = next + 1) {
			*next = 0;
			answer(line);
			if (pwrite(to_host, out, strlen(out), 0) < 0)
				printf("probe: write: %m\n");
		}
	}
}
