#define _GNU_SOURCE
#include "dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "session.h"
#include "stream.h"

struct dial {
	/* While it connects. */
	struct source source;
	/* Once it stands. */
	struct stream stream;
	uint32_t request;
	uint32_t channel;
	struct dial *next;
};

static struct dial *dials;

static void forget(struct dial *dial)
{
	struct dial **place = &dials;
	while (*place != dial)
		place = &(*place)->next;
	*place = dial->next;
	free(dial);
}

static void closed(struct stream *stream)
{
	forget(stream->owner);
}

static void refuse(struct dial *dial, int number)
{
	struct error err;
	fail(&err, number, "%s", errno_text(number));
	reply_error(dial->request, &err);
	loop_close(&dial->source);
	forget(dial);
}

static void connected(struct source *source, uint32_t events)
{
	struct dial *dial = (struct dial *)source;
	int number = 0, on = 1;
	socklen_t length = sizeof number;
	(void)events;
	if (getsockopt(source->fd, SOL_SOCKET, SO_ERROR, &number, &length) < 0)
		number = errno;
	if (number) {
		refuse(dial, number);
		return;
	}
	/* From here on it is the stream's. */
	int fd = source->fd;
	loop_watch(source, 0);
	source->fd = -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	dial->stream = (struct stream){.done = closed, .owner = dial};
	if (stream_open(&dial->stream, fd, dial->channel, STREAM_INPUT | STREAM_OUTPUT | STREAM_SOCKET) < 0) {
		close(fd);
		refuse(dial, EINVAL);
		return;
	}
	reply_empty(dial->request);
}

static int parse(const char *address, uint16_t port, struct sockaddr_storage *out, socklen_t *length)
{
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	*out = (struct sockaddr_storage){0};
	if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		*length = sizeof *four;
		return AF_INET;
	}
	if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		*length = sizeof *six;
		return AF_INET6;
	}
	return -1;
}

int dial_start(uint32_t id, const char *address, uint16_t port, uint32_t channel, struct error *err)
{
	struct sockaddr_storage target;
	socklen_t length;
	int family = parse(address, port, &target, &length);
	if (family < 0 || channel == 0)
		return fail(err, EINVAL, "%s: not an address", address);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(err, errno, "%s", errno_text(errno));
	if (connect(fd, (struct sockaddr *)&target, length) < 0 && errno != EINPROGRESS) {
		int number = errno;
		close(fd);
		return fail(err, number, "%s", errno_text(number));
	}
	struct dial *dial = memory_zeroed(sizeof *dial);
	dial->source = (struct source){connected, fd, 0};
	dial->request = id;
	dial->channel = channel;
	dial->next = dials;
	dials = dial;
	loop_watch(&dial->source, EPOLLOUT);
	return 0;
}

void dial_drop_all(void)
{
	while (dials) {
		struct dial *dial = dials;
		dials = dial->next;
		if (dial->stream.owner)
			stream_close(&dial->stream);
		else
			loop_close(&dial->source);
		free(dial);
	}
}
