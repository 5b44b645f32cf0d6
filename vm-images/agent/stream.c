#define _GNU_SOURCE
#include "stream.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "protocol.h"
#include "transport.h"

#define PIECE 65536
#define FLUSH_AT 524288
/* A program that writes line by line would have us, and the host, switched to for each of them: when so many
 * small pieces have followed each other that fast, the next ones are fetched together. */
#define SMALL_PIECE 2048
#define SMALL_PIECES 4
#define FAST_MS 4
#define REST_MS 8

/* Those that rest now, and those whose rest is just over. */
static struct stream *resting;
static struct stream *roused;
/* Of two that write by turns neither rests: their pieces keep their order. */
static const struct stream *last_read;

static bool can_read(const struct stream *stream)
{
	return stream->output && stream->channel && stream->channel->credit > 0;
}

static void unlink_from(struct stream **list, const struct stream *stream)
{
	while (*list && *list != stream)
		list = &(*list)->next_resting;
	if (*list)
		*list = stream->next_resting;
}

static void leave_rest(struct stream *stream)
{
	unlink_from(&resting, stream);
	unlink_from(&roused, stream);
	stream->is_resting = false;
}

static void watch(struct stream *stream)
{
	uint32_t events = 0;
	if (can_read(stream) && !stream->is_resting)
		events |= EPOLLIN;
	if (stream->input && stream->waiting.length > 0)
		events |= EPOLLOUT;
	/* A client that sends no more may still go away. */
	if (stream->is_socket && !stream->output)
		events |= EPOLLHUP;
	loop_watch(&stream->source, events);
}

static void release_channel(struct stream *stream)
{
	struct channel *channel = stream->channel;
	stream->channel = NULL;
	if (!channel)
		return;
	channel_end(channel);
	if (stream->takes_input && !channel->eof_received)
		channel_close(channel, 0);
	else
		channel_forget(channel);
}

static void finish_if_done(struct stream *stream)
{
	if (stream->output || stream->input) {
		watch(stream);
		return;
	}
	if (!stream->is_open)
		return;
	stream->is_open = false;
	leave_rest(stream);
	loop_close(&stream->source);
	buffer_free(&stream->waiting);
	release_channel(stream);
	if (stream->done)
		stream->done(stream);
}

static void end_output(struct stream *stream)
{
	stream->output = false;
	/* A terminal that has hung up takes no more input either. */
	if (stream->is_terminal)
		stream->input = false;
	if (stream->channel)
		channel_end(stream->channel);
}

static void end_input(struct stream *stream)
{
	stream->input = false;
	stream->waiting.length = 0;
	if (stream->is_socket)
		shutdown(stream->source.fd, SHUT_WR);
}

enum piece { PIECE_WHOLE, PIECE_SHORT, PIECE_SMALL, PIECE_NONE, PIECE_LAST };

static enum piece read_piece(struct stream *stream)
{
	struct channel *channel = stream->channel;
	uint32_t room = channel->credit < PIECE ? channel->credit : PIECE;
	ssize_t count;
	do
		count = read(stream->source.fd, transport_reserve(room), room);
	while (count < 0 && errno == EINTR);
	if (count > 0) {
		channel_commit(channel, (uint32_t)count);
		if (transport_waiting() > FLUSH_AT)
			transport_flush();
		if ((uint32_t)count == room)
			return PIECE_WHOLE;
		return count < SMALL_PIECE ? PIECE_SMALL : PIECE_SHORT;
	}
	if (count < 0 && errno == EAGAIN)
		return PIECE_NONE;
	end_output(stream);
	return PIECE_LAST;
}

static enum piece read_pieces(struct stream *stream)
{
	enum piece piece = PIECE_NONE;
	while (can_read(stream) && (piece = read_piece(stream)) == PIECE_WHOLE)
		;
	return piece;
}

static void end_rest(void);

static void rest(struct stream *stream)
{
	stream->is_resting = true;
	stream->next_resting = resting;
	resting = stream;
	loop_later(end_rest, REST_MS);
}

/* Fetches what came meanwhile; who still writes small pieces rests on. */
static void end_rest(void)
{
	roused = resting;
	resting = NULL;
	while (roused) {
		struct stream *stream = roused;
		leave_rest(stream);
		if (read_pieces(stream) == PIECE_SMALL)
			rest(stream);
		else
			stream->small_pieces = 0;
		finish_if_done(stream);
	}
}

static bool is_chatty(struct stream *stream)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	bool follows = last_read == stream && ms - stream->read_ms < FAST_MS;
	stream->small_pieces = follows ? stream->small_pieces + 1 : 1;
	stream->read_ms = ms;
	last_read = stream;
	return stream->small_pieces >= SMALL_PIECES;
}

/* Sends what is there; what a short read leaves, the loop will report again. */
static void pump(struct stream *stream)
{
	if (!stream->is_resting && read_pieces(stream) == PIECE_SMALL && is_chatty(stream))
		rest(stream);
	finish_if_done(stream);
}

