/* What the files about containers share: the record of one, and what is done with it. */
#ifndef TASK_RECORD_H
#define TASK_RECORD_H

#include "loop.h"
#include "shim.h"
#include "stream.h"
#include "task.h"

enum task_state { TASK_STARTING, TASK_RUNNING, TASK_EXITED };

struct task {
	struct source shim;
	struct task *next;
	enum task_state state;
	/* Its end has not been told to the host. */
	bool is_untold;
	pid_t pid;
	int32_t code;
	bool oom;
	uint64_t exited_ns;
	/* The request to be answered when the shim has started the container, or has published its ports; 0 when there is none. */
	uint32_t request;
	struct bytes body;
	uint8_t *decoded;
	struct arena arena;
	struct container_spec spec;
	/* stdin, stdout, stderr; with a terminal only the first, which goes both ways. */
	struct stream streams[3];
};

/* Every container that is known, latest first. */
extern struct task *task_all;

/* Makes a record of START's body, of which it keeps a copy. NULL and *err when it is malformed. */
struct task *task_new(struct bytes body, struct error *err);
struct task *task_find(const char *id);
void task_forget(struct task *task);
/* What a shim for it is born with, before anything is opened. */
struct shim_plan task_plan(struct task *task);
bool task_has_terminal(const struct task *task);
/* The kind of its i-th stream. */
int task_stream_kind(const struct task *task, int i);
/* Sends what an ended container has still said, as far as the host takes it. */
void task_drain(struct task *task);
/* Tells the host of the end, once everything the container has said is on its way. */
void task_settle(struct task *task);
/* Tells the host that the kernel has killed a process of it for want of memory. */
void task_tell_out_of_memory(const struct task *task);
/* The host knows of the end: the shim is not needed any more. */
void task_let_shim_go(struct task *task);
/* A shim has something to report. */
void task_shim_ready(struct source *source, uint32_t events);

#endif
