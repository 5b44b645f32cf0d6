#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "dial.h"
#include "docker_socket.h"
#include "files.h"
#include "host_command.h"
#include "loop.h"
#include "process.h"
#include "request.h"
#include "session.h"
#include "signals.h"
#include "task.h"
#include "transport.h"
#include "tree_job.h"

static bool session_open;
static struct arena request_arena;

bool session_is_open(void)
{
	return session_open;
}

static int malformed(struct error *err)
{
	return fail(err, EINVAL, "malformed request");
}

/* --- one function for each request: it answers, or returns -errno with *err filled -------------- */

static int set_clock(uint64_t ns, struct error *err)
{
	struct timespec now = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
	return clock_settime(CLOCK_REALTIME, &now) < 0 ? fail_errno(err, "set clock") : 0;
}

static void end_session(void)
{
	session_open = false;
	tree_job_drop_all();
	process_hang_up_all();
	command_drop_all();
	docker_socket_drop_all();
	dial_drop_all();
	channel_drop_all();
	transport_drop();
}

static int on_hello(uint32_t id, struct reader *body, struct error *err)
{
	char boot_id[64] = "";
	struct error ignored;
	uint16_t version = take_u16(body);
	uint64_t now = take_u64(body);
	if (!taken_whole(body))
		return malformed(err);
	if (version != PROTOCOL_VERSION)
		return fail(err, EPROTO, "the agent speaks version %d of the protocol, not %u",
			    PROTOCOL_VERSION, version);
	end_session();
	session_open = true;
	set_clock(now, &ignored);
	files_get(-1, "/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
	boot_id[strcspn(boot_id, "\n")] = '\0';
	struct buffer *reply = reply_begin(id);
	put_u16(reply, PROTOCOL_VERSION);
	put_str(reply, boot_id);
	task_list(reply);
	reply_send();
	return 0;
}

static int on_clock(uint32_t id, struct reader *body, struct error *err)
{
	uint64_t now = take_u64(body);
	if (!taken_whole(body))
		return malformed(err);
	int result = set_clock(now, err);
	if (result == 0)
		reply_empty(id);
	return result;
}

static int on_spawn(uint32_t id, struct reader *body, struct error *err)
{
	struct spawn_request request;
	take_spawn_request(body, &request);
	if (!taken_whole(body))
		return malformed(err);
	int pid = process_spawn(&request, err);
	if (pid < 0)
		return pid;
	put_u32(reply_begin(id), (uint32_t)pid);
	reply_send();
	return 0;
}

static int on_signal(uint32_t id, struct reader *body, struct error *err)
{
	uint32_t handle = take_u32(body);
	const char *container = take_str(body);
	uint32_t signal = take_u32(body);
	if (!taken_whole(body))
		return malformed(err);
	int result =
	    handle ? process_signal(handle, (int)signal, err) : task_signal(container, (int)signal, err);
	if (result == 0)
		reply_empty(id);
	return result;
}

static int on_resize(uint32_t id, struct reader *body, struct error *err)
{
	uint32_t handle = take_u32(body);
	const char *container = take_str(body);
	uint16_t rows = take_u16(body), cols = take_u16(body);
	if (!taken_whole(body))
		return malformed(err);
	int result =
	    handle ? process_resize(handle, rows, cols, err) : task_resize(container, rows, cols, err);
	if (result == 0)
		reply_empty(id);
	return result;
}

static int on_start(uint32_t id, struct reader *body, struct error *err)
{
	/* Answered by the shim's report. */
	return task_start(id, (struct bytes){body->at, (uint32_t)(body->end - body->at)}, err);
}

static int on_remove(uint32_t id, struct reader *body, struct error *err)
{
	const char *container = take_str(body);
	if (!taken_whole(body))
		return malformed(err);
	int result = task_remove(container, err);
	if (result == 0)
		reply_empty(id);
	return result;
}

/* The root that READ, WRITE and STAT look in: a running container's, or the guest's for "". */
static int open_root(const char *container, struct error *err)
{
	const struct task *task = *container ? task_find_running(container, err) : NULL;
	if (*container && !task)
		return -err->number;
	return files_open_root(task ? task_pid(task) : 0, err);
}

static int on_read(uint32_t id, struct reader *body, struct error *err)
{
	const char *container = take_str(body), *path = take_str(body);
	uint32_t max = take_u32(body);
	uint64_t offset = take_u64(body);
	if (!taken_whole(body))
		return malformed(err);
	int root = open_root(container, err);
	if (root < 0)
		return root;
	int result = files_read(root, path, max, offset, reply_begin(id), err);
	close(root);
	if (result == 0)
		reply_send();
	return result;
}

static int on_write(uint32_t id, struct reader *body, struct error *err)
{
	const char *container = take_str(body), *path = take_str(body);
	uint32_t flags = take_u32(body), mode = take_u32(body);
	struct bytes content = take_bytes(body);
	if (!taken_whole(body))
		return malformed(err);
	int root = open_root(container, err);
	if (root < 0)
		return root;
	int result = files_write(root, path, flags, mode, content, err);
	close(root);
	if (result == 0)
		reply_empty(id);
	return result;
}

static int on_stat(uint32_t id, struct reader *body, struct error *err)
{
	const char *container = take_str(body), *path = take_str(body);
	bool follow = take_bool(body);
	if (!taken_whole(body))
		return malformed(err);
	int root = open_root(container, err);
	if (root < 0)
		return root;
	int result = files_stat(root, path, follow, reply_begin(id), err);
	close(root);
	if (result == 0)
		reply_send();
	return result;
}

static int on_publish(uint32_t id, struct reader *body, struct error *err)
{
	/* Answered by the shim's report. */
	return task_publish(id, (struct bytes){body->at, (uint32_t)(body->end - body->at)}, err);
}

static int on_adopt(uint32_t id, struct reader *body, struct error *err)
{
	const char *container = take_str(body);
	uint32_t channels[3];
	for (int i = 0; i < 3; i++)
		channels[i] = take_u32(body);
	if (!taken_whole(body))
		return malformed(err);
	int result = task_adopt(container, channels, err);
	if (result == 0)
		reply_empty(id);
	return result;
}

static int on_command_exit(uint32_t id, struct reader *body, struct error *err)
{
	uint32_t handle = take_u32(body);
	int32_t code = (int32_t)take_u32(body);
	if (!taken_whole(body))
		return malformed(err);
	int result = command_exit(handle, code, err);
	if (result == 0)
		reply_empty(id);
	return result;
}

static int on_command_raw(uint32_t id, struct reader *body, struct error *err)
{
	uint32_t handle = take_u32(body);
	bool raw = take_bool(body);
	if (!taken_whole(body))
		return malformed(err);
	int result = command_raw(handle, raw, err);
	if (result == 0)
		reply_empty(id);
	return result;
}

static int on_processes(uint32_t id, struct reader *body, struct error *err)
{
	const char *container = take_str(body);
	if (!taken_whole(body))
		return malformed(err);
	int result = task_processes(container, reply_begin(id), err);
	if (result == 0)
		reply_send();
	return result;
}

static int on_shutdown(uint32_t id, struct reader *body, struct error *err)
{
	take_u32(body);
	if (!taken_whole(body))
		return malformed(err);
	if (kill(1, SIGTERM) < 0)
		return fail_errno(err, "shutdown");
	reply_empty(id);
	return 0;
}

static int on_stat_path(uint32_t id, struct reader *body, struct error *err)
{
	return tree_job_start(id, OP_STAT_PATH, body, err);
}

static int on_archive(uint32_t id, struct reader *body, struct error *err)
{
	return tree_job_start(id, OP_ARCHIVE, body, err);
}

static int on_extract(uint32_t id, struct reader *body, struct error *err)
{
	return tree_job_start(id, OP_EXTRACT, body, err);
}

static int on_changes(uint32_t id, struct reader *body, struct error *err)
{
	return tree_job_start(id, OP_CHANGES, body, err);
}

static int on_layer(uint32_t id, struct reader *body, struct error *err)
{
	return tree_job_start(id, OP_LAYER, body, err);
}

static int on_usage(uint32_t id, struct reader *body, struct error *err)
{
	return tree_job_start(id, OP_USAGE, body, err);
}

static int on_dial(uint32_t id, struct reader *body, struct error *err)
{
	const char *address = take_str(body);
	uint16_t port = take_u16(body);
	uint32_t channel = take_u32(body);
	if (!taken_whole(body))
		return malformed(err);
	/* Answered when the connection stands. */
	return dial_start(id, address, port, channel, err);
}

typedef int request_handler(uint32_t id, struct reader *body, struct error *err);

static request_handler *const handlers[] = {
    [OP_HELLO] = on_hello,
    [OP_CLOCK] = on_clock,
    [OP_SPAWN] = on_spawn,
    [OP_SIGNAL] = on_signal,
    [OP_RESIZE] = on_resize,
    [OP_START] = on_start,
    [OP_REMOVE] = on_remove,
    [OP_READ] = on_read,
    [OP_WRITE] = on_write,
    [OP_ADOPT] = on_adopt,
    [OP_COMMAND_EXIT] = on_command_exit,
    [OP_COMMAND_RAW] = on_command_raw,
    [OP_STAT] = on_stat,
    [OP_PROCESSES] = on_processes,
    [OP_SHUTDOWN] = on_shutdown,
    [OP_STAT_PATH] = on_stat_path,
    [OP_ARCHIVE] = on_archive,
    [OP_EXTRACT] = on_extract,
    [OP_CHANGES] = on_changes,
    [OP_LAYER] = on_layer,
    [OP_USAGE] = on_usage,
    [OP_DIAL] = on_dial,
    [OP_PUBLISH] = on_publish,
};

/* --- frames and signals ------------------------------------------------------------------------- */

static void receive_request(uint8_t *payload, uint32_t length)
{
	struct reader body = {payload, payload + length, &request_arena, false};
	struct error err = {.number = ENOSYS, .text = ""};
	uint32_t id = take_u32(&body);
	uint16_t op = take_u16(&body);
	if (body.bad) {
		report(LOG_ERROR, "a request without an id and an op");
		return;
	}
	request_handler *handler = op < sizeof handlers / sizeof *handlers ? handlers[op] : NULL;
	if (!handler || handler(id, &body, &err) < 0)
		reply_error(id, &err);
	arena_clear(&request_arena);
}

static void receive_frame(uint32_t channel, uint8_t type, uint8_t *payload, uint32_t length)
{
	if (channel != 0)
		channel_receive(channel, type, payload, length);
	else if (type == FRAME_REQUEST)
		receive_request(payload, length);
}

/* Scripts look there for whom to send a signal. */
static void store_pid(void)
{
	char text[16];
	int length = snprintf(text, sizeof text, "%d", getpid());
	files_store(AT_FDCWD, "/run/docker.pid", 0644, text, (size_t)length);
}

int agent_main(void)
{
	struct error err;
	loop_open();
	task_take_up_all();
	if (signals_watch(&err) < 0 || command_listen(&err) < 0 || docker_socket_listen(&err) < 0 ||
	    transport_open(receive_frame, transport_flush, &err) < 0) {
		fprintf(stderr, "dockerd: %s\n", err.text);
		return 1;
	}
	store_pid();
	loop_run(transport_flush);
}
