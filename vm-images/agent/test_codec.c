/*
 * Speaks for the codec to test/agent/codec.test.ts. A line in, a line out:
 *   frames HEX…                 each frame as CHANNEL:TYPE:PAYLOAD, the pieces fed one after another; "bad"
 * ends a refusal request HEX                 a REQUEST's payload as one line of JSON, "malformed" when it is
 *   reply ID ERRNO ITEM…        a REPLY's payload in hex; items are u8=N u16=N u32=N u64=N str=HEX bytes=HEX
 *   event KIND ITEM…            an EVENT's payload in hex
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "protocol.h"
#include "request.h"
#include "session.h"

static struct buffer sent;

/* session.c writes through the transport; here that is a buffer. */
void transport_send(uint32_t channel, uint8_t type, const void *payload, uint32_t length);
void transport_send(uint32_t channel, uint8_t type, const void *payload, uint32_t length)
{
	(void)channel;
	(void)type;
	buffer_append(&sent, payload, length);
}

bool session_is_open(void)
{
	return true;
}

static size_t from_hex(const char *text, uint8_t **bytes)
{
	size_t length = strlen(text) / 2;
	/* Exactly as long as it is, so that a sanitizer sees one step too far. */
	*bytes = memory_take(length);
	for (size_t i = 0; i < length; i++) {
		char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
		(*bytes)[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return length;
}

static void print_hex(const void *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		printf("%02x", ((const uint8_t *)data)[i]);
}

static void print_text(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte < ' ' || byte == '"' || byte == '\\')
			printf("\\u%04x", byte);
		else
			putchar(byte);
	}
	putchar('"');
}

static void field(const char *name, const char *text)
{
	printf(",\"%s\":", name);
	print_text(text);
}

static void number(const char *name, long long value)
{
	printf(",\"%s\":%lld", name, value);
}

static void big(const char *name, uint64_t value)
{
	printf(",\"%s\":\"%" PRIu64 "\"", name, value);
}

static void hex(const char *name, struct bytes bytes)
{
	printf(",\"%s\":\"", name);
	print_hex(bytes.data, bytes.length);
	putchar('"');
}

static void strings(const char *name, const struct strings *list)
{
	printf(",\"%s\":[", name);
	for (uint32_t i = 0; i < list->count; i++) {
		printf(i ? "," : "");
		print_text(list->items[i]);
	}
	putchar(']');
}

static void pairs(const char *name, const struct pair *list, uint32_t count)
{
	printf(",\"%s\":[", name);
	for (uint32_t i = 0; i < count; i++) {
		printf(i ? ",[" : "[");
		print_text(list[i].key);
		putchar(',');
		print_text(list[i].value);
		putchar(']');
	}
	putchar(']');
}

/* Opens a list of objects; each begins with a field that is left out of the comparison. */
static void objects(const char *name)
{
	printf(",\"%s\":[", name);
}

static void object(uint32_t i)
{
	printf("%s{\"_\":0", i ? "," : "");
}

static void print_program(const struct program *program)
{
	number("flags", program->flags);
	strings("argv", &program->argv);
	strings("env", &program->env);
	field("cwd", program->cwd);
	field("user", program->user);
	number("rows", program->rows);
	number("cols", program->cols);
	number("stdin", program->stdin_channel);
	number("stdout", program->stdout_channel);
	number("stderr", program->stderr_channel);
	big("caps", program->caps);
}

static void print_published(const struct container_spec *spec)
{
	objects("ports");
	for (uint32_t i = 0; i < spec->port_count; i++) {
		const struct port_spec *one = &spec->ports[i];
		object(i);
		field("proto", one->proto);
		field("hostIp", one->host_ip);
		number("hostPort", one->host_port);
		field("containerIp", one->container_ip);
		number("containerPort", one->container_port);
		putchar('}');
	}
	printf("]");
	field("rulesUp", spec->rules_up);
	field("rulesDown", spec->rules_down);
}

