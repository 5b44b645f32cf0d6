/* containerd-shim-runc-v2: parent of a container's first process, keeper of its streams; outlives the agent.
 */
#ifndef SHIM_H
#define SHIM_H

#include "container.h"

#define SHIM_SOCKET_FOLDER "/run/containerd"
#define SHIM_SOCKET SHIM_SOCKET_FOLDER "/containerd.sock"
#define SHIM_ID_MAX 80

/* What a shim tells the agent. Its terminal, or its ends of the streams, travel with it. */
enum shim_kind { SHIM_STARTED = 1, SHIM_FAILED, SHIM_EXITED, SHIM_BACK, SHIM_OUT_OF_MEMORY, SHIM_PUBLISHED };

/* What the agent tells a shim, in one byte: the end has been told to the host; the host sends no more input;
 * the ports are other ones now, those of the PUBLISH that follows.
 */
enum shim_order { SHIM_TOLD = 't', SHIM_CLOSE_STDIN = 'c', SHIM_PUBLISH = 'p' };

struct shim_report {
	uint32_t kind;
	int32_t pid;
	int32_t code;
	uint32_t oom;
	uint64_t exited_ns;
	uint32_t has_terminal;
	int32_t number;
	char id[SHIM_ID_MAX];
	char text[700];
};

/* What the shim is born with; descriptors that are not there are -1. */
struct shim_plan {
	struct container container;
	int socket;
	/* Our ends of the container's stdin, stdout and stderr. */
	int streams[3];
	/* The body of START, which a later agent needs for exec. */
	struct bytes body;
};

/* Forks the shim. It becomes a child of process 1, not of the agent. */
pid_t shim_start(const struct shim_plan *plan);
/* The same after a shim was killed: ends its container, takes away what it had made, and tells the end. */
pid_t shim_bury(const struct shim_plan *plan);

#endif
