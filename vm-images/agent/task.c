#define _GNU_SOURCE
#include "task_record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "files.h"
#include "overlay.h"
#include "process.h"
#include "protocol.h"
#include "session.h"

/* "" is new, "host" the machine's, "container:ID" that one's. */
static int namespace_of(const char *name, pid_t *pid, struct error *err)
{
	*pid = 0;
	if (strcmp(name, "host") == 0)
		*pid = -1;
	if (strncmp(name, "container:", 10) != 0)
		return 0;
	const struct task *other = task_find_running(name + 10, err);
	if (!other)
		return -err->number;
	*pid = other->pid;
	return 0;
}

static int resolve_namespaces(const struct container_spec *spec, struct namespaces *namespaces,
			      struct error *err)
{
	int result;
	if ((result = namespace_of(spec->netns, &namespaces->net, err)) < 0 ||
	    (result = namespace_of(spec->pidns, &namespaces->pid, err)) < 0 ||
	    (result = namespace_of(spec->ipcns, &namespaces->ipc, err)) < 0 ||
	    (result = namespace_of(spec->utsns, &namespaces->uts, err)) < 0)
		return result;
	return namespace_of(spec->cgroupns, &namespaces->cgroup, err);
}

static void channels_of(const struct program *program, uint32_t channels[3])
{
	channels[0] = program->stdin_channel;
	channels[1] = program->stdout_channel;
	channels[2] = program->stderr_channel;
}

/* The streams are pipes at once; a terminal comes from the shim, and until then only its channel is there. */
static int open_streams(struct task *task, struct shim_plan *plan, struct error *err)
{
	uint32_t channels[3];
	channels_of(&task->spec.program, channels);
	for (int i = 0; i < 3; i++) {
		int ends[2] = {process_null(), -1};
		int result =
		    task_has_terminal(task) ? 0 : process_pipe(channels[i], task_stream_kind(task, i), ends);
		plan->container.stdio[i] = ends[0];
		plan->streams[i] = ends[1];
		bool is_wanted = task_has_terminal(task) ? i == 0 : ends[1] >= 0;
		if (result == 0 && is_wanted)
			result =
			    stream_open(&task->streams[i], ends[1], channels[i], task_stream_kind(task, i));
		if (result < 0)
			return fail(err, -result, "channel %u: %s", channels[i], errno_text(-result));
	}
	return 0;
}

static int start(struct task *task, struct shim_plan *plan, struct error *err)
{
	int pair[2];
	int result = resolve_namespaces(&task->spec, &plan->container.namespaces, err);
	if (result < 0 || (result = open_streams(task, plan, err)) < 0)
		return result;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return fail_errno(err, "socketpair");
	plan->socket = pair[1];
	pid_t shim = shim_start(plan);
	close(pair[1]);
	task->shim.fd = pair[0];
	if (shim < 0)
		return fail_errno(err, "fork shim");
	loop_watch(&task->shim, EPOLLIN);
	return 0;
}

int task_start(uint32_t id, struct bytes body, struct error *err)
{
	struct task *task = task_new(body, err);
	if (!task)
		return -err->number;
	for (struct task *other = task->next; other; other = other->next) {
		if (strcmp(other->spec.id, task->spec.id) != 0)
			continue;
		if (other->state != TASK_EXITED) {
			fail(err, EEXIST, "container %s is already running", other->spec.id);
			task_forget(task);
			return -err->number;
		}
		task_forget(other);
		break;
	}
	struct shim_plan plan = task_plan(task);
	task->request = id;
	int result = start(task, &plan, err);
	for (int i = 0; i < 3; i++)
		if (plan.container.stdio[i] >= 0 && plan.container.stdio[i] != process_null())
			close(plan.container.stdio[i]);
	if (result < 0)
		task_forget(task);
	return result;
}

/* --- requests ----------------------------------------------------------------------------------- */

int task_signal(const char *id, int signal, struct error *err)
{
	const struct task *task = task_find_running(id, err);
	if (!task)
		return -err->number;
	return kill(task->pid, signal) < 0 ? fail_errno(err, "kill") : 0;
}

int task_resize(const char *id, uint16_t rows, uint16_t cols, struct error *err)
{
	const struct task *task = task_find_running(id, err);
	struct winsize size = {.ws_row = rows, .ws_col = cols};
	if (!task)
		return -err->number;
	if (!task_has_terminal(task) || task->streams[0].source.fd < 0)
		return fail(err, ENOTTY, "container %s has no terminal", id);
	return ioctl(task->streams[0].source.fd, TIOCSWINSZ, &size) < 0 ? fail_errno(err, "resize") : 0;
}

