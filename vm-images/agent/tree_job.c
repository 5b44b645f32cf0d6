#define _GNU_SOURCE
#include "tree_job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protocol.h"
#include "session.h"
#include "stream.h"
#include "title.h"
#include "tree.h"

struct job {
	/* What the process reports; gone with it. */
	struct source report;
	/* The process's stream, a socket so that either side sees the other go. */
	struct stream stream;
	struct job *next;
	uint32_t request;
	bool is_answered;
	pid_t pid;
};

static struct job *jobs;

static void forget_if_over(struct job *job)
{
	if (job->report.fd >= 0 || job->stream.is_open)
		return;
	struct job **place = &jobs;
	while (*place != job)
		place = &(*place)->next;
	*place = job->next;
	free(job);
}

static void stream_done(struct stream *stream)
{
	forget_if_over(stream->owner);
}

static void answer(struct job *job, const struct tree_report *report, size_t length)
{
	job->is_answered = true;
	if (report->number) {
		struct error err = {.number = report->number};
		snprintf(err.text, sizeof err.text, "%.*s", (int)length, report->body);
		reply_error(job->request, &err);
		return;
	}
	buffer_append(reply_begin(job->request), report->body, length);
	reply_send();
}

/* What was sent so far is not all: the host learns that from the errno the channel is closed with. */
static void break_off(struct job *job, int number)
{
	struct channel *channel = job->stream.channel;
	job->stream.channel = NULL;
	if (channel)
		channel_close(channel, (uint32_t)number);
	stream_close(&job->stream);
}

static void report_ready(struct source *source, uint32_t events)
{
	(void)events;
	static struct tree_report report;
	struct job *job = (struct job *)source;
	ssize_t count = recv(source->fd, &report, sizeof report, MSG_DONTWAIT);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	size_t head = sizeof report - sizeof report.body;
	if (count >= (ssize_t)head) {
		if (!job->is_answered)
			answer(job, &report, (size_t)count - head);
		else if (report.number)
			break_off(job, report.number);
		/* A process that has failed waits for this before it goes, so that its stream does not seem whole. */
		if (report.number == 0)
			return;
	} else if (!job->is_answered) {
		report = (struct tree_report){.number = EIO};
		int length = snprintf(report.body, sizeof report.body, "the process at work on the files has died");
		answer(job, &report, (size_t)length);
	}
	loop_close(&job->report);
	forget_if_over(job);
}

static void run(const struct tree_work *work, int report, int data)
{
	const char *const words[] = {work->op == OP_EXTRACT ? "docker-untar" : "docker-tar", "/", NULL};
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	/* Nothing else of the agent's may be kept from ending. */
	if (data >= 0)
		dup2(data, TREE_STREAM);
	dup2(report, TREE_REPORT);
	close_range(TREE_REPORT + 1, ~0u, 0);
	title_set(words[0], words);
	tree_work(work);
	_exit(0);
}

static int begin(struct job *job, const struct tree_work *work, struct error *err)
{
	int reports[2], data[2] = {-1, -1};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, reports) < 0)
		return fail_errno(err, "socketpair");
	job->report.fd = reports[0];
	uint32_t channel = work->request.channel;
	bool is_streaming = work->op != OP_STAT_PATH && work->op != OP_USAGE;
	if (is_streaming && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, data) < 0)
		fail_errno(err, "socketpair");
	pid_t pid = -1;
	if (!is_streaming || data[1] >= 0) {
		/* As for a shim, glibc's own fork() would only do more than is needed. */
		pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
		if (pid == 0)
			run(work, reports[1], data[1]);
		if (pid < 0)
			fail_errno(err, "fork");
	}
	close(reports[1]);
	if (data[1] >= 0)
		close(data[1]);
	if (pid < 0) {
		if (data[0] >= 0)
			close(data[0]);
		return -err->number;
	}
	job->pid = pid;
	loop_watch(&job->report, EPOLLIN);
	if (!is_streaming)
		return 0;
	fcntl(data[0], F_SETFL, O_NONBLOCK);
	int kind = STREAM_SOCKET | (work->op == OP_EXTRACT ? STREAM_INPUT : STREAM_OUTPUT);
	if (channel == 0 || stream_open(&job->stream, data[0], channel, kind) < 0) {
		stream_close(&job->stream);
		kill(pid, SIGKILL);
		return fail(err, EINVAL, "channel %u is in use", channel);
	}
	return 0;
}

int tree_job_start(uint32_t id, uint16_t op, struct reader *body, struct error *err)
{
	struct tree_work work = {.op = op};
	if (op == OP_USAGE)
		work.paths = take_strings(body);
	else
		take_tree_request(body, op, &work.request);
	const char *container = op == OP_USAGE ? "" : work.request.root.container;
	if (!taken_whole(body) || strchr(container, '/') || *container == '.')
		return fail(err, EINVAL, "malformed request");
	struct job *job = memory_zeroed(sizeof *job);
	job->report = (struct source){report_ready, -1, 0};
	job->stream = (struct stream){.source.fd = -1, .done = stream_done, .owner = job};
	job->request = id;
	job->next = jobs;
	jobs = job;
	int result = begin(job, &work, err);
	if (result < 0) {
		loop_close(&job->report);
		forget_if_over(job);
	}
	return result;
}

void tree_job_drop_all(void)
{
	while (jobs) {
		struct job *job = jobs;
		jobs = job->next;
		kill(job->pid, SIGKILL);
		stream_close(&job->stream);
		loop_close(&job->report);
		free(job);
	}
}
