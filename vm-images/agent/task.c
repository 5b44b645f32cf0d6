#define _GNU_SOURCE
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "files.h"
#include "process.h"
#include "protocol.h"
#include "session.h"
#include "shim.h"
#include "stream.h"

#define TAKE_UP_MS 2000

enum task_state { TASK_STARTING, TASK_RUNNING, TASK_EXITED };

struct task {
	struct source shim;
	struct task *next;
	enum task_state state;
	/* Its end has not been told to the host. */
	bool is_untold;
	pid_t pid;
	int32_t code;
	bool oom;
	uint64_t exited_ns;
	/* The request to be answered while starting. */
	uint32_t request;
	struct bytes body;
	uint8_t *decoded;
	struct arena arena;
	struct container_spec spec;
	/* stdin, stdout, stderr; with a terminal only the first, which goes both ways. */
	struct stream streams[3];
};

static struct task *tasks;
static struct source listener = {.fd = -1};

static struct task *find(const char *id)
{
	struct task *task = tasks;
	while (task && strcmp(task->spec.id, id) != 0)
		task = task->next;
	return task;
}

struct task *task_find_running(const char *id, struct error *err)
{
	struct task *task = find(id);
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

static bool has_terminal(const struct task *task)
{
	return task->spec.program.flags & FLAG_TTY;
}

static void forget(struct task *task)
{
	struct task **place = &tasks;
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

static void tell_shim(const struct task *task, char what)
{
	if (task->shim.fd >= 0)
		send(task->shim.fd, &what, 1, MSG_NOSIGNAL);
}

static void let_shim_go(struct task *task)
{
	tell_shim(task, SHIM_TOLD);
	loop_close(&task->shim);
	task->is_untold = false;
}

/* Tells the host of the end, once everything the container has said is on its way. */
static void settle(struct task *task)
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
	let_shim_go(task);
}

static void stream_done(struct stream *stream)
{
	struct task *task = stream->owner;
	if (stream == &task->streams[0] && !stream->is_terminal)
		tell_shim(task, SHIM_CLOSE_STDIN);
	settle(task);
}

static void drain(struct task *task)
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

/* --- what shims report -------------------------------------------------------------------------- */

static void started(struct task *task, const struct shim_report *report, int terminal)
{
	task->state = TASK_RUNNING;
	task->pid = report->pid;
	if (terminal >= 0) {
		fcntl(terminal, F_SETFL, O_RDWR | O_NONBLOCK);
		stream_attach(&task->streams[0], terminal);
	}
	put_u32(reply_begin(task->request), (uint32_t)task->pid);
	reply_send();
}

static void failed(struct task *task, const struct shim_report *report)
{
	struct error err = {.number = report->number ? report->number : EIO};
	memcpy(err.text, report->text, sizeof err.text);
	for (int i = 0; i < 3; i++)
		task->streams[i].done = NULL;
	reply_error(task->request, &err);
	forget(task);
}

static void exited(struct task *task, const struct shim_report *report)
{
	task->state = TASK_EXITED;
	task->is_untold = true;
	task->pid = 0;
	task->code = report->code;
	task->oom = report->oom;
	task->exited_ns = report->exited_ns;
	drain(task);
	settle(task);
}

/* The shim was killed: its container goes with it as far as we can see to that. */
static void lost(struct task *task)
{
	struct shim_report report = {.code = 137, .number = EIO, .text = "the container's shim has died"};
	loop_close(&task->shim);
	if (task->state == TASK_STARTING) {
		failed(task, &report);
	} else if (task->state == TASK_RUNNING) {
		kill(task->pid, SIGKILL);
		exited(task, &report);
	}
}

/* Receives a report with up to three descriptors; returns its length, 0 at the end, or -1. */
static ssize_t receive(int fd, struct shim_report *report, struct bytes *body, int fds[3], int flags)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int) * 3)];
	} control;
	struct iovec parts[2] = {{report, sizeof *report}, {body ? body->data : NULL, body ? body->length : 0}};
	struct msghdr message = {.msg_iov = parts,
				 .msg_iovlen = body ? 2 : 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof control};
	fds[0] = fds[1] = fds[2] = -1;
	ssize_t length = recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC);
	if (length <= 0)
		return length;
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
	return length;
}