bool stream_drain(struct stream *stream)
{
	if (!stream->is_open || !stream->output)
		return true;
	stream->is_draining = true;
	leave_rest(stream);
	if (!stream->channel)
		return false;
	enum piece piece = PIECE_WHOLE;
	while (can_read(stream) && (piece = read_piece(stream)) < PIECE_NONE)
		;
	if (piece == PIECE_NONE)
		end_output(stream);
	bool over = !stream->output;
	finish_if_done(stream);
	return over;
}

/* Writes to the descriptor; returns how many bytes it took, or -1 when it takes none any more. */
static ssize_t write_some(struct stream *stream, const uint8_t *data, size_t length)
{
	size_t at = 0;
	while (at < length) {
		ssize_t count = stream->is_socket
				    ? send(stream->source.fd, data + at, length - at, MSG_NOSIGNAL)
				    : write(stream->source.fd, data + at, length - at);
		if (count >= 0)
			at += (size_t)count;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			return -1;
	}
	if (at > 0 && stream->channel)
		channel_consumed(stream->channel, (uint32_t)at);
	return (ssize_t)at;
}

static void write_waiting(struct stream *stream)
{
	ssize_t count = write_some(stream, stream->waiting.data, stream->waiting.length);
	if (count < 0) {
		end_input(stream);
		return;
	}
	buffer_drop(&stream->waiting, (size_t)count);
	if (stream->waiting.length == 0 && (!stream->channel || stream->channel->eof_received))
		end_input(stream);
}

static void fd_ready(struct source *source, uint32_t events)
{
	struct stream *stream = (struct stream *)source;
	if (stream->input && stream->waiting.length > 0 && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)))
		write_waiting(stream);
	if (stream->is_socket && !stream->output && (events & EPOLLHUP)) {
		stream->input = false;
		finish_if_done(stream);
		return;
	}
	if (stream->is_draining)
		stream_drain(stream);
	else
		pump(stream);
}

static void channel_data(struct channel *channel, const uint8_t *data, uint32_t length)
{
	struct stream *stream = channel->owner;
	if (!stream->input) {
		channel_consumed(channel, length);
		return;
	}
	bool must_wait = stream->waiting.length > 0 || stream->source.fd < 0;
	ssize_t count = must_wait ? 0 : write_some(stream, data, length);
	if (count < 0)
		end_input(stream);
	else
		buffer_append(&stream->waiting, data + count, length - (size_t)count);
	finish_if_done(stream);
}

static void channel_ended(struct channel *channel)
{
	struct stream *stream = channel->owner;
	/* The end of what is typed does not end a terminal. */
	if (stream->input && stream->waiting.length == 0 && !stream->is_terminal)
		end_input(stream);
	finish_if_done(stream);
}

static void channel_credited(struct channel *channel)
{
	struct stream *stream = channel->owner;
	if (stream->is_open)
		watch(stream);
}

static void channel_closed(struct channel *channel, bool lost)
{
	struct stream *stream = channel->owner;
	stream->channel = NULL;
	if (stream->is_socket) {
		stream->output = false;
		stream->input = false;
	} else if (!lost && !stream->is_terminal) {
		/* Nobody reads it any more: who writes to it is told so by the kernel. */
		stream->output = false;
		if (stream->input && stream->waiting.length == 0)
			end_input(stream);
	}
	finish_if_done(stream);
}

static const struct channel_user user = {channel_data, channel_ended, channel_credited, channel_closed};

int stream_bind(struct stream *stream, uint32_t id)
{
	if (!stream->is_open)
		return 0;
	if (stream->channel)
		channel_close(stream->channel, 0);
	stream->channel = channel_open(id, &user, stream);
	if (!stream->channel)
		return -EINVAL;
	watch(stream);
	return 0;
}

int stream_open(struct stream *stream, int fd, uint32_t id, int kind)
{
	*stream = (struct stream){
	    .source = {fd_ready, fd, 0},
	    .is_open = true,
	    .output = kind & STREAM_OUTPUT,
	    .input = kind & STREAM_INPUT,
	    .takes_input = kind & STREAM_INPUT,
	    .is_socket = kind & STREAM_SOCKET,
	    .is_terminal = kind & STREAM_TERMINAL,
	    .done = stream->done,
	    .owner = stream->owner,
	};
	return id == 0 ? 0 : stream_bind(stream, id);
}

uint32_t stream_open_new(struct stream *stream, int fd, int kind)
{
	stream_open(stream, fd, 0, kind);
	stream->channel = channel_new(&user, stream);
	watch(stream);
	return stream->channel->id;
}

void stream_attach(struct stream *stream, int fd)
{
	stream->source.fd = fd;
	if (stream->input && stream->waiting.length > 0)
		write_waiting(stream);
	finish_if_done(stream);
}

void stream_close(struct stream *stream)
{
	stream->output = false;
	stream->input = false;
	stream->done = NULL;
	if (stream->is_open)
		finish_if_done(stream);
}
