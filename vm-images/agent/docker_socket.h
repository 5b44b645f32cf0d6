/* /var/run/docker.sock: each connection is a channel, whose bytes the host's HTTP server understands. */
#ifndef DOCKER_SOCKET_H
#define DOCKER_SOCKET_H

#include "error.h"

int docker_socket_listen(struct error *err);
void docker_socket_drop_all(void);

#endif
