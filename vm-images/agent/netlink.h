/* Requests to the kernel's rtnetlink, built one after another and sent together. */
#ifndef NETLINK_H
#define NETLINK_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct netlink_batch {
	uint8_t bytes[2048] __attribute__((aligned(4)));
	size_t length;
	/* Where the message being built starts. */
	size_t message;
	uint32_t sequence;
};

int netlink_open(struct error *err);
/* Begins a message; `header` is its fixed part. */
void netlink_begin(struct netlink_batch *batch, uint16_t type, uint16_t flags, const void *header,
		   size_t length);
void netlink_attribute(struct netlink_batch *batch, uint16_t type, const void *data, size_t length);
void netlink_text(struct netlink_batch *batch, uint16_t type, const char *text);
/* Begins an attribute made of others; returns what netlink_end_nest() wants. */
size_t netlink_nest(struct netlink_batch *batch, uint16_t type);
void netlink_end_nest(struct netlink_batch *batch, size_t nest);
/* Sends all and waits until they are done; the first one refused ends it. */
int netlink_send(int fd, struct netlink_batch *batch, const char *what, struct error *err);

/* The number of an interface, by a socket of its namespace; -1 when there is none. */
int netlink_index(int fd, const char *name);
/* Parses `172.17.0.2/16` or, with *prefix left at 32, `172.17.0.1`. Network byte order. */
int netlink_address(const char *text, uint32_t *address, uint8_t *prefix);

#endif
