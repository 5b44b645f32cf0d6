/* A container while it is made, runs and is cleared away; everything here runs in its shim or in its first
 * process. */
#ifndef CONTAINER_H
#define CONTAINER_H

#include <sys/types.h>

#include "error.h"
#include "request.h"

#define CONTAINER_ROOT "/var/lib/docker/overlay2"
#define CONTAINER_FILES "/var/lib/docker/containers"
#define CGROUP_ROOT "/sys/fs/cgroup"

/* Processes of other containers whose namespaces are shared; 0 where there is a new one, -1 for the machine's
 * own. */
struct namespaces {
	pid_t net;
	pid_t pid;
	pid_t ipc;
	pid_t uts;
	pid_t cgroup;
};

/* Those that are joined after the clone: net, ipc, uts and cgroup. */
#define NAMESPACE_KINDS 4

struct container {
	struct container_spec *spec;
	struct namespaces namespaces;
	int joined[NAMESPACE_KINDS];
	/* What the first process gets as 0, 1 and 2, unless it has a terminal. */
	int stdio[3];
	int null_fd;
	int cgroup_fd;
	/* rtnetlink in the machine's own network namespace; -1 when the container has no interfaces. */
	int netlink_fd;
	bool is_mounted;
	bool has_rules;
	/* Set by the first process, which shares the shim's memory until it execs. */
	int terminal;
	int slave;
	/* The name server in its network namespace; -1 when it has none of its own. */
	int resolver;
	pid_t pid;
	int pidfd;
	struct error *err;
	int result;
};

/* container_cgroup.c */
int cgroup_make(struct container *container, struct error *err);
/* Takes hold of one that is there. */
void cgroup_open(struct container *container);
void cgroup_kill(const struct container *container);
/* Kills all that is in it and waits until it is gone. */
void cgroup_end(const struct container *container);
bool cgroup_had_oom(const struct container *container);
void cgroup_remove(struct container *container);
/* The folder of a container's cgroup. */
void cgroup_path(const char *parent, const char *id, char *path, size_t size);

/* container_mounts.c: the shim's part, then the first process's. */
int mounts_make_root(struct container *container, struct error *err);
void mounts_remove_root(struct container *container);
int mounts_open_sources(struct container *container, struct error *err);
int mounts_enter_root(struct container *container, struct error *err);
int mounts_make(struct container *container, struct error *err);
int mounts_finish(struct container *container, struct error *err);

/* container_devices.c */
int devices_make(const struct container_spec *spec, struct error *err);
/* A privileged container gets what the machine has in /dev; call while that can still be seen. */
void devices_add_all(struct container_spec *spec);
int devices_open_terminal(struct container *container, struct error *err);

/* container_net.c */
int net_configure(struct container *container, struct error *err);
/* Tells the other containers of its networks who has the container's addresses now: they may remember another.
 * If that gets lost, they find out by themselves, some seconds later. */
void net_announce(const struct container *container);
/* iptables-restore --noflush with this text. */
int net_apply_rules(const char *rules, struct error *err);
/* Opens what the container's ports are published on and starts a docker-proxy for each. */
int net_publish(struct container *container, pid_t *proxies, struct error *err);
void net_unpublish(const struct container *container, const pid_t *proxies);

/* container_start.c: makes the first process. Everything made is undone by container_clear(). */
int container_start(struct container *container, struct error *err);

#endif
