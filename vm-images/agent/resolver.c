#define _GNU_SOURCE
#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "files.h"

#define ADDRESS 0x7f00000b
#define PORT 53
#define MESSAGE_MAX 512
#define HEADER 12
#define NAME_MAX_LENGTH 256
#define NAMES_MAX 16384
#define TTL 600
/* Where the question's name stands, as a compressed name points to it. */
#define POINTER 0xc00c

enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_AAAA = 28 };
enum { NXDOMAIN = 3, NOTIMP = 4 };

struct message {
	uint8_t bytes[MESSAGE_MAX];
	size_t length;
	uint16_t answers;
};

int resolver_open(struct error *err)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(ADDRESS)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		fail_errno(err, "listen on 127.0.0.11:53");
		if (fd >= 0)
			close(fd);
		return -err->number;
	}
	return fd;
}

/* The question's name with dots, and its type; false when there is no such thing. */
static bool take_question(struct message *message, char name[NAME_MAX_LENGTH], uint16_t *type)
{
	size_t at = HEADER, length = 0;
	const uint8_t *bytes = message->bytes;
	while (at < message->length && bytes[at]) {
		size_t part = bytes[at++];
		if (part > 63 || at + part >= message->length || length + part + 2 > NAME_MAX_LENGTH)
			return false;
		if (length > 0)
			name[length++] = '.';
		memcpy(name + length, bytes + at, part);
		length += part;
		at += part;
	}
	name[length] = '\0';
	if (at + 5 > message->length)
		return false;
	*type = (uint16_t)(bytes[at + 1] << 8 | bytes[at + 2]);
	/* What follows (EDNS) is not repeated. */
	message->length = at + 5;
	return true;
}

static void add_u16(struct message *message, unsigned value)
{
	message->bytes[message->length++] = (uint8_t)(value >> 8);
	message->bytes[message->length++] = (uint8_t)value;
}

static void put_answer(struct message *message, uint16_t type, const void *data, size_t length)
{
	if (message->length + HEADER + length > MESSAGE_MAX)
		return;
	add_u16(message, POINTER);
	add_u16(message, type);
	add_u16(message, 1);
	add_u16(message, 0);
	add_u16(message, TTL);
	add_u16(message, (unsigned)length);
	memcpy(message->bytes + message->length, data, length);
	message->length += length;
	message->answers++;
}

/* "a.b" as labels. */
static size_t labels_of(const char *name, uint8_t labels[NAME_MAX_LENGTH + 2])
{
	size_t at = 0;
	while (*name && at < NAME_MAX_LENGTH - 64) {
		size_t part = strcspn(name, ".");
		if (part > 63)
			part = 63;
		labels[at++] = (uint8_t)part;
		memcpy(labels + at, name, part);
		at += part;
		name += part + (name[part] == '.');
	}
	labels[at++] = 0;
	return at;
}

/* "2.0.18.172.in-addr.arpa" → 172.18.0.2 */
static bool take_reverse(const char *name, struct in_addr *address)
{
	unsigned a, b, c, d;
	char rest[16] = "";
	if (sscanf(name, "%u.%u.%u.%u.%15s", &d, &c, &b, &a, rest) != 5 || strncasecmp(rest, "in-addr.arpa", 12) != 0)
		return false;
	address->s_addr = htonl(a << 24 | b << 16 | c << 8 | d);
	return true;
}

/* One line of the file: whether it has what is asked for, which then is answered. */
static bool answer_from(struct message *message, char *line, const char *name, uint16_t type)
{
	struct in_addr address, wanted;
	uint8_t labels[NAME_MAX_LENGTH + 2];
	char *rest, *word = strtok_r(line, " ", &rest);
	if (!word || inet_aton(word, &address) == 0)
		return false;
	bool is_reverse = type == TYPE_PTR && take_reverse(name, &wanted) && wanted.s_addr == address.s_addr;
	for (word = strtok_r(NULL, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (is_reverse) {
			put_answer(message, TYPE_PTR, labels, labels_of(word, labels));
			return true;
		}
		if (strcasecmp(word, name) != 0)
			continue;
		if (type == TYPE_A)
			put_answer(message, TYPE_A, &address, sizeof address);
		return true;
	}
	return false;
}

static bool answer(struct message *message, const char *names, const char *name, uint16_t type)
{
	static char text[NAMES_MAX];
	bool is_known = false;
	char *rest;
	if (files_get(AT_FDCWD, names, text, sizeof text) < 0)
		return false;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		is_known |= answer_from(message, line, name, type);
	return is_known;
}

void resolver_answer(int fd, const char *names)
{
	struct message message;
	struct sockaddr_in from;
	char name[NAME_MAX_LENGTH];
	uint16_t type = 0;
	for (;;) {
		socklen_t size = sizeof from;
		ssize_t length =
		    recvfrom(fd, message.bytes, sizeof message.bytes, 0, (struct sockaddr *)&from, &size);
		if (length < 0)
			return;
		/* Not a question, or not one question. */
		if (length < HEADER || message.bytes[2] & 0x80 || message.bytes[4] || message.bytes[5] != 1)
			continue;
		message.length = (size_t)length;
		message.answers = 0;
		unsigned code = NOTIMP;
		/* A name that is no container's would be asked of servers outside: to them, too, it is nobody's. */
		if (take_question(&message, name, &type))
			code = answer(&message, names, name, type) ? 0 : NXDOMAIN;
		message.bytes[2] = (uint8_t)(0x80 | (message.bytes[2] & 0x79));
		message.bytes[3] = (uint8_t)(0x80 | code);
		message.bytes[6] = 0;
		message.bytes[7] = (uint8_t)message.answers;
		memset(message.bytes + 8, 0, 4);
		sendto(fd, message.bytes, message.length, 0, (struct sockaddr *)&from, size);
	}
}
