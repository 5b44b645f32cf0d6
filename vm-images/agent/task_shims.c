#define _GNU_SOURCE
#include "task_record.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "files.h"
#include "protocol.h"
#include "session.h"

#define TAKE_UP_MS 2000

static struct source listener = {.fd = -1};

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
	task->request = 0;
}

static void published(struct task *task, const struct shim_report *report)
{
	struct error err = {.number = report->number};
	uint32_t request = task->request;
	memcpy(err.text, report->text, sizeof err.text);
	task->request = 0;
	if (request && err.number)
		reply_error(request, &err);
	else if (request)
		reply_empty(request);
}

static void failed(struct task *task, const struct shim_report *report)
{
	struct error err = {.number = report->number ? report->number : EIO};
	memcpy(err.text, report->text, sizeof err.text);
	for (int i = 0; i < 3; i++)
		task->streams[i].done = NULL;
	reply_error(task->request, &err);
	task_forget(task);
}

static void exited(struct task *task, const struct shim_report *report)
{
	task->state = TASK_EXITED;
	task->is_untold = true;
	task->pid = 0;
	task->code = report->code;
	task->oom = report->oom;
	task->exited_ns = report->exited_ns;
	task_drain(task);
	task_settle(task);
}

/* Another shim takes away what is left of the container, and tells the end as the one that was killed would have. */
static int replace_shim(struct task *task)
{
	struct shim_plan plan = task_plan(task);
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	plan.socket = pair[1];
	pid_t shim = shim_bury(&plan);
	close(pair[1]);
	task->shim.fd = pair[0];
	if (shim < 0)
		return -errno;
	loop_watch(&task->shim, EPOLLIN);
	return 0;
}

/* The shim was killed: its container goes with it. */
static void lost(struct task *task)
{
	struct shim_report report = {.code = 128 + SIGKILL, .number = EIO, .text = "the container's shim has died"};
	loop_close(&task->shim);
	if (task->state == TASK_STARTING) {
		failed(task, &report);
	} else if (task->state == TASK_RUNNING) {
		published(task, &report);
		kill(task->pid, SIGKILL);
		if (replace_shim(task) < 0)
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
	struct iovec parts[2] = {{report, sizeof *report},
				 {body ? body->data : NULL, body ? body->length : 0}};
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

void task_shim_ready(struct source *source, uint32_t events)
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
	else if (report.kind == SHIM_PUBLISHED)
		published(task, &report);
	else if (report.kind == SHIM_OUT_OF_MEMORY)
		task_tell_out_of_memory(task);
	else
		exited(task, &report);
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
		task = task_new(room, &err);
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
		bool is_wanted = task_has_terminal(task) ? i == 0 : true;
		if (is_wanted)
			stream_open(&task->streams[i], fds[i], 0, task_stream_kind(task, i));
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
		if (files_get(AT_FDCWD, path, name, sizeof name) > 0 &&
		    strcmp(name, "containerd-shim\n") == 0)
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
	if (bind(listener.fd, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(listener.fd, 128) < 0)
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
