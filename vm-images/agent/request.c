#include "request.h"

#include "protocol.h"

#define TAKE_LIST(reader, list, count, least)                                                                \
	do {                                                                                                 \
		(count) = take_count(reader, least);                                                         \
		(list) = arena_take((reader)->arena, (count) * sizeof *(list));                              \
	} while (0)

static void take_stdio(struct reader *reader, struct program *program)
{
	program->rows = take_u16(reader);
	program->cols = take_u16(reader);
	program->stdin_channel = take_u32(reader);
	program->stdout_channel = take_u32(reader);
	program->stderr_channel = take_u32(reader);
}

static void take_command_line(struct reader *reader, struct program *program)
{
	program->flags = take_u32(reader);
	program->argv = take_strings(reader);
	program->env = take_strings(reader);
	program->cwd = take_str(reader);
	program->user = take_str(reader);
}

void take_spawn_request(struct reader *reader, struct spawn_request *request)
{
	request->handle = take_u32(reader);
	request->container = take_str(reader);
	take_command_line(reader, &request->program);
	take_stdio(reader, &request->program);
	request->program.caps = take_u64(reader);
}

static void take_files(struct reader *reader, struct container_spec *spec)
{
	TAKE_LIST(reader, spec->files, spec->file_count, 12);
	for (uint32_t i = 0; i < spec->file_count; i++) {
		struct file_spec *file = &spec->files[i];
		file->path = take_str(reader);
		file->mode = take_u32(reader);
		file->content = take_bytes(reader);
	}
}

static void take_mounts(struct reader *reader, struct container_spec *spec)
{
	TAKE_LIST(reader, spec->mounts, spec->mount_count, 21);
	for (uint32_t i = 0; i < spec->mount_count; i++) {
		struct mount_spec *mount = &spec->mounts[i];
		*mount = (struct mount_spec){.tree = -1};
		mount->source = take_str(reader);
		mount->target = take_str(reader);
		mount->type = take_str(reader);
		mount->flags = take_u32(reader);
		mount->data = take_str(reader);
		mount->create_source = take_bool(reader);
	}
}

static void take_rlimits(struct reader *reader, struct container_spec *spec)
{
	TAKE_LIST(reader, spec->rlimits, spec->rlimit_count, 20);
	for (uint32_t i = 0; i < spec->rlimit_count; i++) {
		spec->rlimits[i].resource = take_u32(reader);
		spec->rlimits[i].soft = take_u64(reader);
		spec->rlimits[i].hard = take_u64(reader);
	}
}

static struct pair *take_pairs(struct reader *reader, uint32_t *count)
{
	struct pair *pairs;
	TAKE_LIST(reader, pairs, *count, 8);
	for (uint32_t i = 0; i < *count; i++) {
		pairs[i].key = take_str(reader);
		pairs[i].value = take_str(reader);
	}
	return pairs;
}

static void take_devices(struct reader *reader, struct container_spec *spec)
{
	TAKE_LIST(reader, spec->devices, spec->device_count, 25);
	for (uint32_t i = 0; i < spec->device_count; i++) {
		struct device_spec *device = &spec->devices[i];
		device->path = take_str(reader);
		device->type = take_u8(reader);
		device->major = take_u32(reader);
		device->minor = take_u32(reader);
		device->mode = take_u32(reader);
		device->uid = take_u32(reader);
		device->gid = take_u32(reader);
	}
}

static void take_endpoints(struct reader *reader, struct container_spec *spec)
{
	TAKE_LIST(reader, spec->endpoints, spec->endpoint_count, 24);
	for (uint32_t i = 0; i < spec->endpoint_count; i++) {
		struct endpoint_spec *endpoint = &spec->endpoints[i];
		endpoint->bridge = take_str(reader);
		endpoint->host_name = take_str(reader);
		endpoint->name = take_str(reader);
		endpoint->mac = take_bytes(reader);
		endpoint->address = take_str(reader);
		endpoint->gateway = take_str(reader);
		if (endpoint->mac.length != 6)
			reader->bad = true;
	}
}

static void take_published(struct reader *reader, struct container_spec *spec)
{
	TAKE_LIST(reader, spec->ports, spec->port_count, 16);
	for (uint32_t i = 0; i < spec->port_count; i++) {
		struct port_spec *port = &spec->ports[i];
		port->proto = take_str(reader);
		port->host_ip = take_str(reader);
		port->host_port = take_u16(reader);
		port->container_ip = take_str(reader);
		port->container_port = take_u16(reader);
	}
	spec->rules_up = take_str(reader);
	spec->rules_down = take_str(reader);
}

void take_container_spec(struct reader *reader, struct container_spec *spec)
{
	spec->id = take_str(reader);
	spec->lowers = take_strings(reader);
	take_command_line(reader, &spec->program);
	spec->extra_groups = take_strings(reader);
	take_stdio(reader, &spec->program);
	spec->hostname = take_str(reader);
	spec->domainname = take_str(reader);
	take_files(reader, spec);
	take_mounts(reader, spec);
	take_rlimits(reader, spec);
	spec->cgroup = take_pairs(reader, &spec->cgroup_count);
	spec->cgroup_parent = take_str(reader);
	spec->program.caps = take_u64(reader);
	spec->seccomp = take_bytes(reader);
	spec->masked_paths = take_strings(reader);
	spec->read_only_paths = take_strings(reader);
	spec->sysctls = take_pairs(reader, &spec->sysctl_count);
	take_devices(reader, spec);
	spec->device_filter = take_bytes(reader);
	spec->oom_score_adj = (int32_t)take_u32(reader);
	spec->netns = take_str(reader);
	spec->pidns = take_str(reader);
	spec->ipcns = take_str(reader);
	spec->utsns = take_str(reader);
	spec->cgroupns = take_str(reader);
	take_endpoints(reader, spec);
	take_published(reader, spec);
}

void take_publication(struct reader *reader, struct container_spec *spec)
{
	spec->id = take_str(reader);
	take_published(reader, spec);
}

static void take_file_root(struct reader *reader, struct file_root *root)
{
	root->container = take_str(reader);
	root->lowers = take_strings(reader);
	TAKE_LIST(reader, root->binds, root->bind_count, 9);
	for (uint32_t i = 0; i < root->bind_count; i++) {
		root->binds[i].source = take_str(reader);
		root->binds[i].target = take_str(reader);
		root->binds[i].is_read_only = take_bool(reader);
	}
}

void take_tree_request(struct reader *reader, uint16_t op, struct tree_request *request)
{
	static char nothing[1];
	*request = (struct tree_request){.path = nothing, .name = nothing, .owner = nothing};
	take_file_root(reader, &request->root);
	if (op != OP_CHANGES && op != OP_LAYER)
		request->path = take_str(reader);
	if (op == OP_ARCHIVE)
		request->name = take_str(reader);
	if (op == OP_EXTRACT) {
		request->flags = take_u32(reader);
		request->owner = take_str(reader);
	}
	if (op != OP_STAT_PATH)
		request->channel = take_u32(reader);
}
