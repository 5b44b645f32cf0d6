#define _GNU_SOURCE
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "protocol.h"

#define TO_HOST "/run/drydock/control/to-host"
#define TO_GUEST "/run/drydock/control/to-guest"
/* A page is enough for nearly every message, and pinning more of them costs at every read. */
#define SMALL_READ 4096
#define LARGE_READ 131072
#define READER_STACK 262144

static int to_host = -1;
static int to_guest = -1;
static struct buffer outbox;
static frame_sink *deliver;
static void (*after)(void);

uint8_t *transport_reserve(uint32_t length)
{
	return buffer_reserve(&outbox, FRAME_HEADER + length) + FRAME_HEADER;
}

void transport_commit(uint32_t channel, uint8_t type, uint32_t length)
{
	frame_seal(outbox.data + outbox.length, channel, type, length);
	outbox.length += FRAME_HEADER + length;
}

void transport_send(uint32_t channel, uint8_t type, const void *payload, uint32_t length)
{
	uint8_t *room = transport_reserve(length);
	if (length > 0)
		memcpy(room, payload, length);
	transport_commit(channel, type, length);
}

size_t transport_waiting(void)
{
	return outbox.length;
}

void transport_drop(void)
{
	outbox.length = 0;
}

void transport_flush(void)
{
	size_t at = 0;
	while (at < outbox.length) {
		ssize_t count = pwrite(to_host, outbox.data + at, outbox.length - at, 0);
		if (count > 0)
			at += (size_t)count;
		else if (count < 0 && errno != EINTR)
			break;
	}
	outbox.length = 0;
	if (outbox.capacity > 4 * MAX_PAYLOAD)
		buffer_free(&outbox);
}

static void pause_briefly(void)
{
	struct timespec pause = {.tv_nsec = 20000000};
	nanosleep(&pause, NULL);
}

/* Room for one read, at an address that suits O_DIRECT. */
static uint8_t *room_for(uint8_t **bytes, size_t *capacity, size_t have, size_t need)
{
	if (have + need > *capacity) {
		size_t bigger = (have + need + 4095) & ~(size_t)4095;
		void *moved;
		if (posix_memalign(&moved, 4096, bigger) != 0)
			abort();
		if (have > 0)
			memcpy(moved, *bytes, have);
		free(*bytes);
		*bytes = moved;
		*capacity = bigger;
	}
	return *bytes + have;
}

static void *read_forever(void *unused)
{
	(void)unused;
	uint8_t *bytes = NULL;
	size_t capacity = 0, have = 0, need = FRAME_HEADER, size = SMALL_READ;
	for (;;) {
		if (need > have + size)
			size = LARGE_READ;
		uint8_t *room = room_for(&bytes, &capacity, have, size);
		ssize_t count = pread(to_guest, room, size, 0);
		if (count <= 0) {
			/* Nothing read means "ask again"; an error may pass, and there is no other road. */
			if (count < 0 && errno != EINTR)
				pause_briefly();
			continue;
		}
		have += (size_t)count;
		size = (size_t)count == size ? LARGE_READ : SMALL_READ;
		loop_lock();
		int used = frame_decode(bytes, have, deliver, &need);
		after();
		loop_unlock();
		if (used < 0) {
			/* The stream cannot be followed any further: begin a new one. */
			have = 0;
			close(to_guest);
			to_guest = open(TO_GUEST, O_RDONLY | O_DIRECT | O_CLOEXEC);
			continue;
		}
		have -= (size_t)used;
		memmove(bytes, bytes + used, have);
	}
	return NULL;
}

int transport_open(frame_sink *sink, void (*idle)(void), struct error *err)
{
	deliver = sink;
	after = idle;
	to_host = open(TO_HOST, O_WRONLY | O_DIRECT | O_CLOEXEC);
	if (to_host < 0)
		return fail_errno(err, "open %s", TO_HOST);
	to_guest = open(TO_GUEST, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (to_guest < 0)
		return fail_errno(err, "open %s", TO_GUEST);
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, READER_STACK);
	pthread_t thread;
	int error = pthread_create(&thread, &attributes, read_forever, NULL);
	pthread_attr_destroy(&attributes);
	return error ? fail(err, error, "pthread_create: %s", errno_text(error)) : 0;
}
