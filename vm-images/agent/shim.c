#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "memory.h"
#include "memory_watch.h"
#include "netlink.h"
#include "protocol.h"
#include "resolver.h"
#include "title.h"

#define PROGRAM "/usr/bin/containerd-shim-runc-v2"
#define INIT_PROGRAM "/usr/bin/docker-init"
#define INIT_TARGET "/sbin/docker-init"
/* Between two attempts to find the agent after it has gone. */
#define AGENT_RETRY_MS 20

struct shim {
	struct shim_plan plan;
	pid_t *proxies;
	struct shim_report state;
	bool is_told;
};

/* Closes everything but standard error and what is to be kept, which is sorted on the way. */
static void close_others(int *keep, int count)
{
	int next = 3;
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && keep[j] < keep[j - 1]; j--) {
			int swap = keep[j];
			keep[j] = keep[j - 1];
			keep[j - 1] = swap;
		}
	for (int i = 0; i < count; i++) {
		if (keep[i] < next)
			continue;
		if (keep[i] > next)
			close_range((unsigned)next, (unsigned)keep[i] - 1, 0);
		next = keep[i] + 1;
	}
	close_range((unsigned)next, ~0u, 0);
}

static void close_inherited(const struct shim_plan *plan)
{
	int keep[8], count = 0;
	keep[count++] = plan->socket;
	keep[count++] = plan->container.null_fd;
	for (int i = 0; i < 3; i++) {
		keep[count++] = plan->streams[i];
		keep[count++] = plan->container.stdio[i];
	}
	close_others(keep, count);
}

static void take_title(const char *id)
{
	const char *const words[] = {PROGRAM, "-namespace", "moby", "-id", id, "-address", SHIM_SOCKET, NULL};
	title_set("containerd-shim", words);
}

/* --- telling the agent -------------------------------------------------------------------------- */

static int send_report(int socket, const struct shim_report *report, const int *fds, int count,
		       struct bytes body)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int) * 3)];
	} control;
	struct iovec parts[2] = {{(void *)(uintptr_t)report, sizeof *report}, {body.data, body.length}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = body.length ? 2 : 1};
	if (count > 0) {
		memset(&control, 0, sizeof control);
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
		memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * (size_t)count);
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* To an agent that knows us already. */
static void tell(struct shim *shim, enum shim_kind kind)
{
	struct shim_report report = shim->state;
	int terminal = shim->plan.container.terminal;
	bool with_terminal = kind == SHIM_STARTED && terminal >= 0;
	report.kind = kind;
	report.has_terminal = with_terminal;
	if (shim->plan.socket >= 0)
		send_report(shim->plan.socket, &report, &terminal, with_terminal, (struct bytes){0});
}

/* To a new agent: who we are, what we hold, and how it was begun. */
static bool tell_again(struct shim *shim)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SHIM_SOCKET};
	struct shim_report report = shim->state;
	int fds[3], count = 0;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	report.kind = SHIM_BACK;
	report.has_terminal = shim->plan.container.terminal >= 0;
	if (report.has_terminal) {
		fds[count++] = shim->plan.container.terminal;
	} else {
		/* A stream that is not there has /dev/null standing in for it, so that each keeps its place.
		 */
		for (int i = 0; i < 3; i++)
			fds[count++] =
			    shim->plan.streams[i] >= 0 ? shim->plan.streams[i] : shim->plan.container.null_fd;
	}
	if (send_report(fd, &report, fds, count, shim->plan.body) < 0) {
		close(fd);
		return false;
	}
	shim->plan.socket = fd;
	return true;
}

/* --- the container's life ----------------------------------------------------------------------- */

/* docker-init is brought in as a mount and put before the program. */
static void wrap_in_init(struct container_spec *spec)
{
	static char source[] = INIT_PROGRAM, target[] = INIT_TARGET, type[] = "bind", dashes[] = "--",
		    nothing[] = "";
	struct strings *argv = &spec->program.argv;
	char **items = memory_take((argv->count + 3) * sizeof *items);
	items[0] = target;
	items[1] = dashes;
	memcpy(items + 2, argv->items, (argv->count + 1) * sizeof *items);
	*argv = (struct strings){items, argv->count + 2};
	struct mount_spec *mounts = memory_take((spec->mount_count + 1) * sizeof *mounts);
	memcpy(mounts, spec->mounts, spec->mount_count * sizeof *mounts);
	mounts[spec->mount_count++] =
	    (struct mount_spec){source, target, type, MS_BIND | MS_RDONLY, nothing, false, -1, true};
	spec->mounts = mounts;
}

