#define _GNU_SOURCE
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int netlink_open(struct error *err)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	return fd < 0 ? fail_errno(err, "open rtnetlink") : fd;
}

static struct nlmsghdr *message_of(struct netlink_batch *batch)
{
	return (struct nlmsghdr *)(batch->bytes + batch->message);
}

static void *grow(struct netlink_batch *batch, size_t length)
{
	size_t padded = NLMSG_ALIGN(length);
	if (batch->length + padded > sizeof batch->bytes)
		abort();
	void *start = batch->bytes + batch->length;
	memset(start, 0, padded);
	batch->length += padded;
	if (batch->length - batch->message >= sizeof(struct nlmsghdr))
		message_of(batch)->nlmsg_len = (uint32_t)(batch->length - batch->message);
	return start;
}

void netlink_begin(struct netlink_batch *batch, uint16_t type, uint16_t flags, const void *header,
		   size_t length)
{
	batch->message = batch->length;
	struct nlmsghdr *message = grow(batch, sizeof *message);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = ++batch->sequence;
	memcpy(grow(batch, length), header, length);
}

void netlink_attribute(struct netlink_batch *batch, uint16_t type, const void *data, size_t length)
{
	struct nlattr *attribute = grow(batch, NLA_HDRLEN + length);
	attribute->nla_type = type;
	attribute->nla_len = (uint16_t)(NLA_HDRLEN + length);
	memcpy((uint8_t *)attribute + NLA_HDRLEN, data, length);
}

void netlink_text(struct netlink_batch *batch, uint16_t type, const char *text)
{
	netlink_attribute(batch, type, text, strlen(text) + 1);
}

size_t netlink_nest(struct netlink_batch *batch, uint16_t type)
{
	size_t at = batch->length;
	struct nlattr *attribute = grow(batch, NLA_HDRLEN);
	attribute->nla_type = type;
	return at;
}

void netlink_end_nest(struct netlink_batch *batch, size_t nest)
{
	struct nlattr *attribute = (struct nlattr *)(batch->bytes + nest);
	attribute->nla_len = (uint16_t)(batch->length - nest);
}

int netlink_send(int fd, struct netlink_batch *batch, const char *what, struct error *err)
{
	/* Refusals are always answered; of what goes well, only the last message is. */
	message_of(batch)->nlmsg_flags |= NLM_F_ACK;
	if (send(fd, batch->bytes, batch->length, 0) < 0)
		return fail_errno(err, "%s", what);
	for (;;) {
		uint8_t answer[1024] __attribute__((aligned(4)));
		ssize_t length = recv(fd, answer, sizeof answer, 0);
		if (length < 0)
			return fail_errno(err, "%s", what);
		struct nlmsghdr *message = (struct nlmsghdr *)answer;
		if (!NLMSG_OK(message, (uint32_t)length) || message->nlmsg_type != NLMSG_ERROR)
			continue;
		const struct nlmsgerr *result = NLMSG_DATA(message);
		if (result->error != 0) {
			errno = -result->error;
			return fail_errno(err, "%s", what);
		}
		if (message->nlmsg_seq == batch->sequence)
			return 0;
	}
}

int netlink_index(int fd, const char *name)
{
	struct ifreq request = {0};
	if (strlen(name) >= sizeof request.ifr_name)
		return -1;
	strcpy(request.ifr_name, name);
	return ioctl(fd, SIOCGIFINDEX, &request) < 0 ? -1 : request.ifr_ifindex;
}

int netlink_address(const char *text, uint32_t *address, uint8_t *prefix)
{
	char copy[INET_ADDRSTRLEN + 1];
	const char *slash = strchrnul(text, '/');
	size_t length = (size_t)(slash - text);
	*prefix = 32;
	if (length >= sizeof copy)
		return -EINVAL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (*slash) {
		char *end;
		unsigned long bits = strtoul(slash + 1, &end, 10);
		if (bits > 32 || *end || end == slash + 1)
			return -EINVAL;
		*prefix = (uint8_t)bits;
	}
	return inet_pton(AF_INET, copy, address) == 1 ? 0 : -EINVAL;
}
