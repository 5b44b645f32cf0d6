/* The containers as the agent knows them; the shim of each does the work. */
#ifndef TASK_H
#define TASK_H

#include <sys/types.h>

#include "container.h"

struct task;

/* Starts a container from START's body, which is kept; request `id` is answered when its shim has reported.
 */
int task_start(uint32_t id, struct bytes body, struct error *err);
/* A container's first process, to be named in requests. NULL and *err unless it runs. */
struct task *task_find_running(const char *id, struct error *err);
pid_t task_pid(const struct task *task);
const struct container_spec *task_spec(const struct task *task);
int task_signal(const char *id, int signal, struct error *err);
int task_resize(const char *id, uint16_t rows, uint16_t cols, struct error *err);
/* Has a running container's shim publish what PUBLISH's body says; request `id` is answered when it has. */
int task_publish(uint32_t id, struct bytes body, struct error *err);
int task_adopt(const char *id, const uint32_t channels[3], struct error *err);
/* Forgets a stopped container and deletes its folders. */
int task_remove(const char *id, struct error *err);
/* Appends the pids of the container's cgroup as a list. */
int task_processes(const char *id, struct buffer *out, struct error *err);
/* Appends HELLO's list of shims, and lets go of those whose end it tells. */
void task_list(struct buffer *out);
/* Takes up the shims that an earlier agent has left, waiting for each a moment; listens for them from then
 * on. */
void task_take_up_all(void);

#endif
