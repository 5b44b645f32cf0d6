#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "container.h"
#include "files.h"
#include "overlay.h"
#include "tree.h"

static int open_in(int root, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* Opens a bind's place in the root, which is made when it is not there, as docker does it. */
static int open_target(int root, const char *path, bool is_folder)
{
	struct path part = {0};
	int target = open_in(root, path);
	if (target >= 0 || errno != ENOENT)
		return target;
	path_add(&part, path);
	char *slash = strrchr(part.text, '/');
	int parent;
	if (slash && slash != part.text) {
		*slash = '\0';
		parent = open_target(root, part.text, true);
	} else {
		parent = open_in(root, "/");
	}
	const char *name = slash ? slash + 1 : part.text;
	if (parent < 0)
		return parent;
	if (is_folder) {
		mkdirat(parent, name, 0755);
	} else {
		int made = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0755);
		if (made >= 0)
			close(made);
	}
	close(parent);
	return open_in(root, path);
}

static int lay_over(int root, const struct bind_spec *one, struct error *err)
{
	struct stat status;
	char target[40];
	if (stat(one->source, &status) < 0)
		return errno == ENOENT ? 0 : fail_errno(err, "stat %s", one->source);
	int place = open_target(root, one->target, S_ISDIR(status.st_mode));
	if (place < 0)
		return fail_errno(err, "open %s", one->target);
	snprintf(target, sizeof target, "/proc/self/fd/%d", place);
	struct mount_attr attributes = {.attr_set = one->is_read_only ? MOUNT_ATTR_RDONLY : 0,
					.propagation = MS_PRIVATE};
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, one->source,
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (tree < 0 ||
	    syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) < 0 ||
	    syscall(SYS_move_mount, tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return fail_errno(err, "mount %s at %s", one->source, one->target);
	close(tree);
	close(place);
	return 0;
}

static bool is_overlay(const char *path)
{
	struct statfs status;
	return statfs(path, &status) == 0 && status.f_type == OVERLAYFS_SUPER_MAGIC;
}

int tree_enter_root(const struct tree_work *work, struct error *err)
{
	const struct file_root *root = &work->request.root;
	char merged[FILES_PATH_MAX];
	int result;
	if (!*root->container)
		return 0;
	/* What is mounted here goes with us; what is there stays, also when the container ends in between. */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0)
		return fail_errno(err, "unshare mount namespace");
	snprintf(merged, sizeof merged, CONTAINER_ROOT "/%s/merged", root->container);
	if (!is_overlay(merged) && ((result = overlay_make_folders(root->container, &root->lowers, err)) < 0 ||
				  (result = overlay_mount(root->container, &root->lowers, err)) < 0))
		return result;
	int folder = open(merged, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return fail_errno(err, "open %s", merged);
	for (uint32_t i = 0; i < root->bind_count; i++)
		if ((result = lay_over(folder, &root->binds[i], err)) < 0)
			return result;
	if (fchdir(folder) < 0 || chroot(".") < 0)
		return fail_errno(err, "chroot %s", merged);
	close(folder);
	return 0;
}

int tree_open_layer(const struct tree_work *work, struct error *err)
{
	char path[FILES_PATH_MAX];
	const char *id = work->request.root.container;
	const struct strings *lowers = &work->request.root.lowers;
	int result = *id ? overlay_make_folders(id, lowers, err) : fail(err, EINVAL, "the guest has no layer");
	if (result < 0)
		return result;
	snprintf(path, sizeof path, CONTAINER_ROOT "/%s/diff", id);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder < 0 ? fail_errno(err, "open %s", path) : folder;
}

int tree_open_below(const struct tree_work *work, int *below, struct error *err)
{
	const struct strings *lowers = &work->request.root.lowers;
	*below = lowers->count > 0 ? overlay_open_lowers(work->request.root.container, lowers, err) : -1;
	return lowers->count > 0 && *below < 0 ? *below : 0;
}
