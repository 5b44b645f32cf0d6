#define _GNU_SOURCE
#include "proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"

#define PIECE 32768
#define UDP_IDLE_SECONDS 90
#define UDP_MAX 65536

/* One end of a connection: what was read from it waits here for the other. */
struct end {
	struct link *link;
	int fd;
	bool ended;
	bool connecting;
	uint32_t watched;
	size_t at;
	size_t length;
	uint8_t *data;
};

struct link {
	struct end ends[2];
};

static int epoll_fd;

static socklen_t address_of(const char *ip, uint16_t number, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
	memset(address, 0, sizeof *address);
	if (strchr(ip, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(number);
		inet_pton(AF_INET6, ip, &v6->sin6_addr);
		return sizeof *v6;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(number);
	if (*ip)
		inet_pton(AF_INET, ip, &v4->sin_addr);
	return sizeof *v4;
}

static bool is_udp(const struct port_spec *port)
{
	return strcmp(port->proto, "udp") == 0;
}

int proxy_listen(const struct port_spec *port, struct error *err)
{
	struct sockaddr_storage address;
	socklen_t length = address_of(port->host_ip, port->host_port, &address);
	int type = is_udp(port) ? SOCK_DGRAM : SOCK_STREAM, on = 1;
	int fd = socket(address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail_errno(err, "failed to open a socket for port %u", port->host_port);
	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (address.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, length) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 128) < 0)) {
		fail_errno(err, "failed to bind host port for %s:%u:%s:%u/%s",
			   *port->host_ip ? port->host_ip : "0.0.0.0", port->host_port, port->container_ip,
			   port->container_port, port->proto);
		close(fd);
		return -err->number;
	}
	return fd;
}

static void watch(struct end *end, uint32_t events)
{
	if (events == end->watched)
		return;
	struct epoll_event event = {.events = events, .data.ptr = end};
	int op = !events ? EPOLL_CTL_DEL : end->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
	epoll_ctl(epoll_fd, op, end->fd, &event);
	end->watched = events;
}

static struct end *other(struct end *end)
{
	return end == &end->link->ends[0] ? &end->link->ends[1] : &end->link->ends[0];
}

static void watch_both(struct link *link)
{
	for (int i = 0; i < 2; i++) {
		struct end *end = &link->ends[i], *peer = &link->ends[1 - i];
		uint32_t events = 0;
		/* What comes before there is somewhere to send it waits: it would be reported for ever. */
		if (!end->ended && end->length == 0 && !end->connecting && !peer->connecting)
			events |= EPOLLIN;
		if (peer->length > 0 || end->connecting)
			events |= EPOLLOUT;
		watch(end, events);
	}
}

/* Reads from one end and writes to the other until either would wait. False when the connection is broken. */
static bool carry(struct end *from)
{
	struct end *to = other(from);
	if (to->connecting)
		return true;
	for (;;) {
		if (from->length == 0) {
			if (from->ended)
				return true;
			ssize_t count = read(from->fd, from->data, PIECE);
			if (count < 0)
				return errno == EAGAIN || errno == EINTR;
			if (count == 0) {
				from->ended = true;
				shutdown(to->fd, SHUT_WR);
				return true;
			}
			from->at = 0;
			from->length = (size_t)count;
		}
		ssize_t count = send(to->fd, from->data + from->at, from->length, MSG_NOSIGNAL);
		if (count < 0)
			return errno == EAGAIN || errno == EINTR;
		from->at += (size_t)count;
		from->length -= (size_t)count;
	}
}

static void close_link(struct link *link)
{
	for (int i = 0; i < 2; i++) {
		watch(&link->ends[i], 0);
		close(link->ends[i].fd);
		free(link->ends[i].data);
	}
	free(link);
}

static void accept_one(int listening, const struct port_spec *port)
{
	struct sockaddr_storage address;
	socklen_t length = address_of(port->container_ip, port->container_port, &address);
	int client = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (client < 0)
		return;
	int server = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (server < 0 ||
	    (connect(server, (struct sockaddr *)&address, length) < 0 && errno != EINPROGRESS)) {
		close(client);
		if (server >= 0)
			close(server);
		return;
	}
	struct link *link = memory_zeroed(sizeof *link);
	link->ends[0] = (struct end){.link = link, .fd = client, .data = memory_take(PIECE)};
	link->ends[1] =
	    (struct end){.link = link, .fd = server, .data = memory_take(PIECE), .connecting = true};
	watch_both(link);
}

static void serve_end(struct end *end, uint32_t events)
{
	struct link *link = end->link;
	if (end->connecting && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
		int error = 0;
		socklen_t length = sizeof error;
		getsockopt(end->fd, SOL_SOCKET, SO_ERROR, &error, &length);
		if (error) {
			close_link(link);
			return;
		}
		end->connecting = false;
	}
	bool fine = carry(end) && carry(other(end));
	bool over =
	    link->ends[0].ended && link->ends[1].ended && !link->ends[0].length && !link->ends[1].length;
	/* An end that has hung up for good would be reported for ever. */
	bool dead = (events & (EPOLLERR | EPOLLHUP)) && end->ended;
	if (!fine || over || dead)
		close_link(link);
	else
		watch_both(link);
}

