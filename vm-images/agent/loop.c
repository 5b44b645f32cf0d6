#define _GNU_SOURCE
#include "loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "memory.h"

#define ROUND 16

/* Who watches a descriptor. A round of events is fetched before the lock is taken: `serial` tells stale ones.
 */
struct watcher {
	struct source *source;
	uint32_t serial;
};

static int loop_fd = -1;
static struct watcher *watchers;
static int watcher_count;
static uint32_t next_serial;
static void (*later)(void);
static int later_ms;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void loop_lock(void)
{
	pthread_mutex_lock(&lock);
}

void loop_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

void loop_open(void)
{
	loop_fd = epoll_create1(EPOLL_CLOEXEC);
}

static struct watcher *watcher_of(int fd)
{
	if (fd >= watcher_count) {
		int count = fd + 32;
		watchers = memory_resize(watchers, (size_t)count * sizeof *watchers);
		for (int i = watcher_count; i < count; i++)
			watchers[i] = (struct watcher){0};
		watcher_count = count;
	}
	return &watchers[fd];
}

void loop_watch(struct source *source, uint32_t events)
{
	if (source->fd < 0 || source->watched == events)
		return;
	struct watcher *watcher = watcher_of(source->fd);
	int op = events == 0 ? EPOLL_CTL_DEL : source->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
	if (op == EPOLL_CTL_ADD)
		*watcher = (struct watcher){source, ++next_serial};
	else if (op == EPOLL_CTL_DEL)
		watcher->source = NULL;
	struct epoll_event event = {.events = events,
				    .data.u64 = (uint64_t)watcher->serial << 32 | (uint32_t)source->fd};
	/* A regular file cannot be watched: it is always ready, and its owner finds that out by reading. */
	source->watched = epoll_ctl(loop_fd, op, source->fd, &event) == 0 ? events : 0;
}

void loop_close(struct source *source)
{
	if (source->fd < 0)
		return;
	loop_watch(source, 0);
	close(source->fd);
	source->fd = -1;
}

static void deliver(const struct epoll_event *event)
{
	int fd = (int)(uint32_t)event->data.u64;
	uint32_t serial = (uint32_t)(event->data.u64 >> 32);
	if (fd >= watcher_count || watchers[fd].serial != serial || !watchers[fd].source)
		return;
	watchers[fd].source->ready(watchers[fd].source, event->events);
}

void loop_later(void (*what)(void), int ms)
{
	later = what;
	later_ms = ms;
}

static void do_later(void)
{
	void (*what)(void) = later;
	later = NULL;
	if (what)
		what();
}

void loop_run(void (*idle)(void))
{
	struct epoll_event events[ROUND];
	for (;;) {
		int count = epoll_wait(loop_fd, events, ROUND, later ? later_ms : -1);
		loop_lock();
		do_later();
		for (int i = 0; i < count; i++)
			deliver(&events[i]);
		idle();
		loop_unlock();
	}
}
