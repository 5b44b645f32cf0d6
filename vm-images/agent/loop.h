/* The agent's epoll loop and the one lock that everything in the agent is done under. */
#ifndef LOOP_H
#define LOOP_H

#include <stdint.h>

/* Something with a file descriptor to watch. Embed it; `fd` is -1 while there is none. */
struct source {
	void (*ready)(struct source *source, uint32_t events);
	int fd;
	uint32_t watched;
};

void loop_open(void);
/* Watches for `events` (EPOLLIN, EPOLLOUT; 0 stops watching). */
void loop_watch(struct source *source, uint32_t events);
/* Stops watching and closes the descriptor. */
void loop_close(struct source *source);
/* Calls `what` once, locked, before anything else of the next round, which begins after `ms` at the latest. */
void loop_later(void (*what)(void), int ms);
/* Runs forever; `idle` is called, locked, after every round. */
void loop_run(void (*idle)(void)) __attribute__((noreturn));

void loop_lock(void);
void loop_unlock(void);

#endif