static void print_network(const struct container_spec *spec)
{
	objects("endpoints");
	for (uint32_t i = 0; i < spec->endpoint_count; i++) {
		const struct endpoint_spec *one = &spec->endpoints[i];
		object(i);
		field("bridge", one->bridge);
		field("hostIfName", one->host_name);
		field("ifName", one->name);
		hex("mac", one->mac);
		field("address", one->address);
		field("gateway", one->gateway);
		putchar('}');
	}
	printf("]");
	print_published(spec);
}

static void print_storage(const struct container_spec *spec)
{
	objects("files");
	for (uint32_t i = 0; i < spec->file_count; i++) {
		object(i);
		field("path", spec->files[i].path);
		number("mode", spec->files[i].mode);
		hex("content", spec->files[i].content);
		putchar('}');
	}
	printf("]");
	objects("mounts");
	for (uint32_t i = 0; i < spec->mount_count; i++) {
		const struct mount_spec *one = &spec->mounts[i];
		object(i);
		field("source", one->source);
		field("target", one->target);
		field("type", one->type);
		number("flags", one->flags);
		field("data", one->data);
		printf(",\"createSource\":%s}", one->create_source ? "true" : "false");
	}
	printf("]");
	objects("devices");
	for (uint32_t i = 0; i < spec->device_count; i++) {
		const struct device_spec *one = &spec->devices[i];
		object(i);
		field("path", one->path);
		number("type", one->type);
		number("major", one->major);
		number("minor", one->minor);
		number("mode", one->mode);
		number("uid", one->uid);
		number("gid", one->gid);
		putchar('}');
	}
	printf("]");
}

static void print_container(const struct container_spec *spec)
{
	field("id", spec->id);
	strings("lowers", &spec->lowers);
	print_program(&spec->program);
	strings("extraGroups", &spec->extra_groups);
	field("hostname", spec->hostname);
	field("domainname", spec->domainname);
	print_storage(spec);
	objects("rlimits");
	for (uint32_t i = 0; i < spec->rlimit_count; i++) {
		object(i);
		number("resource", spec->rlimits[i].resource);
		big("soft", spec->rlimits[i].soft);
		big("hard", spec->rlimits[i].hard);
		putchar('}');
	}
	printf("]");
	pairs("cgroup", spec->cgroup, spec->cgroup_count);
	field("cgroupParent", spec->cgroup_parent);
	hex("seccomp", spec->seccomp);
	strings("maskedPaths", &spec->masked_paths);
	strings("readOnlyPaths", &spec->read_only_paths);
	pairs("sysctls", spec->sysctls, spec->sysctl_count);
	hex("deviceFilter", spec->device_filter);
	number("oomScoreAdj", spec->oom_score_adj);
	field("netns", spec->netns);
	field("pidns", spec->pidns);
	field("ipcns", spec->ipcns);
	field("utsns", spec->utsns);
	field("cgroupns", spec->cgroupns);
	print_network(spec);
}

static void print_tree_request(uint16_t op, const struct tree_request *request)
{
	printf(",\"root\":{\"_\":0");
	field("container", request->root.container);
	strings("lowers", &request->root.lowers);
	objects("binds");
	for (uint32_t i = 0; i < request->root.bind_count; i++) {
		const struct bind_spec *one = &request->root.binds[i];
		object(i);
		field("source", one->source);
		field("target", one->target);
		printf(",\"readOnly\":%s}", one->is_read_only ? "true" : "false");
	}
	printf("]}");
	if (op != OP_CHANGES && op != OP_LAYER)
		field("path", request->path);
	if (op == OP_ARCHIVE)
		field("name", request->name);
	if (op == OP_EXTRACT) {
		number("flags", request->flags);
		field("owner", request->owner);
	}
	if (op != OP_STAT_PATH)
		number("channel", request->channel);
}

