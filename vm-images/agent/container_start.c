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

/* Joins a namespace of another container's process. */
static int join(pid_t pid, int type, const char *what, struct error *err)
{
	if (pid <= 0)
		return 0;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0 || setns(fd, type) < 0)
		return fail_errno(err, "joining network namespace of another container: setns %s", what);
	close(fd);
	return 0;
}

static int join_all(const struct namespaces *namespaces, struct error *err)
{
	int result;
	if ((result = join(namespaces->net, CLONE_NEWNET, "net", err)) < 0 ||
	    (result = join(namespaces->ipc, CLONE_NEWIPC, "ipc", err)) < 0 ||
	    (result = join(namespaces->uts, CLONE_NEWUTS, "uts", err)) < 0)
		return result;
	return join(namespaces->cgroup, CLONE_NEWCGROUP, "cgroup", err);
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
	if ((result = join_all(&container->namespaces, err)) < 0 || (result = set_oom_score(spec, err)) < 0)
		return result;
	if (container->namespaces.net == 0 && (result = net_configure(container, err)) < 0)
		return result;
	if ((result = set_names(container, err)) < 0 || (result = mounts_open_sources(container, err)) < 0 ||
	    (result = mounts_enter_root(container, err)) < 0 || (result = mounts_make(container, err)) < 0)
		return result;
	if (spec->program.flags & FLAG_TTY) {
		if ((result = devices_open_terminal(container, err)) < 0)
			return result;
		/* The descriptors were shared with the shim, so that it holds the terminal; from here on ours
		 * are our own. */
		if (unshare(CLONE_FILES) < 0)
			return fail_errno(err, "unshare files");
	}
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
	flags |= container->spec->program.flags & FLAG_TTY ? CLONE_FILES : 0;
	return flags;
}

int container_start(struct container *container, struct error *err)
{
	int result;
	container->err = err;
	container->terminal = container->slave = -1;
	/* A process's own pid namespace is what its children get. */
	if (container->namespaces.pid > 0 &&
	    (result = join(container->namespaces.pid, CLONE_NEWPID, "pid", err)) < 0)
		return result;
	container->pid = launch_clone(clone_flags(container), container->cgroup_fd, &container->pidfd,
				      first_process, container);
	if (container->slave >= 0)
		close(container->slave);
	if (container->pid < 0)
		return fail_errno(err, "unable to start container process: clone");
	return container->result;
}
