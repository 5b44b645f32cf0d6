#define _GNU_SOURCE
#include "host_command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "local_socket.h"
#include "loop.h"
#include "session.h"
#include "stub_protocol.h"
#include "transport.h"

struct command {
	struct source socket;
	struct command *next;
	uint32_t handle;
	struct ucred client;
	bool has_begun;
	bool is_reading;
	bool has_exited;
	struct channel *input;
	struct channel *output;
	struct channel *errors;
	/* Packets the stub has not taken yet, each behind its length. */
	struct buffer waiting;
};

static struct command *commands;
static uint32_t last_handle;
static struct source listener = {.fd = -1};

static struct command *find(uint32_t handle)
{
	struct command *command = commands;
	while (command && command->handle != handle)
		command = command->next;
	return command;
}

static void release(struct channel **channel)
{
	if (!*channel)
		return;
	channel_close(*channel, 0);
	*channel = NULL;
}

static void forget(struct command *command)
{
	struct command **place = &commands;
	while (*place != command)
		place = &(*place)->next;
	*place = command->next;
	release(&command->input);
	release(&command->output);
	release(&command->errors);
	loop_close(&command->socket);
	buffer_free(&command->waiting);
	free(command);
}

/* --- to the stub -------------------------------------------------------------------------------- */

static bool send_now(struct command *command, struct iovec *parts, size_t count)
{
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
	return sendmsg(command->socket.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

static void send_packet(struct command *command, const void *head, size_t head_length, const void *data,
			size_t length)
{
	struct iovec parts[2] = {{(void *)(uintptr_t)head, head_length}, {(void *)(uintptr_t)data, length}};
	if (command->waiting.length == 0 && send_now(command, parts, 2))
		return;
	put_u32(&command->waiting, (uint32_t)(head_length + length));
	buffer_append(&command->waiting, head, head_length);
	buffer_append(&command->waiting, data, length);
	loop_watch(&command->socket, EPOLLIN | EPOLLOUT);
}

static void send_number(struct command *command, enum stub_packet type, uint32_t value)
{
	struct stub_number packet = {.type = (uint8_t)type, .value = value};
	send_packet(command, &packet, sizeof packet, NULL, 0);
}

static void send_waiting(struct command *command)
{
	while (command->waiting.length > 0) {
		uint32_t length;
		memcpy(&length, command->waiting.data, sizeof length);
		struct iovec part = {command->waiting.data + sizeof length, length};
		if (!send_now(command, &part, 1))
			return;
		buffer_drop(&command->waiting, sizeof length + length);
	}
	loop_watch(&command->socket, EPOLLIN);
}

static void output_data(struct channel *channel, const uint8_t *data, uint32_t length)
{
	struct command *command = channel->owner;
	uint8_t type = channel == command->output ? STUB_STDOUT : STUB_STDERR;
	for (uint32_t at = 0; at < length;) {
		uint32_t piece = length - at < STUB_PIECE ? length - at : STUB_PIECE;
		send_packet(command, &type, 1, data + at, piece);
		at += piece;
	}
	channel_consumed(channel, length);
}

static void ask_for_input(struct command *command)
{
	if (!command->input || command->input->eof_sent || command->is_reading || command->input->credit == 0)
		return;
	uint32_t credit = command->input->credit;
	command->is_reading = true;
	send_number(command, STUB_READ, credit < STUB_PIECE ? credit : STUB_PIECE);
}

static void input_credited(struct channel *channel)
{
	ask_for_input(channel->owner);
}

static void nothing_more(struct channel *channel)
{
	(void)channel;
}

static void no_data(struct channel *channel, const uint8_t *data, uint32_t length)
{
	(void)data;
	channel_consumed(channel, length);
}

static void channel_closed(struct channel *channel, bool lost)
{
	(void)lost;
	struct command *command = channel->owner;
	if (channel == command->input)
		command->input = NULL;
	else if (channel == command->output)
		command->output = NULL;
	else
		command->errors = NULL;
}

static const struct channel_user input_user = {no_data, nothing_more, input_credited, channel_closed};
static const struct channel_user output_user = {output_data, nothing_more, nothing_more, channel_closed};

/* --- from the stub ------------------------------------------------------------------------------ */

/* A list of NUL-terminated texts as the protocol has it; false when it does not end where it must. */
static bool put_texts(struct buffer *out, const uint8_t **at, const uint8_t *end, uint32_t count)
{
	put_u32(out, count);
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *stop = memchr(*at, 0, (size_t)(end - *at));
		if (!stop)
			return false;
		put_bytes(out, *at, (uint32_t)(stop - *at));
		*at = stop + 1;
	}
	return true;
}

static bool begin(struct command *command, const uint8_t *packet, size_t length)
{
	struct stub_hello hello;
	if (length <= sizeof hello || packet[length - 1] != 0)
		return false;
	memcpy(&hello, packet, sizeof hello);
	const uint8_t *cwd = packet + sizeof hello, *end = packet + length;
	const uint8_t *at = cwd + strlen((const char *)cwd) + 1;
	struct buffer lists = {0};
	if (!put_texts(&lists, &at, end, hello.argument_count) ||
	    !put_texts(&lists, &at, end, hello.environment_count)) {
		buffer_free(&lists);
		return false;
	}
	command->has_begun = true;
	command->input = channel_new(&input_user, command);
	command->output = channel_new(&output_user, command);
	command->errors = channel_new(&output_user, command);
	/* Nothing is read from a terminal that the command may never want to read. */
	command->input->credit = 0;
	struct buffer *event = event_begin(EVENT_COMMAND);
	put_u32(event, command->handle);
	put_u32(event, command->input->id);
	put_u32(event, command->output->id);
	put_u32(event, command->errors->id);
	buffer_append(event, lists.data, lists.length);
	put_str(event, (const char *)cwd);
	put_u32(event, hello.tty);
	put_u16(event, hello.rows);
	put_u16(event, hello.cols);
	put_u32(event, (uint32_t)command->client.pid);
	put_u32(event, command->client.uid);
	event_send();
	buffer_free(&lists);
	return true;
}

static void take_input(struct command *command, const uint8_t *data, size_t length)
{
	command->is_reading = false;
	if (!command->input || command->input->eof_sent || length > command->input->credit)
		return;
	channel_send(command->input, data, (uint32_t)length);
	ask_for_input(command);
}

static void take_number(struct command *command, const uint8_t *data, size_t length)
{
	struct stub_number packet;
	if (length != sizeof packet)
		return;
	memcpy(&packet, data, sizeof packet);
	bool is_signal = packet.type == STUB_SIGNAL;
	struct buffer *event = event_begin(is_signal ? EVENT_COMMAND_SIGNAL : EVENT_COMMAND_RESIZED);
	put_u32(event, command->handle);
	if (is_signal) {
		put_u32(event, packet.value);
	} else {
		put_u16(event, (uint16_t)(packet.value >> 16));
		put_u16(event, (uint16_t)packet.value);
	}
	event_send();
}

static void gone(struct command *command)
{
	if (command->has_begun && !command->has_exited && session_is_open()) {
		put_u32(event_begin(EVENT_COMMAND_GONE), command->handle);
		event_send();
	}
	forget(command);
}

static void socket_ready(struct source *source, uint32_t events)
{
	static uint8_t packet[STUB_HELLO_MAX];
	struct command *command = (struct command *)source;
	if (events & EPOLLOUT)
		send_waiting(command);
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	ssize_t length = recv(source->fd, packet, sizeof packet, MSG_DONTWAIT);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length <= 0 ||
	    (!command->has_begun && (packet[0] != STUB_HELLO || !begin(command, packet, (size_t)length)))) {
		gone(command);
		return;
	}
	if (packet[0] == STUB_INPUT)
		take_input(command, packet + 1, (size_t)length - 1);
	else if (packet[0] == STUB_INPUT_END && command->input)
		channel_end(command->input);
	else if (packet[0] == STUB_SIGNAL || packet[0] == STUB_RESIZED)
		take_number(command, packet, (size_t)length);
}