static int offer_ports(struct shim *shim, struct error *err)
{
	struct container *container = &shim->plan.container;
	const struct container_spec *spec = container->spec;
	int result;
	shim->proxies = memory_zeroed((spec->port_count + 1) * sizeof *shim->proxies);
	if ((result = net_publish(container, shim->proxies, err)) < 0 || !*spec->rules_up)
		return result;
	if ((result = net_apply_rules(spec->rules_up, err)) < 0)
		return result;
	container->has_rules = true;
	return 0;
}

static void withdraw_ports(struct shim *shim)
{
	struct container *container = &shim->plan.container;
	struct error ignored;
	if (shim->proxies)
		net_unpublish(container, shim->proxies);
	free(shim->proxies);
	shim->proxies = NULL;
	if (container->has_rules)
		net_apply_rules(container->spec->rules_down, &ignored);
	container->has_rules = false;
}

static int make(struct shim *shim, struct error *err)
{
	struct container *container = &shim->plan.container;
	struct container_spec *spec = container->spec;
	int result;
	if ((result = mounts_make_root(container, err)) < 0 || (result = cgroup_make(container, err)) < 0)
		return result;
	if (spec->endpoint_count > 0 && container->namespaces.net == 0) {
		container->netlink_fd = netlink_open(err);
		if (container->netlink_fd < 0)
			return container->netlink_fd;
		net_announce(container);
	}
	if (spec->program.flags & FLAG_INIT)
		wrap_in_init(spec);
	if ((result = offer_ports(shim, err)) < 0)
		return result;
	return container_start(container, err);
}

/* Undoes all that make() may have done. */
static void clear(struct shim *shim)
{
	struct container *container = &shim->plan.container;
	/* A new pid namespace has died with its first process; in a shared one others may be left. */
	if (container->namespaces.pid != 0)
		cgroup_kill(container);
	mounts_remove_root(container);
	cgroup_remove(container);
	/* It would keep the network namespace alive. */
	if (container->resolver >= 0)
		close(container->resolver);
	container->resolver = -1;
	withdraw_ports(shim);
}

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void reap(struct shim *shim)
{
	struct container *container = &shim->plan.container;
	int status;
	while (waitpid(container->pid, &status, __WALL) < 0 && errno == EINTR)
		;
	close(container->pidfd);
	container->pidfd = -1;
	shim->state.exited_ns = now_ns();
	shim->state.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	/* Any process of the container may have been the one, whatever the first has made of it. */
	shim->state.oom = cgroup_had_oom(container);
	shim->state.pid = 0;
}

/* Other ports than before, of a container that runs. When they cannot be had, there are none. */
static int publish_again(struct shim *shim, struct bytes body, struct error *err)
{
	struct container *container = &shim->plan.container;
	/* What the last one was decoded to: the texts in it are in use until the next comes. */
	static struct bytes kept;
	static struct arena arena;
	struct bytes copy = {memory_take(body.length), body.length};
	if (container->pidfd < 0)
		return fail(err, ESRCH, "container %s is not running", container->spec->id);
	withdraw_ports(shim);
	memcpy(copy.data, body.data, body.length);
	arena_clear(&arena);
	struct reader reader = {copy.data, copy.data + copy.length, &arena, false};
	take_publication(&reader, container->spec);
	free(kept.data);
	kept = copy;
	int result = offer_ports(shim, err);
	if (result < 0)
		withdraw_ports(shim);
	return result;
}

static void publish(struct shim *shim, struct bytes body)
{
	struct error err = {0};
	publish_again(shim, body, &err);
	shim->state.number = err.number;
	memcpy(shim->state.text, err.text, sizeof shim->state.text);
	tell(shim, SHIM_PUBLISHED);
}

