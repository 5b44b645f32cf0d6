/* The last steps of a new process, from clone to exec: terminal, user, limits, rights, program. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <sys/types.h>

#include "error.h"
#include "request.h"

struct launch {
	const struct program *program;
	/* Descriptors that become 0, 1 and 2; -1 is /dev/null. With a terminal all three are its slave. */
	int stdio[3];
	/* Looks the user up in this root's files; a guest process is left as it is when it names no user. */
	bool is_contained;
	/* Makes the working directory when it is missing. */
	bool create_cwd;
	struct strings extra_groups;
	const struct rlimit_spec *rlimits;
	uint32_t rlimit_count;
	struct bytes seccomp;
	int32_t oom_score_adj;
};

/*
 * For the child, which shares its parent's memory until it execs: runs the program or fills *err and returns
 * -errno. Nothing but raw system calls and its own stack is touched on the way.
 */
int launch(const struct launch *launch, struct error *err);

/* Runs `child` in a process that shares our memory, while we wait for it to exec or exit. Returns its pid. */
pid_t launch_clone(unsigned long long flags, int cgroup_fd, int *pidfd, int (*child)(void *), void *argument);

#endif