static void shim_ready(struct source *source, uint32_t events)
{
	(void)events;
	struct task *task = (struct task *)source;
	struct shim_report report;
	int fds[3];
	ssize_t length = receive(source->fd, &report, NULL, fds, MSG_DONTWAIT);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length != sizeof report)
		lost(task);
	else if (report.kind == SHIM_STARTED)
		started(task, &report, fds[0]);
	else if (report.kind == SHIM_FAILED)
		failed(task, &report);
	else
		exited(task, &report);
}

/* --- starting ----------------------------------------------------------------------------------- */

static struct task *new_task(struct bytes body, struct error *err)
{
	struct task *task = memory_zeroed(sizeof *task);
	task->shim = (struct source){shim_ready, -1, 0};
	task->body = (struct bytes){memory_take(body.length), body.length};
	memcpy(task->body.data, body.data, body.length);
	/* Decoding changes the bytes, and an agent after us will want them as they were. */
	task->decoded = memory_take(body.length);
	memcpy(task->decoded, body.data, body.length);
	struct reader reader = {task->decoded, task->decoded + body.length, &task->arena, false};
	take_container_spec(&reader, &task->spec);
	for (int i = 0; i < 3; i++)
		task->streams[i] = (struct stream){.source.fd = -1, .done = stream_done, .owner = task};
	task->next = tasks;
	tasks = task;
	const char *id = task->spec.id;
	if (taken_whole(&reader) && *id && !strchr(id, '/') && *id != '.' && strlen(id) < SHIM_ID_MAX)
		return task;
	fail(err, EINVAL, "malformed request");
	forget(task);
	return NULL;
}

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

static int resolve_namespaces(const struct container_spec *spec, struct namespaces *namespaces, struct error *err)
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

static int kind_of(const struct task *task, int i)
{
	if (has_terminal(task))
		return STREAM_INPUT | STREAM_OUTPUT | STREAM_TERMINAL;
	return i == 0 ? STREAM_INPUT : STREAM_OUTPUT;
}

