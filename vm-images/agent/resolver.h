/* Docker's name server in a container on a network of one's own: 127.0.0.11. */
#ifndef RESOLVER_H
#define RESOLVER_H

#include "error.h"

/* Opens it in the network namespace of the caller, whose loopback is up. */
int resolver_open(struct error *err);
/* Answers what is waiting on it, from the file of names: lines of an address and its names, the first of them the one
 * that the address is asked back to. */
void resolver_answer(int fd, const char *names);

#endif
