#define _GNU_SOURCE
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"
#include "launch.h"
#include "protocol.h"
#include "resolver.h"

/* Docker's names of the namespaces, which its errors have. */
static const struct {
	int type;
	const char *name;
} kinds[NAMESPACE_KINDS] = {
    {CLONE_NEWNET, "network"},
    {CLONE_NEWIPC, "IPC"},
    {CLONE_NEWUTS, "UTS"},
    {CLONE_NEWCGROUP, "cgroup"},
};

/* Takes hold of the processes whose namespaces are joined: a process in another pid namespace could not find them. */
static int open_joined(struct container *container, struct error *err)
{
	const struct namespaces *from = &container->namespaces;
	const pid_t pids[NAMESPACE_KINDS] = {from->net, from->ipc, from->uts, from->cgroup};
	for (int i = 0; i < NAMESPACE_KINDS; i++) {
		container->joined[i] = -1;
		if (pids[i] <= 0)
			continue;
		container->joined[i] = (int)syscall(SYS_pidfd_open, pids[i], 0);
		if (container->joined[i] < 0)
			return fail_errno(err, "joining %s namespace of another container: pidfd_open",
					  kinds[i].name);
	}
	return 0;
}

static int join_all(const struct container *container, struct error *err)
{
	for (int i = 0; i < NAMESPACE_KINDS; i++)
		if (container->joined[i] >= 0 && setns(container->joined[i], kinds[i].type) < 0)
			return fail_errno(err, "joining %s namespace of another container: setns",
					  kinds[i].name);
	return 0;
}

/* A process's own pid namespace is what its children get. */
static int join_pid_namespace(pid_t pid, struct error *err)
{
	if (pid <= 0)
		return 0;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0 || setns(fd, CLONE_NEWPID) < 0)
		return fail_errno(err, "joining PID namespace of another container: setns");
	close(fd);
	return 0;
}

static int set_names(const struct container *container, struct error *err)
{
	const struct container_spec *spec = container->spec;
	if (container->namespaces.uts != 0)
		return 0;
	if (sethostname(spec->hostname, strlen(spec->hostname)) < 0)
		return fail_errno(err, "sethostname");
	if (*spec->domainname && setdomainname(spec->domainname, strlen(spec->domainname)) < 0)
		return fail_errno(err, "setdomainname");
	return 0;
}

static int set_oom_score(const struct container_spec *spec, struct error *err)
{
	char text[16];
	if (spec->oom_score_adj == 0)
		return 0;
	snprintf(text, sizeof text, "%d", spec->oom_score_adj);
	int result = files_put(AT_FDCWD, "/proc/self/oom_score_adj", text);
	return result < 0 ? fail(err, -result, "failed to set oom_score_adj: %s", errno_text(-result)) : 0;
}

static bool has_resolver(const struct container *container)
{
	return container->namespaces.net == 0 && container->spec->endpoint_count > 0;
}

static bool shares_files(const struct container *container)
{
	return (container->spec->program.flags & FLAG_TTY) || has_resolver(container);
}

/* The first process: from the machine's world, which only /proc and the sources still need, into its own. */
static int enter(struct container *container, struct error *err)
{
	const struct container_spec *spec = container->spec;
	int result;
	umask(0);
	/* A new cgroup namespace is rooted where the process is, so it cannot come with the clone that puts
	 * it there. */
	if (container->namespaces.cgroup == 0 && unshare(CLONE_NEWCGROUP) < 0)
		return fail_errno(err, "unshare cgroup namespace");
	if ((result = join_all(container, err)) < 0 || (result = set_oom_score(spec, err)) < 0)
		return result;
	if (container->namespaces.net == 0 && (result = net_configure(container, err)) < 0)
		return result;
	/* Ready before anybody can ask; a network of one's own may be joined at any time. */
	if (has_resolver(container) && (container->resolver = resolver_open(err)) < 0)
		return container->resolver;
	if ((result = set_names(container, err)) < 0 || (result = mounts_open_sources(container, err)) < 0 ||
	    (result = mounts_enter_root(container, err)) < 0 || (result = mounts_make(container, err)) < 0)
		return result;
	if ((spec->program.flags & FLAG_TTY) && (result = devices_open_terminal(container, err)) < 0)
		return result;
	/* Shared descriptors are how the shim gets the terminal and the resolver; from here on ours are our own. */
	if (shares_files(container) && unshare(CLONE_FILES) < 0)
		return fail_errno(err, "unshare files");
	result = mounts_finish(container, err);
	umask(022);
	return result;
}

static int first_process(void *argument)
{
	struct container *container = argument;
	const struct container_spec *spec = container->spec;
	struct launch plan = {
	    .program = &spec->program,
	    .is_contained = true,
	    .create_cwd = true,
	    .extra_groups = spec->extra_groups,
	    .rlimits = spec->rlimits,
	    .rlimit_count = spec->rlimit_count,
	    .seccomp = spec->seccomp,
	};
	container->result = enter(container, container->err);
	if (container->result == 0) {
		memcpy(plan.stdio, container->stdio, sizeof plan.stdio);
		container->result = launch(&plan, container->err);
	}
	return 1;
}

static unsigned long long clone_flags(const struct container *container)
{
	const struct namespaces *namespaces = &container->namespaces;
	unsigned long long flags = CLONE_NEWNS;
	flags |= namespaces->net == 0 ? CLONE_NEWNET : 0;
	flags |= namespaces->pid == 0 ? CLONE_NEWPID : 0;
	flags |= namespaces->ipc == 0 ? CLONE_NEWIPC : 0;
	flags |= namespaces->uts == 0 ? CLONE_NEWUTS : 0;
	flags |= shares_files(container) ? CLONE_FILES : 0;
	return flags;
}

int container_start(struct container *container, struct error *err)
{
	int result;
	container->err = err;
	container->terminal = container->slave = container->resolver = -1;
	if ((result = open_joined(container, err)) < 0 ||
	    (result = join_pid_namespace(container->namespaces.pid, err)) < 0)
		return result;
	container->pid = launch_clone(clone_flags(container), container->cgroup_fd, &container->pidfd,
				      first_process, container);
	if (container->slave >= 0)
		close(container->slave);
	for (int i = 0; i < NAMESPACE_KINDS; i++)
		if (container->joined[i] >= 0)
			close(container->joined[i]);
	if (container->pid < 0)
		return fail_errno(err, "unable to start container process: clone");
	return container->result;
}