static void listener_ready(struct source *source, uint32_t events)
{
	(void)events;
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (!session_is_open()) {
		close(fd);
		return;
	}
	struct command *command = memory_zeroed(sizeof *command);
	socklen_t length = sizeof command->client;
	command->socket = (struct source){socket_ready, fd, 0};
	command->next = commands;
	command->handle = ++last_handle;
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &command->client, &length);
	commands = command;
	loop_watch(&command->socket, EPOLLIN);
	/* It sends who it is right after connecting, mostly before we get here. */
	socket_ready(&command->socket, EPOLLIN);
}

/* --- for the host ------------------------------------------------------------------------------- */

int command_listen(struct error *err)
{
	return local_socket_listen(&listener, STUB_SOCKET, SOCK_SEQPACKET, listener_ready, err);
}

int command_exit(uint32_t handle, int32_t code, struct error *err)
{
	struct command *command = find(handle);
	if (!command)
		return fail(err, ESRCH, "no such command");
	command->has_exited = true;
	send_number(command, STUB_EXIT, (uint32_t)code);
	return 0;
}

int command_raw(uint32_t handle, bool raw, struct error *err)
{
	struct command *command = find(handle);
	if (!command)
		return fail(err, ESRCH, "no such command");
	send_number(command, STUB_RAW, raw);
	return 0;
}

void command_drop_all(void)
{
	while (commands)
		forget(commands);
}
