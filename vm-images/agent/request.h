/* Bodies of the larger requests. Texts point into the request's own bytes, lists into the reader's arena. */
#ifndef REQUEST_H
#define REQUEST_H

#include "message.h"

/* What SPAWN and START have in common: a program and how to run it. */
struct program {
	uint32_t flags;
	struct strings argv;
	struct strings env;
	char *cwd;
	char *user;
	uint16_t rows;
	uint16_t cols;
	uint32_t stdin_channel;
	uint32_t stdout_channel;
	uint32_t stderr_channel;
	uint64_t caps;
};

struct spawn_request {
	uint32_t handle;
	char *container;
	struct program program;
};

struct file_spec {
	char *path;
	uint32_t mode;
	struct bytes content;
};

struct mount_spec {
	char *source;
	char *target;
	char *type;
	uint32_t flags;
	char *data;
	bool create_source;
	/* A detached copy of the source's tree while the container is being made; -1 otherwise. */
	int tree;
	bool is_file;
};

struct rlimit_spec {
	uint32_t resource;
	uint64_t soft;
	uint64_t hard;
};

struct pair {
	char *key;
	char *value;
};

struct device_spec {
	char *path;
	uint8_t type;
	uint32_t major;
	uint32_t minor;
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
};

struct endpoint_spec {
	char *bridge;
	char *host_name;
	char *name;
	struct bytes mac;
	char *address;
	char *gateway;
};

struct port_spec {
	char *proto;
	char *host_ip;
	uint16_t host_port;
	char *container_ip;
	uint16_t container_port;
};

struct container_spec {
	char *id;
	struct strings lowers;
	struct program program;
	struct strings extra_groups;
	char *hostname;
	char *domainname;
	struct file_spec *files;
	uint32_t file_count;
	struct mount_spec *mounts;
	uint32_t mount_count;
	struct rlimit_spec *rlimits;
	uint32_t rlimit_count;
	struct pair *cgroup;
	uint32_t cgroup_count;
	char *cgroup_parent;
	struct bytes seccomp;
	struct strings masked_paths;
	struct strings read_only_paths;
	struct pair *sysctls;
	uint32_t sysctl_count;
	struct device_spec *devices;
	uint32_t device_count;
	struct bytes device_filter;
	int32_t oom_score_adj;
	char *netns;
	char *pidns;
	char *ipcns;
	char *utsns;
	char *cgroupns;
	struct endpoint_spec *endpoints;
	uint32_t endpoint_count;
	struct port_spec *ports;
	uint32_t port_count;
	char *rules_up;
	char *rules_down;
};

/* Whose files: a container's, or the guest's own for "". */
struct bind_spec {
	char *source;
	char *target;
	bool is_read_only;
};

struct file_root {
	char *container;
	struct strings lowers;
	struct bind_spec *binds;
	uint32_t bind_count;
};

/* STAT_PATH, ARCHIVE, EXTRACT, CHANGES and LAYER; what a request does not have is empty or 0. */
struct tree_request {
	struct file_root root;
	char *path;
	char *name;
	char *owner;
	uint32_t flags;
	uint32_t channel;
};

/* All leave reader->bad set when the body is malformed. */
void take_spawn_request(struct reader *reader, struct spawn_request *request);
void take_container_spec(struct reader *reader, struct container_spec *spec);
/* PUBLISH: sets the id, the ports and the rules alone. */
void take_publication(struct reader *reader, struct container_spec *spec);
void take_tree_request(struct reader *reader, uint16_t op, struct tree_request *request);

#endif