/* Should the shim be killed, these are the rules to be taken away. */
static void note_publication(struct task *task, struct bytes body)
{
	uint8_t *copy = arena_take(&task->arena, body.length);
	memcpy(copy, body.data, body.length);
	struct reader reader = {copy, copy + body.length, &task->arena, false};
	take_publication(&reader, &task->spec);
}

int task_publish(uint32_t id, struct bytes body, struct error *err)
{
	struct arena arena = {0};
	struct container_spec spec = {0};
	/* Decoding changes the bytes, and the shim wants them as they are. */
	uint8_t *copy = memory_take(body.length + 1), *message = memory_take(body.length + 1);
	memcpy(copy, body.data, body.length);
	struct reader reader = {copy, copy + body.length, &arena, false};
	take_publication(&reader, &spec);
	struct task *task =
	    taken_whole(&reader) ? task_find_running(spec.id, err) : (fail(err, EINVAL, "malformed request"), NULL);
	int result = -err->number;
	if (task && task->request) {
		result = fail(err, EBUSY, "container %s is being published", spec.id);
	} else if (task) {
		message[0] = SHIM_PUBLISH;
		memcpy(message + 1, body.data, body.length);
		ssize_t sent = send(task->shim.fd, message, body.length + 1, MSG_NOSIGNAL);
		result = sent < 0 ? fail_errno(err, "publish") : 0;
		if (result == 0) {
			task->request = id;
			note_publication(task, body);
		}
	}
	arena_clear(&arena);
	free(arena.blocks);
	free(copy);
	free(message);
	return result;
}

int task_adopt(const char *id, const uint32_t channels[3], struct error *err)
{
	struct task *task = task_find(id);
	if (!task)
		return fail(err, ESRCH, "no such container: %s", id);
	for (int i = 0; i < 3; i++)
		if (channels[i] != 0 && stream_bind(&task->streams[i], channels[i]) < 0)
			return fail(err, EINVAL, "channel %u is in use", channels[i]);
	/* Of one that has ended, what it had still to say. */
	if (task->state == TASK_EXITED)
		task_drain(task);
	return 0;
}

int task_remove(const char *id, struct error *err)
{
	struct task *task = task_find(id);
	if (task && task->state != TASK_EXITED)
		return fail(err, EBUSY, "container %s is running", id);
	if (!*id || strchr(id, '/') || *id == '.')
		return fail(err, EINVAL, "invalid container ID");
	if (task) {
		for (int i = 0; i < 3; i++)
			task->streams[i].done = NULL;
		task_let_shim_go(task);
		task_forget(task);
	}
	int folder = open(CONTAINER_FILES, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int deleted = folder < 0 ? 0 : files_delete_tree(folder, id);
	if (folder >= 0)
		close(folder);
	if (deleted < 0)
		return fail(err, -deleted, "delete " CONTAINER_FILES "/%s: %s", id, errno_text(-deleted));
	deleted = overlay_remove(id);
	return deleted < 0
		   ? fail(err, -deleted, "delete " CONTAINER_ROOT "/%s: %s", id, errno_text(-deleted))
		   : 0;
}

int task_processes(const char *id, struct buffer *out, struct error *err)
{
	const struct task *task = task_find_running(id, err);
	char path[FILES_PATH_MAX];
	if (!task)
		return -err->number;
	cgroup_path(task->spec.cgroup_parent, id, path, sizeof path);
	strncat(path, "/cgroup.procs", sizeof path - strlen(path) - 1);
	FILE *list = fopen(path, "re");
	if (!list)
		return fail_errno(err, "open %s", path);
	size_t count_at = out->length;
	uint32_t count = 0, pid;
	put_u32(out, 0);
	for (; fscanf(list, "%u", &pid) == 1; count++)
		put_u32(out, pid);
	fclose(list);
	memcpy(out->data + count_at, &count, sizeof count);
	return 0;
}

void task_list(struct buffer *out)
{
	uint32_t count = 0;
	size_t count_at = out->length;
	put_u32(out, 0);
	for (struct task *task = task_all; task; task = task->next) {
		if (task->state == TASK_STARTING)
			continue;
		count++;
		put_str(out, task->spec.id);
		put_u32(out, (uint32_t)task->pid);
		put_u8(out, task->state == TASK_RUNNING);
		put_u32(out, (uint32_t)task->code);
		put_u8(out, task->oom);
		put_u64(out, task->exited_ns);
		if (task->state == TASK_EXITED)
			task_let_shim_go(task);
	}
	memcpy(out->data + count_at, &count, sizeof count);
}
