/* A descriptor and a channel pumped into each other, each direction held back by the slower side. */
#ifndef STREAM_H
#define STREAM_H

#include "channel.h"
#include "loop.h"
#include "memory.h"

enum stream_kind { STREAM_OUTPUT = 1, STREAM_INPUT = 2, STREAM_SOCKET = 4, STREAM_TERMINAL = 8 };

struct stream {
	struct source source;
	struct channel *channel;
	bool is_open;
	/* From the descriptor to the host. */
	bool output;
	/* From the host to the descriptor. */
	bool input;
	/* Whether the host may send on the channel at all. */
	bool takes_input;
	bool is_socket;
	bool is_terminal;
	/* Its writer has ended: what is there is all there will be. */
	bool is_draining;
	/* Small pieces that came one right after the other, the last one when, and whether the next is left for a while. */
	uint32_t small_pieces;
	uint64_t read_ms;
	bool is_resting;
	struct stream *next_resting;
	/* Received, not yet taken by the descriptor. */
	struct buffer waiting;
	/* Called when both directions have ended; the descriptor is closed by then. */
	void (*done)(struct stream *stream);
	void *owner;
};

/*
 * Takes over `fd`, which must not block, and binds it to the host's channel `id`. With id 0 the output is
 * left where it is until stream_bind(); with fd -1 input waits for stream_attach(). Returns -EINVAL when the
 * number is in use.
 */
int stream_open(struct stream *stream, int fd, uint32_t id, int kind);
/* The same with a channel of our own; returns its number. */
uint32_t stream_open_new(struct stream *stream, int fd, int kind);
void stream_attach(struct stream *stream, int fd);
int stream_bind(struct stream *stream, uint32_t id);
/*
 * Sends all that can be read without waiting, for a descriptor whose writer has ended. Returns false when
 * credit holds the rest back; otherwise the stream's output is over, even if someone else still holds the
 * other end.
 */
bool stream_drain(struct stream *stream);
/* Ends both directions: what was read has been sent, what is unread is lost. `done` is not called. */
void stream_close(struct stream *stream);

#endif
