/* Processes started by SPAWN, in the guest itself or in a running container. */
#ifndef PROCESS_H
#define PROCESS_H

#include "error.h"
#include "request.h"

/* Returns the pid, or -errno. */
int process_spawn(const struct spawn_request *request, struct error *err);
int process_signal(uint32_t handle, int signal, struct error *err);
int process_resize(uint32_t handle, uint16_t rows, uint16_t cols, struct error *err);
/* A child has ended. */
void process_reaped(int pid, int status);
/* The session is over: they are hung up, and nobody will be told of their end. */
void process_hang_up_all(void);
/* A descriptor of /dev/null. */
int process_null(void);

/* A pipe for one of a process's streams: ends[0] is the process's (/dev/null for channel 0), ends[1] ours or
 * -1. */
int process_pipe(uint32_t channel, int direction, int ends[2]);

#endif