/* The streams are pipes at once; a terminal comes from the shim, and until then only its channel is there. */
static int open_streams(struct task *task, struct shim_plan *plan, struct error *err)
{
	uint32_t channels[3];
	channels_of(&task->spec.program, channels);
	for (int i = 0; i < 3; i++) {
		int ends[2] = {process_null(), -1};
		int result = has_terminal(task) ? 0 : process_pipe(channels[i], kind_of(task, i), ends);
		plan->container.stdio[i] = ends[0];
		plan->streams[i] = ends[1];
		bool is_wanted = has_terminal(task) ? i == 0 : ends[1] >= 0;
		if (result == 0 && is_wanted)
			result = stream_open(&task->streams[i], ends[1], channels[i], kind_of(task, i));
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
	struct task *task = new_task(body, err);
	if (!task)
		return -err->number;
	for (struct task *other = task->next; other; other = other->next) {
		if (strcmp(other->spec.id, task->spec.id) != 0)
			continue;
		if (other->state != TASK_EXITED) {
			fail(err, EEXIST, "container %s is already running", other->spec.id);
			forget(task);
			return -err->number;
		}
		forget(other);
		break;
	}
	struct shim_plan plan = {
		.container = {.spec = &task->spec,
			      .stdio = {-1, -1, -1},
			      .null_fd = process_null(),
			      .cgroup_fd = -1,
			      .netlink_fd = -1,
			      .terminal = -1,
			      .slave = -1,
			      .pidfd = -1},
		.streams = {-1, -1, -1},
		.body = task->body,
	};
	task->request = id;
	int result = start(task, &plan, err);
	for (int i = 0; i < 3; i++)
		if (plan.container.stdio[i] >= 0 && plan.container.stdio[i] != process_null())
			close(plan.container.stdio[i]);
	if (result < 0)
		forget(task);
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
	if (!has_terminal(task) || task->streams[0].source.fd < 0)
		return fail(err, ENOTTY, "container %s has no terminal", id);
	return ioctl(task->streams[0].source.fd, TIOCSWINSZ, &size) < 0 ? fail_errno(err, "resize") : 0;
}

int task_adopt(const char *id, const uint32_t channels[3], struct error *err)
{
	struct task *task = find(id);
	if (!task)
		return fail(err, ESRCH, "no such container: %s", id);
	for (int i = 0; i < 3; i++)
		if (channels[i] != 0 && stream_bind(&task->streams[i], channels[i]) < 0)
			return fail(err, EINVAL, "channel %u is in use", channels[i]);
	/* Of one that has ended, what it had still to say. */
	if (task->state == TASK_EXITED)
		drain(task);
	return 0;
}

int task_remove(const char *id, struct error *err)
{
	struct task *task = find(id);
	if (task && task->state != TASK_EXITED)
		return fail(err, EBUSY, "container %s is running", id);
	if (!*id || strchr(id, '/') || *id == '.')
		return fail(err, EINVAL, "invalid container ID");
	if (task) {
		for (int i = 0; i < 3; i++)
			task->streams[i].done = NULL;
		let_shim_go(task);
		forget(task);
	}
	static const char *const folders[] = {CONTAINER_ROOT, CONTAINER_FILES};
	int result = 0;
	for (int i = 0; i < 2; i++) {
		int folder = open(folders[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		int deleted = folder < 0 ? 0 : files_delete_tree(folder, id);
		if (folder >= 0)
			close(folder);
		if (deleted < 0)
			result = fail(err, -deleted, "delete %s/%s: %s", folders[i], id, errno_text(-deleted));
	}
	return result;
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
	for (struct task *task = tasks; task; task = task->next) {
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
			let_shim_go(task);
	}
	memcpy(out->data + count_at, &count, sizeof count);
}

/* --- shims that an earlier agent has left ------------------------------------------------------- */

static void take_up(int fd)
{
	struct bytes room = {memory_take(MAX_PAYLOAD), MAX_PAYLOAD};
	struct shim_report report;
	struct error err;
	int fds[3];
	ssize_t length = receive(fd, &report, &room, fds, 0);
	struct task *task = NULL;
	if (length > (ssize_t)sizeof report && report.kind == SHIM_BACK) {
		room.length = (uint32_t)((size_t)length - sizeof report);
		task = new_task(room, &err);
	}
	free(room.data);
	if (!task) {
		close(fd);
		return;
	}
	task->shim.fd = fd;
	loop_watch(&task->shim, EPOLLIN);
	task->state = report.exited_ns ? TASK_EXITED : TASK_RUNNING;
	task->is_untold = report.exited_ns;
	task->pid = report.pid;
	task->code = report.code;
	task->oom = report.oom;
	task->exited_ns = report.exited_ns;
	for (int i = 0; i < 3; i++) {
		if (fds[i] < 0)
			continue;
		bool is_wanted = has_terminal(task) ? i == 0 : true;
		if (is_wanted)
			stream_open(&task->streams[i], fds[i], 0, kind_of(task, i));
		else
			close(fds[i]);
	}
}

static void listener_ready(struct source *source, uint32_t events)
{
	(void)events;
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		take_up(fd);
}

/* How many children of process 1 are shims. */
static int count_shims(void)
{
	int count = 0;
	unsigned pid;
	FILE *list = fopen("/proc/1/task/1/children", "re");
	while (list && fscanf(list, "%u", &pid) == 1) {
		char path[40], name[20];
		snprintf(path, sizeof path, "/proc/%u/comm", pid);
		if (files_get(AT_FDCWD, path, name, sizeof name) > 0 && strcmp(name, "containerd-shim\n") == 0)
			count++;
	}
	if (list)
		fclose(list);
	return count;
}

void task_take_up_all(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SHIM_SOCKET};
	mkdir(SHIM_SOCKET_FOLDER, 0711);
	unlink(SHIM_SOCKET);
	listener = (struct source){listener_ready, socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), 0};
	mode_t mask = umask(0117);
	if (bind(listener.fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener.fd, 128) < 0)
		report(LOG_ERROR, "%s: %s", SHIM_SOCKET, errno_text(errno));
	umask(mask);
	for (int left = count_shims(); left > 0; left--) {
		struct pollfd ready = {.fd = listener.fd, .events = POLLIN};
		if (poll(&ready, 1, TAKE_UP_MS) < 1) {
			report(LOG_WARN, "%d shims have not come back", left);
			break;
		}
		listener_ready(&listener, EPOLLIN);
	}
	loop_watch(&listener, EPOLLIN);
}