static void serve_tcp(int listening, const struct port_spec *port)
{
	struct epoll_event event = {.events = EPOLLIN};
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listening, &event);
	for (;;) {
		/* One at a time: serving an end may free the link that a further event would name. */
		if (epoll_wait(epoll_fd, &event, 1, -1) < 1)
			continue;
		if (event.data.ptr)
			serve_end(event.data.ptr, event.events);
		else
			accept_one(listening, port);
	}
}

/* A client of a UDP port, by its address, and the socket that stands for it towards the container. */
struct peer {
	struct sockaddr_storage address;
	socklen_t length;
	int fd;
	time_t used;
};

static time_t seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static struct peer *peer_of(struct peer *peers, int *count, const struct sockaddr_storage *address,
			    socklen_t length, const struct port_spec *port)
{
	enum { PEERS = 64 };
	int oldest = 0;
	for (int i = 0; i < *count; i++) {
		if (peers[i].length == length && memcmp(&peers[i].address, address, length) == 0)
			return &peers[i];
		if (peers[i].used < peers[oldest].used)
			oldest = i;
	}
	struct sockaddr_storage target;
	socklen_t target_length = address_of(port->container_ip, port->container_port, &target);
	int fd = socket(target.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&target, target_length) < 0) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	bool is_full = *count == PEERS || (*count > 0 && peers[oldest].used + UDP_IDLE_SECONDS < seconds());
	struct peer *peer = is_full ? &peers[oldest] : &peers[(*count)++];
	if (is_full)
		close(peer->fd);
	*peer = (struct peer){.address = *address, .length = length, .fd = fd};
	return peer;
}

static void serve_udp(int listening, const struct port_spec *port)
{
	static struct peer peers[64];
	static uint8_t data[UDP_MAX];
	int count = 0;
	for (;;) {
		struct pollfd fds[65] = {{.fd = listening, .events = POLLIN}};
		for (int i = 0; i < count; i++)
			fds[i + 1] = (struct pollfd){.fd = peers[i].fd, .events = POLLIN};
		int known = count;
		if (poll(fds, (nfds_t)known + 1, -1) < 1)
			continue;
		for (int i = 0; i < known; i++) {
			if (!fds[i + 1].revents)
				continue;
			ssize_t length = recv(peers[i].fd, data, sizeof data, 0);
			if (length >= 0)
				sendto(listening, data, (size_t)length, 0,
				       (struct sockaddr *)&peers[i].address, peers[i].length);
			peers[i].used = seconds();
		}
		if (!fds[0].revents)
			continue;
		struct sockaddr_storage address = {0};
		socklen_t address_length = sizeof address;
		ssize_t length =
		    recvfrom(listening, data, sizeof data, 0, (struct sockaddr *)&address, &address_length);
		struct peer *peer =
		    length < 0 ? NULL : peer_of(peers, &count, &address, address_length, port);
		if (peer) {
			send(peer->fd, data, (size_t)length, MSG_NOSIGNAL);
			peer->used = seconds();
		}
	}
}

void proxy_run(int listening, const struct port_spec *port)
{
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (is_udp(port))
		serve_udp(listening, port);
	serve_tcp(listening, port);
	_exit(1);
}

int proxy_main(int argc, char **argv)
{
	static char tcp[] = "tcp", nothing[] = "";
	struct port_spec port = {.proto = tcp, .host_ip = nothing, .container_ip = nothing};
	bool use_fd = false;
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i] + (argv[i][0] == '-' && argv[i][1] == '-');
		char *value = i + 1 < argc ? argv[i + 1] : nothing;
		if (strcmp(name, "-use-listen-fd") == 0) {
			use_fd = true;
			continue;
		}
		if (strcmp(name, "-proto") == 0)
			port.proto = value;
		else if (strcmp(name, "-host-ip") == 0)
			port.host_ip = value;
		else if (strcmp(name, "-host-port") == 0)
			port.host_port = (uint16_t)atoi(value);
		else if (strcmp(name, "-container-ip") == 0)
			port.container_ip = value;
		else if (strcmp(name, "-container-port") == 0)
			port.container_port = (uint16_t)atoi(value);
		else {
			fprintf(stderr, "flag provided but not defined: %s\n", argv[i]);
			return 2;
		}
		i++;
	}
	struct error err;
	int fd = use_fd ? 4 : proxy_listen(&port, &err);
	if (fd < 0) {
		fprintf(stderr, "docker-proxy: %s\n", err.text);
		return 1;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	proxy_run(fd, &port);
}
