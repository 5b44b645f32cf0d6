#define _GNU_SOURCE
#include "docker_socket.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "local_socket.h"
#include "message.h"
#include "session.h"
#include "stream.h"

#define DOCKER_SOCKET "/run/docker.sock"

struct connection {
	struct stream stream;
	struct connection *next;
};

static struct connection *connections;
static struct source listener = {.fd = -1};

static void closed(struct stream *stream)
{
	struct connection **place = &connections;
	while (&(*place)->stream != stream)
		place = &(*place)->next;
	struct connection *connection = *place;
	*place = connection->next;
	free(connection);
}

static void listener_ready(struct source *source, uint32_t events)
{
	(void)events;
	struct ucred client = {0};
	socklen_t length = sizeof client;
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (!session_is_open()) {
		close(fd);
		return;
	}
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &client, &length);
	struct connection *connection = memory_zeroed(sizeof *connection);
	connection->stream.done = closed;
	connection->next = connections;
	connections = connection;
	uint32_t id = stream_open_new(&connection->stream, fd, STREAM_INPUT | STREAM_OUTPUT | STREAM_SOCKET);
	struct buffer *event = event_begin(EVENT_CONNECTION);
	put_u32(event, id);
	put_u32(event, (uint32_t)client.pid);
	put_u32(event, client.uid);
	event_send();
}

int docker_socket_listen(struct error *err)
{
	return local_socket_listen(&listener, DOCKER_SOCKET, SOCK_STREAM, listener_ready, err);
}

void docker_socket_drop_all(void)
{
	while (connections) {
		struct connection *connection = connections;
		connections = connection->next;
		stream_close(&connection->stream);
		free(connection);
	}
}
