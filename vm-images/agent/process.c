#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "launch.h"
#include "protocol.h"
#include "session.h"
#include "spare.h"
#include "stream.h"
#include "task.h"

enum { IN, OUT, ERR };

struct process {
	struct process *next;
	uint32_t handle;
	pid_t pid;
	bool is_contained;
	bool has_exited;
	int code;
	/* With a terminal only the first, which goes both ways. */
	struct stream streams[3];
};

/* What the two clones on the way into a container share with the agent. */
struct start {
	const struct program *program;
	const struct task *task;
	struct launch plan;
	int cgroup_fd;
	int terminal;
	int slave;
	pid_t pid;
	int result;
	struct error *err;
};

static struct process *processes;

int process_null(void)
{
	static int null_fd = -1;
	if (null_fd < 0)
		null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	return null_fd;
}

static struct process **place_of(uint32_t handle)
{
	struct process **place = &processes;
	while (*place && (*place)->handle != handle)
		place = &(*place)->next;
	return place;
}

/* Sends EXITED once everything the process has said is on its way. */
static void settle(struct process *process)
{
	if (!process->has_exited)
		return;
	for (int i = 0; i < 3; i++)
		if (process->streams[i].is_open && process->streams[i].output && process->streams[i].channel)
			return;
	struct process **place = place_of(process->handle);
	if (*place != process)
		return;
	*place = process->next;
	for (int i = 0; i < 3; i++)
		stream_close(&process->streams[i]);
	struct buffer *event = event_begin(EVENT_EXITED);
	put_u32(event, process->handle);
	put_u32(event, (uint32_t)process->code);
	event_send();
	free(process);
}

static void stream_done(struct stream *stream)
{
	settle(stream->owner);
}

/* --- starting ----------------------------------------------------------------------------------- */