static void decode_request(const char *text)
{
	uint8_t *bytes;
	size_t length = from_hex(text, &bytes);
	struct arena arena = {0};
	struct reader reader = {bytes, bytes + length, &arena, false};
	struct spawn_request spawn;
	struct container_spec spec;
	struct tree_request tree;
	struct strings paths;
	const char *address = "";
	uint32_t port = 0, channel = 0;
	uint32_t id = take_u32(&reader);
	uint16_t op = take_u16(&reader);
	if (op == OP_SPAWN)
		take_spawn_request(&reader, &spawn);
	else if (op == OP_START)
		take_container_spec(&reader, &spec);
	else if (op == OP_PUBLISH)
		take_publication(&reader, &spec);
	else if (op == OP_USAGE)
		paths = take_strings(&reader);
	else if (op == OP_DIAL) {
		address = take_str(&reader);
		port = take_u16(&reader);
		channel = take_u32(&reader);
	} else if (op >= OP_STAT_PATH && op <= OP_LAYER)
		take_tree_request(&reader, op, &tree);
	if (!taken_whole(&reader)) {
		printf("malformed");
	} else {
		printf("{\"_\":0");
		number("_id", id);
		if (op == OP_SPAWN) {
			number("handle", spawn.handle);
			field("container", spawn.container);
			print_program(&spawn.program);
		} else if (op == OP_START) {
			print_container(&spec);
		} else if (op == OP_PUBLISH) {
			field("id", spec.id);
			print_published(&spec);
		} else if (op == OP_USAGE) {
			strings("paths", &paths);
		} else if (op == OP_DIAL) {
			field("address", address);
			number("port", port);
			number("channel", channel);
		} else if (op >= OP_STAT_PATH && op <= OP_LAYER) {
			print_tree_request(op, &tree);
		}
		printf("}");
	}
	arena_clear(&arena);
	free(arena.blocks);
	free(bytes);
}

static void print_frame(uint32_t channel, uint8_t type, uint8_t *payload, uint32_t length)
{
	printf("%u:%u:", channel, type);
	print_hex(payload, length);
	putchar(' ');
}

static void decode_frames(char *pieces)
{
	struct buffer stream = {0};
	size_t need;
	for (char *piece = strtok(pieces, " "); piece; piece = strtok(NULL, " ")) {
		uint8_t *bytes;
		size_t length = from_hex(piece, &bytes);
		buffer_append(&stream, bytes, length);
		free(bytes);
		int used = frame_decode(stream.data, stream.length, print_frame, &need);
		if (used < 0) {
			printf("bad");
			break;
		}
		buffer_drop(&stream, (size_t)used);
	}
	buffer_free(&stream);
}

static void put_item(struct buffer *out, char *item)
{
	char *value = strchr(item, '=');
	*value++ = '\0';
	if (strcmp(item, "u8") == 0)
		put_u8(out, (uint8_t)strtoul(value, NULL, 10));
	else if (strcmp(item, "u16") == 0)
		put_u16(out, (uint16_t)strtoul(value, NULL, 10));
	else if (strcmp(item, "u32") == 0)
		put_u32(out, (uint32_t)strtoll(value, NULL, 10));
	else if (strcmp(item, "u64") == 0)
		put_u64(out, strtoull(value, NULL, 10));
	else {
		uint8_t *bytes;
		size_t length = from_hex(value, &bytes);
		put_bytes(out, bytes, (uint32_t)length);
		free(bytes);
	}
}

static void encode(char *line, bool is_reply)
{
	uint32_t first = (uint32_t)strtoul(strtok(line, " "), NULL, 10);
	struct buffer *out = is_reply ? reply_begin(first) : event_begin((enum event_kind)first);
	if (is_reply) {
		uint32_t errno_value = (uint32_t)strtoul(strtok(NULL, " "), NULL, 10);
		memcpy(out->data + 4, &errno_value, sizeof errno_value);
	}
	for (char *item = strtok(NULL, " "); item; item = strtok(NULL, " "))
		put_item(out, item);
	sent.length = 0;
	is_reply ? reply_send() : event_send();
	print_hex(sent.data, sent.length);
}

int main(void)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	while ((length = getline(&line, &capacity, stdin)) > 0) {
		line[length - 1] = '\0';
		char *rest = strchr(line, ' ');
		if (!rest)
			continue;
		*rest++ = '\0';
		if (strcmp(line, "frames") == 0)
			decode_frames(rest);
		else if (strcmp(line, "request") == 0)
			decode_request(rest);
		else
			encode(rest, strcmp(line, "reply") == 0);
		putchar('\n');
		fflush(stdout);
	}
	free(line);
	return 0;
}
