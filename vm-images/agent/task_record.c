#define _GNU_SOURCE
#include "task_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "process.h"
#include "protocol.h"
#include "session.h"

struct task *task_all;

struct task *task_find(const char *id)
{
	struct task *task = task_all;
	while (task && strcmp(task->spec.id, id) != 0)
		task = task->next;
	return task;
}

struct task *task_find_running(const char *id, struct error *err)
{
	struct task *task = task_find(id);
	if (task && task->state == TASK_RUNNING)
		return task;
	fail(err, ESRCH, task ? "container %s is not running" : "no such container: %s", id);
	return NULL;
}

pid_t task_pid(const struct task *task)
{
	return task->pid;
}

const struct container_spec *task_spec(const struct task *task)
{
	return &task->spec;
}

bool task_has_terminal(const struct task *task)
{
	return task->spec.program.flags & FLAG_TTY;
}

void task_forget(struct task *task)
{
	struct task **place = &task_all;
	while (*place != task)
		place = &(*place)->next;
	*place = task->next;
	for (int i = 0; i < 3; i++)
		stream_close(&task->streams[i]);
	loop_close(&task->shim);
	arena_clear(&task->arena);
	free(task->arena.blocks);
	free(task->decoded);
	free(task->body.data);
	free(task);
}

static void task_tell_shim(const struct task *task, char what)
{
	if (task->shim.fd >= 0)
		send(task->shim.fd, &what, 1, MSG_NOSIGNAL);
}

void task_let_shim_go(struct task *task)
{
	task_tell_shim(task, SHIM_TOLD);
	loop_close(&task->shim);
	task->is_untold = false;
}

void task_settle(struct task *task)
{
	if (task->state != TASK_EXITED || !task->is_untold || !session_is_open())
		return;
	for (int i = 0; i < 3; i++)
		if (task->streams[i].is_open && task->streams[i].output && task->streams[i].channel)
			return;
	struct buffer *event = event_begin(EVENT_CONTAINER_EXITED);
	put_str(event, task->spec.id);
	put_u32(event, (uint32_t)task->code);
	put_u8(event, task->oom);
	put_u64(event, task->exited_ns);
	event_send();
	task_let_shim_go(task);
}

void task_tell_out_of_memory(const struct task *task)
{
	if (!session_is_open())
		return;
	put_str(event_begin(EVENT_CONTAINER_OUT_OF_MEMORY), task->spec.id);
	event_send();
}

static void stream_done(struct stream *stream)
{
	struct task *task = stream->owner;
	if (stream == &task->streams[0] && !stream->is_terminal)
		task_tell_shim(task, SHIM_CLOSE_STDIN);
	task_settle(task);
}

void task_drain(struct task *task)
{
	for (int i = 0; i < 3; i++) {
		task->streams[i].done = NULL;
		if (task->streams[i].output)
			stream_drain(&task->streams[i]);
		else
			stream_close(&task->streams[i]);
		task->streams[i].done = stream_done;
	}
}

struct task *task_new(struct bytes body, struct error *err)
{
	struct task *task = memory_zeroed(sizeof *task);
	task->shim = (struct source){task_shim_ready, -1, 0};
	task->body = (struct bytes){memory_take(body.length), body.length};
	memcpy(task->body.data, body.data, body.length);
	/* Decoding changes the bytes, and an agent after us will want them as they were. */
	task->decoded = memory_take(body.length);
	memcpy(task->decoded, body.data, body.length);
	struct reader reader = {task->decoded, task->decoded + body.length, &task->arena, false};
	take_container_spec(&reader, &task->spec);
	for (int i = 0; i < 3; i++)
		task->streams[i] = (struct stream){.source.fd = -1, .done = stream_done, .owner = task};
	task->next = task_all;
	task_all = task;
	const char *id = task->spec.id;
	if (taken_whole(&reader) && *id && !strchr(id, '/') && *id != '.' && strlen(id) < SHIM_ID_MAX)
		return task;
	fail(err, EINVAL, "malformed request");
	task_forget(task);
	return NULL;
}

struct shim_plan task_plan(struct task *task)
{
	return (struct shim_plan){
	    .container = {.spec = &task->spec,
			  .stdio = {-1, -1, -1},
			  .null_fd = process_null(),
			  .cgroup_fd = -1,
			  .netlink_fd = -1,
			  .terminal = -1,
			  .slave = -1,
			  .resolver = -1,
			  .pidfd = -1},
	    .streams = {-1, -1, -1},
	    .body = task->body,
	};
}

int task_stream_kind(const struct task *task, int i)
{
	if (task_has_terminal(task))
		return STREAM_INPUT | STREAM_OUTPUT | STREAM_TERMINAL;
	return i == 0 ? STREAM_INPUT : STREAM_OUTPUT;
}
