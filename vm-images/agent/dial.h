/* TCP connections of the host's into the guest's network: each is a channel. */
#ifndef DIAL_H
#define DIAL_H

#include "error.h"
#include "memory.h"

/* Begins a connection to a numeric address; request `id` is answered when it stands or has failed. */
int dial_start(uint32_t id, const char *address, uint16_t port, uint32_t channel, struct error *err);
void dial_drop_all(void);

#endif
