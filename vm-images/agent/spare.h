/* Programs on terminals, started before anyone asks for them: they do their slow beginning in time that is
 * nobody's. What they say waits in their terminals. There are few, and they outlive sessions: a saved machine
 * has shells at their prompts. */
#ifndef SPARE_H
#define SPARE_H

#include <stdbool.h>
#include <sys/types.h>

#include "request.h"

/* Keeps a program that runs; false when there are enough already. */
bool spare_keep(const struct program *program, pid_t pid, int terminal);
/* Hands one over that is just what `program` asks for; its terminal gets the size asked for. Returns the pid, or
 * 0. */
pid_t spare_take(const struct program *program, int *terminal);
/* A child has ended. */
void spare_reaped(pid_t pid);

#endif
