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
#define LINK_LENGTH 26

struct link_name {
	char text[LINK_LENGTH + 1];
};

/* --- folders and links -------------------------------------------------------------------------- */

static unsigned digit(char hex)
{
	return hex >= 'a' ? (unsigned)(hex - 'a') + 10 : (unsigned)(hex - '0');
}

/* The short name of a folder, from its ID as src/guest/runtime/overlay.ts makes it for layers. */
static struct link_name link_of(const char *id, bool is_init)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	struct link_name name = {""};
	for (size_t i = 0; i < LINK_LENGTH && id[2 * i] && id[2 * i + 1]; i++) {
		unsigned byte = (digit(id[2 * i]) << 4 | digit(id[2 * i + 1])) ^ (is_init ? 0xff : 0);
		name.text[i] = alphabet[(byte >> 3) & 31];
	}
	return name;
}

static bool has_init(const struct strings *lowers)
{
	return lowers->count > 0 && strncmp(lowers->items[0], OVERLAY_INIT, strlen(OVERLAY_INIT)) == 0;
}

/* `link`, `lower`, and the link itself. */
static void name_folder(int root, const char *folder, struct link_name link, const char *lower)
{
	char path[FILES_PATH_MAX], target[FILES_PATH_MAX];
	snprintf(path, sizeof path, "%s/link", folder);
	files_store(root, path, 0644, link.text, LINK_LENGTH);
	if (*lower) {
		snprintf(path, sizeof path, "%s/lower", folder);
		files_store(root, path, 0644, lower, strlen(lower));
	}
	snprintf(path, sizeof path, "l/%s", link.text);
	snprintf(target, sizeof target, "../%s/diff", folder);
	if (symlinkat(target, root, path) < 0 && errno == ENOENT && mkdirat(root, "l", 0700) == 0)
		(void)!symlinkat(target, root, path);
}

static void make_init(int root, const char *id, const char *layer, const char *lower)
{
	char folder[128], path[160], target[160];
	snprintf(folder, sizeof folder, "%.64s-init", id);
	if (mkdirat(root, folder, 0710) < 0)
		return;
	snprintf(path, sizeof path, "%s/diff", folder);
	snprintf(target, sizeof target, LAYERS "%s", layer);
	(void)!symlinkat(target, root, path);
	name_folder(root, folder, link_of(id, true), lower);
	snprintf(path, sizeof path, "%s/committed", folder);
	files_store(root, path, 0600, "", 0);
}

/* The links of layers with colons between, each behind `prefix`: 0 or -1 when there is no room. */
static int list_lowers(const char *id, const struct strings *lowers, uint32_t from, const char *prefix,
		       char *text, size_t size)
{
	size_t at = 0;
	*text = '\0';
	for (uint32_t i = from; i < lowers->count && at < size; i++) {
		bool is_init = i == 0 && has_init(lowers);
		at += (size_t)snprintf(text + at, size - at, "%s%s%s%s", i > from ? ":" : "", prefix,
				       is_init ? "l/" : "",
				       is_init ? link_of(id, true).text : lowers->items[i]);
	}
	return at < size ? 0 : -1;
}

/* What is there of a new container but its own folder. */
static void name_all(int root, const char *id, const struct strings *lowers)
{
	char lower[DATA_MAX];
	if (has_init(lowers)) {
		list_lowers(id, lowers, 1, "", lower, sizeof lower);
		make_init(root, id, lowers->items[0], lower);
	}
	list_lowers(id, lowers, 0, "", lower, sizeof lower);
	name_folder(root, id, link_of(id, false), lower);
}

int overlay_make_folders(const char *id, const struct strings *lowers, struct error *err)
{
	static const char *const parts[] = {"diff", "work", "merged"};
	char path[FILES_PATH_MAX];
	int root = open(CONTAINER_ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 && errno == ENOENT && files_make_folders(CONTAINER_ROOT, 0710) == 0)
		root = open(CONTAINER_ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return fail_errno(err, "open " CONTAINER_ROOT);
	int result = mkdirat(root, id, 0710);
	bool is_new = result == 0;
	if (result < 0 && errno == EEXIST)
		result = 0;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && result == 0; i++) {
		snprintf(path, sizeof path, "%s/%s", id, parts[i]);
		if (mkdirat(root, path, 0755) < 0 && errno != EEXIST)
			result = -1;
	}
	if (result < 0)
		result = fail_errno(err, "mkdir " CONTAINER_ROOT "/%s", id);
	else if (is_new)
		name_all(root, id, lowers);
	close(root);
	return result;
}

int overlay_remove(const char *id)
{
	char path[128];
	int root = open(CONTAINER_ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return 0;
	for (int is_init = 0; is_init < 2; is_init++) {
		snprintf(path, sizeof path, "l/%s", link_of(id, is_init).text);
		unlinkat(root, path, 0);
	}
	snprintf(path, sizeof path, "%.64s-init", id);
	files_delete_tree(root, path);
	int result = files_delete_tree(root, id);
	close(root);
	return result;
}

/* --- mounts ------------------------------------------------------------------------------------- */

/* The options of an overlay; `place` is what its paths begin with. */
static int describe(const char *id, const struct strings *lowers, const char *place, char data[DATA_MAX])
{
	static const char head[] = "lowerdir=";
	size_t at = sizeof head - 1;
	memcpy(data, head, at);
	if (list_lowers(id, lowers, 0, place, data + at, DATA_MAX - at) < 0)
		return -1;
	at += strlen(data + at);
	int more = snprintf(data + at, DATA_MAX - at, ",upperdir=%s%s/diff,workdir=%s%s/work", place, id, place,
			    id);
	return at + (size_t)more < DATA_MAX ? 0 : -1;
}

int overlay_mount(const char *id, const struct strings *lowers, struct error *err)
{
	char data[DATA_MAX], target[FILES_PATH_MAX];
	snprintf(target, sizeof target, CONTAINER_ROOT "/%s/merged", id);
	int result;
	if (describe(id, lowers, CONTAINER_ROOT "/", data) == 0) {
		result = mount("overlay", target, "overlay", 0, data);
	} else {
		/* Many layers only fit when they are named from where they are. */
		if (chdir(CONTAINER_ROOT) < 0)
			return fail_errno(err, "chdir " CONTAINER_ROOT);
		if (describe(id, lowers, "", data) < 0)
			return fail(err, ENAMETOOLONG, "error creating overlay mount: too many layers");
		result = mount("overlay", target, "overlay", 0, data);
		if (chdir("/") < 0)
			return fail_errno(err, "chdir /");
	}
	return result < 0 ? fail_errno(err, "error creating overlay mount to %s", target) : 0;
}

int overlay_open_lowers(const char *id, const struct strings *lowers, struct error *err)
{
	char list[DATA_MAX];
	if (chdir(CONTAINER_ROOT) < 0 || list_lowers(id, lowers, 0, "", list, sizeof list) < 0)
		return fail(err, ENAMETOOLONG, "too many layers");
	/* One layer is its own view, and no overlay can be made of it. */
	if (lowers->count == 1) {
		int folder = open(list, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return folder < 0 ? fail_errno(err, "open %s", list) : folder;
	}
	int context = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);
	int view = -1;
	if (context >= 0 && syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "lowerdir", list, 0) == 0 &&
	    syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		view = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	if (view < 0)
		fail_errno(err, "mount the layers below");
	if (context >= 0)
		close(context);
	return view < 0 ? -err->number : view;
}