static void obey(struct shim *shim)
{
	static uint8_t message[MAX_PAYLOAD];
	int *input = &shim->plan.streams[0];
	ssize_t count = recv(shim->plan.socket, message, sizeof message, 0);
	char order = count > 0 ? (char)message[0] : 0;
	if (count == 0 || (count < 0 && errno != EINTR)) {
		close(shim->plan.socket);
		shim->plan.socket = -1;
	} else if (order == SHIM_TOLD) {
		shim->is_told = true;
	} else if (order == SHIM_PUBLISH) {
		publish(shim, (struct bytes){message + 1, (uint32_t)count - 1});
	} else if (order == SHIM_CLOSE_STDIN && *input >= 0) {
		close(*input);
		*input = -1;
	}
}

/* Waits for the container's end, then for the agent to say that it has been told. */
static void serve(struct shim *shim)
{
	struct container *container = &shim->plan.container;
	char names[FILES_PATH_MAX];
	snprintf(names, sizeof names, CONTAINER_FILES "/%s/names", container->spec->id);
	struct memory_watch memory;
	memory_watch_open(&memory, container);
	while (!shim->is_told) {
		struct pollfd fds[4] = {{.fd = shim->plan.socket, .events = POLLIN},
					{.fd = container->pidfd, .events = POLLIN},
					{.fd = container->resolver, .events = POLLIN},
					{.fd = memory_watch_fd(&memory), .events = POLLPRI}};
		bool is_alone = shim->plan.socket < 0;
		poll(fds, 4, is_alone ? AGENT_RETRY_MS : memory_watch_timeout(&memory));
		if (fds[2].revents)
			resolver_answer(container->resolver, names);
		if (memory_watch_check(&memory, fds[3].revents))
			tell(shim, SHIM_OUT_OF_MEMORY);
		if (fds[1].revents) {
			reap(shim);
			memory_watch_close(&memory);
			clear(shim);
			tell(shim, SHIM_EXITED);
		}
		if (is_alone) {
			tell_again(shim);
		} else if (fds[0].revents) {
			obey(shim);
		}
	}
}

static void run(struct shim *shim)
{
	struct container *container = &shim->plan.container;
	struct error err;
	close_inherited(&shim->plan);
	take_title(container->spec->id);
	snprintf(shim->state.id, sizeof shim->state.id, "%s", container->spec->id);
	int result = make(shim, &err);
	for (int i = 0; i < 3; i++)
		if (container->stdio[i] >= 0 && container->stdio[i] != container->null_fd)
			close(container->stdio[i]);
	if (container->netlink_fd >= 0)
		close(container->netlink_fd);
	if (result < 0) {
		if (container->pid > 0)
			waitpid(container->pid, NULL, __WALL);
		clear(shim);
		shim->state.number = err.number;
		memcpy(shim->state.text, err.text, sizeof shim->state.text);
		tell(shim, SHIM_FAILED);
		return;
	}
	shim->state.pid = container->pid;
	tell(shim, SHIM_STARTED);
	serve(shim);
}

/* In the place of a shim that was killed. Its container is not a child of ours: its cgroup tells when all of it
 * has gone. Its proxies have died with their parent. */
static void bury(struct shim *shim)
{
	struct container *container = &shim->plan.container;
	close_inherited(&shim->plan);
	take_title(container->spec->id);
	snprintf(shim->state.id, sizeof shim->state.id, "%s", container->spec->id);
	container->is_mounted = true;
	container->has_rules = *container->spec->rules_down;
	cgroup_open(container);
	cgroup_end(container);
	shim->state.exited_ns = now_ns();
	shim->state.code = 128 + SIGKILL;
	shim->state.oom = cgroup_had_oom(container);
	clear(shim);
	tell(shim, SHIM_EXITED);
	serve(shim);
}

static pid_t start(const struct shim_plan *plan, void (*life)(struct shim *))
{
	/* glibc's fork() cannot give the child to our parent. Nothing in it is missed: the lock is ours, and
	 * stays so. */
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid != 0)
		return pid;
	static struct shim shim;
	shim.plan = *plan;
	life(&shim);
	_exit(0);
}

pid_t shim_start(const struct shim_plan *plan)
{
	return start(plan, run);
}

pid_t shim_bury(const struct shim_plan *plan)
{
	return start(plan, bury);
}
