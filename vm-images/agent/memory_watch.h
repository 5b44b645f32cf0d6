/* What the kernel tells of a container's memory, and an end to what it would go on with for ever. */
#ifndef MEMORY_WATCH_H
#define MEMORY_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "container.h"

struct memory_watch {
	int cgroup_fd;
	/* The cgroup's memory.events; -1 when there is none. */
	int fd;
	unsigned long kills;
	unsigned long limit_hits;
	unsigned long refaults;
	/* Intervals in a row in which the container did nothing but read its own programs anew. */
	int lost_intervals;
	/* When to look again, CLOCK_MONOTONIC; 0 for as soon as something happens. */
	uint64_t rest_until_ms;
};

void memory_watch_open(struct memory_watch *watch, const struct container *container);
void memory_watch_close(struct memory_watch *watch);
/* For poll(): what to wait for with POLLPRI, and for how many milliseconds at most (-1 for ever). */
int memory_watch_fd(const struct memory_watch *watch);
int memory_watch_timeout(const struct memory_watch *watch);
/* Call when poll() has returned: whether the kernel has killed a process for want of memory since the last call. */
bool memory_watch_check(struct memory_watch *watch, bool is_ready);

#endif
