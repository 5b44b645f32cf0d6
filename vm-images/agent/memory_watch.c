#define _GNU_SOURCE
#include "memory_watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

/* Under its limit a container's memory changes all the time; that often is soon enough to look. */
#define INTERVAL_MS 500
#define LOST_INTERVALS 2
/* Fewer pages than this, read anew within an interval, harm nobody. */
#define FEW_REFAULTS 64
#define PAGE 4096

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The number behind a name at the start of a line; 0 when it is not there. */
static unsigned long number_of(const char *text, const char *name)
{
	size_t length = strlen(name);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 && line[length] == ' ')
			return strtoul(line + length + 1, NULL, 10);
	}
	return 0;
}

/* Has the kernel choose and kill, as it does when it finds nothing to give back: for a moment the limit is so
 * low that it cannot. */
static void run_out_of_memory(const struct memory_watch *watch, unsigned long anonymous)
{
	char limit[32], low[32];
	if (files_get(watch->cgroup_fd, "memory.max", limit, sizeof limit) < 0)
		return;
	snprintf(low, sizeof low, "%lu", anonymous - anonymous / 8);
	files_put(watch->cgroup_fd, "memory.max", low);
	files_put(watch->cgroup_fd, "memory.max", limit);
}

/*
 * A container whose own memory fills its limit has no room for the pages of its programs. There is no swap, and
 * what one process gives up another reads anew from the layers: the kernel calls that progress and goes on for ever.
 */
static void look_for_thrashing(struct memory_watch *watch)
{
	char text[4096];
	if (files_get(watch->cgroup_fd, "memory.stat", text, sizeof text) < 0)
		return;
	unsigned long anonymous = number_of(text, "anon"), cached = number_of(text, "file");
	unsigned long refaults = number_of(text, "workingset_refault_file");
	unsigned long fresh = refaults - watch->refaults;
	bool is_lost = fresh >= FEW_REFAULTS && fresh * PAGE >= 2 * cached && cached <= anonymous / 8;
	watch->refaults = refaults;
	watch->lost_intervals = is_lost ? watch->lost_intervals + 1 : 0;
	if (watch->lost_intervals < LOST_INTERVALS)
		return;
	watch->lost_intervals = 0;
	run_out_of_memory(watch, anonymous);
}

void memory_watch_open(struct memory_watch *watch, const struct container *container)
{
	*watch = (struct memory_watch){.cgroup_fd = container->cgroup_fd};
	watch->fd = openat(container->cgroup_fd, "memory.events", O_RDONLY | O_CLOEXEC);
	/* The kernel tells of changes since the last look. */
	memory_watch_check(watch, watch->fd >= 0);
}

void memory_watch_close(struct memory_watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	watch->fd = -1;
}

int memory_watch_fd(const struct memory_watch *watch)
{
	return watch->rest_until_ms ? -1 : watch->fd;
}

int memory_watch_timeout(const struct memory_watch *watch)
{
	if (!watch->rest_until_ms)
		return -1;
	uint64_t now = now_ms();
	return watch->rest_until_ms > now ? (int)(watch->rest_until_ms - now) : 0;
}

bool memory_watch_check(struct memory_watch *watch, bool is_ready)
{
	char text[512];
	if (watch->rest_until_ms && memory_watch_timeout(watch) == 0)
		watch->rest_until_ms = 0;
	if (!is_ready)
		return false;
	ssize_t length = pread(watch->fd, text, sizeof text - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	unsigned long kills = number_of(text, "oom_kill"), limit_hits = number_of(text, "max");
	bool has_killed = kills > watch->kills;
	bool has_hit = limit_hits > watch->limit_hits;
	watch->kills = kills;
	watch->limit_hits = limit_hits;
	if (has_hit) {
		look_for_thrashing(watch);
		watch->rest_until_ms = now_ms() + INTERVAL_MS;
	}
	return has_killed;
}
