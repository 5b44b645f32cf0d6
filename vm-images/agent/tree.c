#define _GNU_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol.h"

static void report(int number, const void *body, size_t length)
{
	static struct tree_report message;
	message.number = number;
	if (length > sizeof message.body)
		length = sizeof message.body;
	memcpy(message.body, body, length);
	send(TREE_REPORT, &message, sizeof message - sizeof message.body + length, MSG_NOSIGNAL);
}

void tree_answer(const void *body, size_t length)
{
	report(0, body, length);
}

/* Our stream must not end before the agent knows that it is not whole: it hangs up when it does. */
static void report_failure(const struct error *err)
{
	char nothing;
	report(err->number, err->text, strlen(err->text));
	while (recv(TREE_REPORT, &nothing, 1, 0) < 0 && errno == EINTR)
		;
}

static int stat_or_archive(const struct tree_work *work, struct error *err)
{
	const struct tree_request *request = &work->request;
	struct buffer reply = {0};
	struct stat status;
	int result = tree_enter_root(work, err);
	if (result < 0 || (result = tree_stat(request->path, &status, &reply, err)) < 0)
		return result;
	tree_answer(reply.data, reply.length);
	buffer_free(&reply);
	return work->op == OP_ARCHIVE ? tree_archive(request->path, request->name, &status, err) : 0;
}

static int extract(const struct tree_work *work, struct error *err)
{
	int result = tree_enter_root(work, err);
	if (result < 0 || (result = tree_extract(&work->request, err)) < 0)
		return result;
	tree_answer("", 0);
	return 0;
}

static int changes(const struct tree_work *work, struct error *err)
{
	int below = -1, upper = tree_open_layer(work, err);
	int result = upper < 0 ? upper : tree_open_below(work, &below, err);
	if (result < 0)
		return result;
	tree_answer("", 0);
	return tree_changes(upper, below, err);
}

static int layer(const struct tree_work *work, struct error *err)
{
	int upper = tree_open_layer(work, err);
	if (upper < 0)
		return upper;
	tree_answer("", 0);
	return tree_archive_layer(upper, err);
}

static int usage(const struct tree_work *work, struct error *err)
{
	struct buffer reply = {0};
	put_u32(&reply, work->paths.count);
	for (uint32_t i = 0; i < work->paths.count; i++)
		put_u64(&reply, tree_usage(work->paths.items[i]));
	if (reply.length > TREE_REPORT_MAX)
		return fail(err, EINVAL, "%u directories are too many at once", work->paths.count);
	tree_answer(reply.data, reply.length);
	return 0;
}

void tree_work(const struct tree_work *work)
{
	struct error err;
	int result;
	umask(0);
	switch (work->op) {
	case OP_EXTRACT:
		result = extract(work, &err);
		break;
	case OP_CHANGES:
		result = changes(work, &err);
		break;
	case OP_LAYER:
		result = layer(work, &err);
		break;
	case OP_USAGE:
		result = usage(work, &err);
		break;
	default:
		result = stat_or_archive(work, &err);
	}
	if (result < 0)
		report_failure(&err);
}
