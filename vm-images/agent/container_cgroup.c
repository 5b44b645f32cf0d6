#define _GNU_SOURCE
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

#define CONTROLLERS "+cpu +io +memory +pids"
#define REMOVE_TRIES 50
#define PAUSE_NS 2000000

void cgroup_path(const char *parent, const char *id, char *path, size_t size)
{
	while (*parent == '/')
		parent++;
	snprintf(path, size, CGROUP_ROOT "/%s/%s", *parent ? parent : "docker", id);
}

/* Makes the parents of a cgroup, each of which hands its controllers down. */
static void make_parents(char *path)
{
	char *start = path + sizeof CGROUP_ROOT;
	for (char *slash = strchr(start, '/'); slash; slash = strchr(slash + 1, '/')) {
		char control[FILES_PATH_MAX];
		*slash = '\0';
		mkdir(path, 0755);
		snprintf(control, sizeof control, "%s/cgroup.subtree_control", path);
		files_put(AT_FDCWD, control, CONTROLLERS);
		*slash = '/';
	}
}

/* Has the kernel ask a program before a device is made or opened. The cgroup holds it, and lets it go with itself. */
static int limit_devices(const struct container *container, struct error *err)
{
	static const char license[] = "GPL";
	struct bytes filter = container->spec->device_filter;
	if (filter.length == 0)
		return 0;
	union bpf_attr program = {
	    .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
	    .insn_cnt = filter.length / sizeof(struct bpf_insn),
	    .insns = (uintptr_t)filter.data,
	    .license = (uintptr_t)license,
	};
	int fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &program, sizeof program);
	if (fd < 0)
		return fail_errno(err, "unable to apply cgroup configuration: load program");
	union bpf_attr attachment = {
	    .target_fd = (uint32_t)container->cgroup_fd,
	    .attach_bpf_fd = (uint32_t)fd,
	    .attach_type = BPF_CGROUP_DEVICE,
	    .attach_flags = BPF_F_ALLOW_MULTI,
	};
	int result = (int)syscall(SYS_bpf, BPF_PROG_ATTACH, &attachment, sizeof attachment);
	if (result < 0)
		result = fail_errno(err, "unable to apply cgroup configuration: failed to attach program");
	close(fd);
	return result;
}

int cgroup_make(struct container *container, struct error *err)
{
	const struct container_spec *spec = container->spec;
	char path[FILES_PATH_MAX];
	cgroup_path(spec->cgroup_parent, spec->id, path, sizeof path);
	if (mkdir(path, 0755) < 0 && errno == ENOENT) {
		make_parents(path);
		if (mkdir(path, 0755) < 0)
			return fail_errno(err, "unable to apply cgroup configuration: mkdir %s", path);
	}
	container->cgroup_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (container->cgroup_fd < 0)
		return fail_errno(err, "unable to apply cgroup configuration: open %s", path);
	for (uint32_t i = 0; i < spec->cgroup_count; i++) {
		const struct pair *one = &spec->cgroup[i];
		int result = files_put(container->cgroup_fd, one->key, one->value);
		if (result < 0)
			return fail(
			    err, -result,
			    "unable to apply cgroup configuration: failed to write \"%s\": write %s/%s: %s",
			    one->value, path, one->key, errno_text(-result));
	}
	return limit_devices(container, err);
}

void cgroup_open(struct container *container)
{
	char path[FILES_PATH_MAX];
	cgroup_path(container->spec->cgroup_parent, container->spec->id, path, sizeof path);
	container->cgroup_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void cgroup_kill(const struct container *container)
{
	if (container->cgroup_fd >= 0)
		files_put(container->cgroup_fd, "cgroup.kill", "1");
}

void cgroup_end(const struct container *container)
{
	char text[256];
	struct timespec pause = {.tv_nsec = PAUSE_NS};
	cgroup_kill(container);
	while (files_get(container->cgroup_fd, "cgroup.events", text, sizeof text) > 0 &&
	       strstr(text, "populated 1"))
		nanosleep(&pause, NULL);
}

bool cgroup_had_oom(const struct container *container)
{
	char text[512];
	if (files_get(container->cgroup_fd, "memory.events", text, sizeof text) < 0)
		return false;
	const char *found = strstr(text, "oom_kill ");
	return found && atoi(found + strlen("oom_kill ")) > 0;
}

void cgroup_remove(struct container *container)
{
	char path[FILES_PATH_MAX];
	if (container->cgroup_fd < 0)
		return;
	cgroup_path(container->spec->cgroup_parent, container->spec->id, path, sizeof path);
	/* What was killed leaves the cgroup a moment later; children are what the container itself made. */
	for (int tries = 0; rmdir(path) < 0 && tries < REMOVE_TRIES; tries++) {
		struct timespec pause = {.tv_nsec = PAUSE_NS};
		if (errno != EBUSY && errno != ENOTEMPTY)
			break;
		cgroup_kill(container);
		files_delete_tree(AT_FDCWD, path);
		nanosleep(&pause, NULL);
	}
	close(container->cgroup_fd);
	container->cgroup_fd = -1;
}
