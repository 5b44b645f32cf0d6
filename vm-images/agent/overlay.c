#define _GNU_SOURCE
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "container.h"
#include "files.h"

#define LAYERS "/run/drydock/layers/"
/* mount(2) takes one page of data. */
#define DATA_MAX 4096

int overlay_make_folders(const char *id, struct error *err)
{
	static const char *const parts[] = {"", "/diff", "/work", "/merged"};
	char path[FILES_PATH_MAX];
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		snprintf(path, sizeof path, CONTAINER_ROOT "/%s%s", id, parts[i]);
		if (mkdir(path, i == 0 ? 0710 : 0755) == 0 || errno == EEXIST)
			continue;
		if (errno != ENOENT || files_make_folders(CONTAINER_ROOT, 0710) < 0 || mkdir(path, 0710) < 0)
			return fail_errno(err, "mkdir %s", path);
	}
	return 0;
}

static int too_many(struct error *err)
{
	return fail(err, ENAMETOOLONG, "error creating overlay mount: too many layers");
}

/* The folders of layers, topmost first, with colons between. */
static int list_lowers(const struct strings *lowers, char *text, size_t size, struct error *err)
{
	size_t at = 0;
	*text = '\0';
	for (uint32_t i = 0; i < lowers->count && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s" LAYERS "%s", i ? ":" : "",
				       lowers->items[i]);
	return at < size ? 0 : too_many(err);
}

int overlay_mount(const char *id, const struct strings *lowers, struct error *err)
{
	char list[DATA_MAX], data[2 * DATA_MAX], target[FILES_PATH_MAX];
	int result = list_lowers(lowers, list, sizeof list, err);
	if (result < 0)
		return result;
	int length = snprintf(data, sizeof data,
			      "lowerdir=%s,upperdir=" CONTAINER_ROOT "/%s/diff,workdir=" CONTAINER_ROOT "/%s/work",
			      list, id, id);
	if (length >= DATA_MAX)
		return too_many(err);
	snprintf(target, sizeof target, CONTAINER_ROOT "/%s/merged", id);
	return mount("overlay", target, "overlay", 0, data) < 0
		   ? fail_errno(err, "error creating overlay mount to %s", target)
		   : 0;
}

int overlay_open_lowers(const struct strings *lowers, struct error *err)
{
	char list[DATA_MAX];
	int result = list_lowers(lowers, list, sizeof list, err);
	if (result < 0)
		return result;
	/* One layer is its own view, and no overlay can be made of it. */
	if (lowers->count == 1) {
		int folder = open(list, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return folder < 0 ? fail_errno(err, "open %s", list) : folder;
	}
	int context = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);
	int view = -1;
	if (context >= 0 &&
	    syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "lowerdir", list, 0) == 0 &&
	    syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		view = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	if (view < 0)
		fail_errno(err, "mount the layers below");
	if (context >= 0)
		close(context);
	return view < 0 ? -err->number : view;
}