static int open_terminal(struct start *start)
{
	int unlock = 0;
	struct winsize size = {.ws_row = start->program->rows, .ws_col = start->program->cols};
	start->terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (start->terminal < 0)
		return fail_errno(start->err, "open /dev/ptmx");
	if (ioctl(start->terminal, TIOCSPTLCK, &unlock) < 0)
		return fail_errno(start->err, "unlock terminal");
	start->slave = ioctl(start->terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (start->slave < 0)
		return fail_errno(start->err, "open terminal");
	ioctl(start->terminal, TIOCSWINSZ, &size);
	for (int i = 0; i < 3; i++)
		start->plan.stdio[i] = start->slave;
	return 0;
}

static int run_program(void *argument)
{
	struct start *start = argument;
	umask(022);
	start->result = launch(&start->plan, start->err);
	return 1;
}

/* Joins the container; the program has to be a further process, for only children get the pid namespace. */
static int join_container(void *argument)
{
	struct start *start = argument;
	int types = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
	int fd = (int)syscall(SYS_pidfd_open, task_pid(start->task), 0);
	if (fd < 0 || setns(fd, types) < 0) {
		start->result = fail_errno(start->err, "joining the container's namespaces");
		return 1;
	}
	close(fd);
	if ((start->program->flags & FLAG_TTY) && (start->result = open_terminal(start)) < 0)
		return 1;
	start->pid = launch_clone(CLONE_PARENT, start->cgroup_fd, NULL, run_program, start);
	if (start->pid < 0)
		start->result = fail_errno(start->err, "clone");
	return 0;
}

static int start_in_container(struct start *start)
{
	const struct container_spec *spec = task_spec(start->task);
	char path[FILES_PATH_MAX];
	cgroup_path(spec->cgroup_parent, spec->id, path, sizeof path);
	start->cgroup_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (start->cgroup_fd < 0)
		return fail_errno(start->err, "open %s", path);
	start->plan.is_contained = true;
	start->plan.extra_groups = spec->extra_groups;
	start->plan.rlimits = spec->rlimits;
	start->plan.rlimit_count = spec->rlimit_count;
	/* The container's filter counts for all that runs in it, `exec --privileged` too. */
	start->plan.seccomp = spec->seccomp;
	/* It shares our descriptors, so that the terminal it opens inside is ours too. */
	pid_t joiner = launch_clone(CLONE_FILES, -1, NULL, join_container, start);
	if (joiner > 0)
		waitpid(joiner, NULL, __WALL);
	else
		start->result = fail_errno(start->err, "clone");
	close(start->cgroup_fd);
	return start->result;
}

static int start_in_guest(struct start *start)
{
	if ((start->program->flags & FLAG_TTY) && open_terminal(start) < 0)
		return -start->err->number;
	start->pid = launch_clone(0, -1, NULL, run_program, start);
	return start->pid < 0 ? fail_errno(start->err, "clone") : start->result;
}

int process_pipe(uint32_t channel, int direction, int ends[2])
{
	/* ends[0] is the child's, ends[1] ours, which must not block. */
	int raw[2];
	ends[0] = process_null();
	ends[1] = -1;
	if (channel == 0)
		return 0;
	if (pipe2(raw, O_CLOEXEC) < 0)
		return -errno;
	bool is_input = direction == STREAM_INPUT;
	ends[0] = raw[is_input ? 0 : 1];
	ends[1] = raw[is_input ? 1 : 0];
	fcntl(ends[1], F_SETFL, O_NONBLOCK | (is_input ? O_WRONLY : O_RDONLY));
	return 0;
}

static void close_unless_null(int fd)
{
	if (fd >= 0 && fd != process_null())
		close(fd);
}

static int start_program(struct start *start, const char *container, int ours[3])
{
	const uint32_t channels[3] = {start->program->stdin_channel, start->program->stdout_channel,
				      start->program->stderr_channel};
	int result = 0;
	for (int i = 0; i < 3; i++) {
		int ends[2] = {process_null(), -1};
		if (!(start->program->flags & FLAG_TTY) && result == 0)
			result = process_pipe(channels[i], i == IN ? STREAM_INPUT : STREAM_OUTPUT, ends);
		start->plan.stdio[i] = ends[0];
		ours[i] = ends[1];
	}
	if (result < 0)
		fail(start->err, -result, "pipe: %s", errno_text(-result));
	else
		result = *container ? start_in_container(start) : start_in_guest(start);
	if (start->slave >= 0)
		close(start->slave);
	else
		for (int i = 0; i < 3; i++)
			close_unless_null(start->plan.stdio[i]);
	if (result < 0) {
		for (int i = 0; i < 3; i++)
			close_unless_null(ours[i]);
		if (start->terminal >= 0)
			close(start->terminal);
		if (start->pid > 0)
			waitpid(start->pid, NULL, __WALL);
	}
	return result;
}

static int bind_streams(struct process *process, const struct start *start, const int ours[3],
			struct error *err)
{
	const struct program *program = start->program;
	const uint32_t channels[3] = {program->stdin_channel, program->stdout_channel,
				      program->stderr_channel};
	int result = 0;
	if (program->flags & FLAG_TTY)
		return stream_open(&process->streams[IN], start->terminal, channels[IN],
				   STREAM_INPUT | STREAM_OUTPUT | STREAM_TERMINAL);
	for (int i = 0; i < 3; i++) {
		if (ours[i] < 0)
			continue;
		int opened = stream_open(&process->streams[i], ours[i], channels[i],
					 i == IN ? STREAM_INPUT : STREAM_OUTPUT);
		if (opened < 0)
			result = fail(err, EINVAL, "channel %u is in use", channels[i]);
	}
	return result;
}

/* Starts a program that nobody has asked for yet. */
static int keep_spare(const struct program *program, struct error *err)
{
	struct start start = {.program = program, .terminal = -1, .slave = -1, .err = err};
	int ours[3];
	start.plan.program = program;
	if (!(program->flags & FLAG_TTY))
		return fail(err, EINVAL, "a spare process needs a terminal");
	int result = start_program(&start, "", ours);
	if (result < 0)
		return result;
	if (spare_keep(program, start.pid, start.terminal))
		return start.pid;
	close(start.terminal);
	return fail(err, EEXIST, "there is a spare process already");
}

int process_spawn(const struct spawn_request *request, struct error *err)
{
	struct start start = {.program = &request->program, .terminal = -1, .slave = -1, .err = err};
	int ours[3];
	if (*place_of(request->handle))
		return fail(err, EEXIST, "handle %u is in use", request->handle);
	struct program program = request->program;
	if (*request->container) {
		start.task = task_find_running(request->container, err);
		if (!start.task)
			return -err->number;
		if (program.caps == 0)
			program.caps = task_spec(start.task)->program.caps;
		if (task_spec(start.task)->program.flags & FLAG_NO_NEW_PRIVS)
			program.flags |= FLAG_NO_NEW_PRIVS;
	}
	else if (program.flags & FLAG_SPARE)
		return keep_spare(&program, err);
	start.program = start.plan.program = &program;
	int result = 0;
	if (!*request->container)
		start.pid = spare_take(&program, &start.terminal);
	if (start.pid == 0)
		result = start_program(&start, request->container, ours);
	if (result < 0)
		return result;
	struct process *process = memory_zeroed(sizeof *process);
	process->next = processes;
	process->handle = request->handle;
	process->pid = start.pid;
	process->is_contained = *request->container;
	processes = process;
	for (int i = 0; i < 3; i++) {
		process->streams[i].source.fd = -1;
		process->streams[i].done = stream_done;
		process->streams[i].owner = process;
	}
	result = bind_streams(process, &start, ours, err);
	if (result < 0)
		kill(start.pid, SIGKILL);
	return result < 0 ? result : start.pid;
}

/* --- afterwards --------------------------------------------------------------------------------- */

int process_signal(uint32_t handle, int signal, struct error *err)
{
	const struct process *process = *place_of(handle);
	if (!process || process->has_exited)
		return fail(err, ESRCH, "no such process");
	/* A program of the guest leads its own group, whose other members are its doing. */
	bool whole_group = !process->is_contained && !process->streams[IN].is_terminal;
	if (whole_group && kill(-process->pid, signal) == 0)
		return 0;
	return kill(process->pid, signal) < 0 ? fail_errno(err, "kill") : 0;
}

int process_resize(uint32_t handle, uint16_t rows, uint16_t cols, struct error *err)
{
	const struct process *process = *place_of(handle);
	struct winsize size = {.ws_row = rows, .ws_col = cols};
	if (!process || process->streams[IN].source.fd < 0)
		return fail(err, ESRCH, "no such process");
	return ioctl(process->streams[IN].source.fd, TIOCSWINSZ, &size) < 0 ? fail_errno(err, "resize") : 0;
}

void process_reaped(int pid, int status)
{
	struct process *process = processes;
	while (process && process->pid != pid)
		process = process->next;
	if (!process) {
		spare_reaped(pid);
		return;
	}
	process->has_exited = true;
	process->code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	/* Each is drained with nobody told, so that the process is not freed under our hands. */
	for (int i = 0; i < 3; i++) {
		process->streams[i].done = NULL;
		stream_drain(&process->streams[i]);
		process->streams[i].done = stream_done;
	}
	settle(process);
}

void process_hang_up_all(void)
{
	while (processes) {
		struct process *process = processes;
		processes = process->next;
		for (int i = 0; i < 3; i++)
			stream_close(&process->streams[i]);
		if (!process->has_exited && kill(-process->pid, SIGHUP) < 0)
			kill(process->pid, SIGHUP);
		free(process);
	}
}
