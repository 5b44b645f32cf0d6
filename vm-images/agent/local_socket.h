#ifndef LOCAL_SOCKET_H
#define LOCAL_SOCKET_H

#include "error.h"
#include "loop.h"

/* Listens on a unix socket that root and the docker group may use. */
int local_socket_listen(struct source *source, const char *path, int type,
			void (*ready)(struct source *source, uint32_t events), struct error *err);

#endif
