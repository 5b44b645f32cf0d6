/* docker-proxy: carries connections to a published port into the container. */
#ifndef PROXY_H
#define PROXY_H

#include "error.h"
#include "request.h"

/* Opens the socket a port is published on. */
int proxy_listen(const struct port_spec *port, struct error *err);
/* Serves it for ever. */
void proxy_run(int listening, const struct port_spec *port) __attribute__((noreturn));
int proxy_main(int argc, char **argv);

#endif
