/* A program on a terminal, started before anyone asks for it: it does its slow beginning in time that is
 * nobody's. What it says waits in its terminal. There is one at most, and it outlives sessions: a saved machine
 * has a shell at its prompt. */
#ifndef SPARE_H
#define SPARE_H

#include <stdbool.h>
#include <sys/types.h>

#include "request.h"

/* Keeps a program that runs; false when there is one already. */
bool spare_keep(const struct program *program, pid_t pid, int terminal);
/* Hands it over when it is just what `program` asks for; its terminal gets the size asked for. Returns the pid, or
 * 0. */
pid_t spare_take(const struct program *program, int *terminal);
/* A child has ended. */
void spare_reaped(pid_t pid);

#endif
