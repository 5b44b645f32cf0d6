#define _GNU_SOURCE
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"
#include "overlay.h"
#include "protocol.h"

#define PROPAGATION (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)

/* --- the shim's part ---------------------------------------------------------------------------- */

static int store_files(const struct container_spec *spec, struct error *err)
{
	char path[FILES_PATH_MAX];
	if (spec->file_count == 0)
		return 0;
	snprintf(path, sizeof path, CONTAINER_FILES "/%s", spec->id);
	int result = files_make_folders(path, 0710);
	int folder = result < 0 ? -1 : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return fail_errno(err, "open %s", path);
	for (uint32_t i = 0; i < spec->file_count && result == 0; i++) {
		const struct file_spec *file = &spec->files[i];
		result =
		    files_store(folder, file->path, file->mode, file->content.data, file->content.length);
		if (result == -ENOENT && strchr(file->path, '/')) {
			char parent[FILES_PATH_MAX];
			snprintf(parent, sizeof parent, "%s/%s", path, file->path);
			*strrchr(parent, '/') = '\0';
			files_make_folders(parent, 0755);
			result = files_store(folder, file->path, file->mode, file->content.data,
					     file->content.length);
		}
	}
	close(folder);
	return result < 0 ? fail(err, -result, "write %s: %s", path, errno_text(-result)) : 0;
}

int mounts_make_root(struct container *container, struct error *err)
{
	const struct container_spec *spec = container->spec;
	int result = overlay_make_folders(spec->id, &spec->lowers, err);
	if (result < 0 || (result = store_files(spec, err)) < 0 ||
	    (result = overlay_mount(spec->id, &spec->lowers, err)) < 0)
		return result;
	container->is_mounted = true;
	return 0;
}

void mounts_remove_root(struct container *container)
{
	char target[FILES_PATH_MAX];
	if (!container->is_mounted)
		return;
	snprintf(target, sizeof target, CONTAINER_ROOT "/%s/merged", container->spec->id);
	umount2(target, MNT_DETACH);
	container->is_mounted = false;
}

/* --- the first process's part ------------------------------------------------------------------- */

/* MS_ flags as mount_setattr() has them. */
static void attributes_of(uint32_t flags, struct mount_attr *attributes)
{
	static const struct {
		uint32_t flag;
		uint32_t attribute;
	} table[] = {
	    {MS_RDONLY, MOUNT_ATTR_RDONLY},	    {MS_NOSUID, MOUNT_ATTR_NOSUID},
	    {MS_NODEV, MOUNT_ATTR_NODEV},	    {MS_NOEXEC, MOUNT_ATTR_NOEXEC},
	    {MS_NODIRATIME, MOUNT_ATTR_NODIRATIME},
	};
	*attributes = (struct mount_attr){0};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (flags & table[i].flag)
			attributes->attr_set |= table[i].attribute;
	if (flags & (MS_NOATIME | MS_STRICTATIME)) {
		attributes->attr_clr = MOUNT_ATTR__ATIME;
		attributes->attr_set |= flags & MS_NOATIME ? MOUNT_ATTR_NOATIME : MOUNT_ATTR_STRICTATIME;
	}
	attributes->propagation = flags & PROPAGATION;
}

static int open_source(struct mount_spec *one, struct error *err)
{
	unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (one->flags & MS_REC ? AT_RECURSIVE : 0);
	one->tree = (int)syscall(SYS_open_tree, AT_FDCWD, one->source, flags);
	if (one->tree < 0 && errno == ENOENT && one->create_source &&
	    files_make_folders(one->source, 0755) == 0)
		one->tree = (int)syscall(SYS_open_tree, AT_FDCWD, one->source, flags);
	struct stat status;
	if (one->tree < 0 || fstat(one->tree, &status) < 0)
		return fail_errno(err, "error mounting \"%s\" to rootfs at \"%s\": stat %s", one->source,
				  one->target, one->source);
	one->is_file = !S_ISDIR(status.st_mode);
	struct mount_attr attributes;
	attributes_of(one->flags, &attributes);
	if (!attributes.attr_set && !attributes.propagation)
		return 0;
	flags = AT_EMPTY_PATH | (one->flags & MS_REC ? AT_RECURSIVE : 0);
	if (syscall(SYS_mount_setattr, one->tree, "", flags, &attributes, sizeof attributes) < 0)
		return fail_errno(err, "error mounting \"%s\" to rootfs at \"%s\": mount_setattr",
				  one->source, one->target);
	return 0;
}

int mounts_open_sources(struct container *container, struct error *err)
{
	struct container_spec *spec = container->spec;
	if (spec->program.flags & FLAG_PRIVILEGED)
		devices_add_all(spec);
	for (uint32_t i = 0; i < spec->mount_count; i++) {
		if (!(spec->mounts[i].flags & MS_BIND))
			continue;
		int result = open_source(&spec->mounts[i], err);
		if (result < 0)
			return result;
	}
	return 0;
}

int mounts_enter_root(struct container *container, struct error *err)
{
	char path[FILES_PATH_MAX];
	snprintf(path, sizeof path, CONTAINER_ROOT "/%s/merged", container->spec->id);
	/* Whatever a learner has shared on the machine, nothing done here may be seen there. */
	if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
		return fail_errno(err, "error making / rslave");
	if (chdir(path) < 0)
		return fail_errno(err, "chdir %s", path);
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return fail_errno(err, "error jailing process inside rootfs: pivot_root .");
	/* The old root lies over the new one now, and goes with all that is mounted in it. */
	if (umount2(".", MNT_DETACH) < 0)
		return fail_errno(err, "error jailing process inside rootfs: unmount old root");
	return chdir("/") < 0 ? fail_errno(err, "chdir /") : 0;
}

static int make_target(const struct mount_spec *one)
{
	char parent[FILES_PATH_MAX];
	if (!one->is_file)
		return files_make_folders(one->target, 0755);
	if (strlen(one->target) >= sizeof parent)
		return -ENAMETOOLONG;
	strcpy(parent, one->target);
	char *slash = strrchr(parent, '/');
	if (slash && slash != parent) {
		*slash = '\0';
		files_make_folders(parent, 0755);
	}
	int fd = open(one->target, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int mount_once(const struct mount_spec *one)
{
	if (one->tree >= 0)
		return (int)syscall(SYS_move_mount, one->tree, "", AT_FDCWD, one->target,
				    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS);
	if (mount(one->source, one->target, one->type, one->flags & ~(unsigned)PROPAGATION, one->data) < 0)
		return -1;
	if ((one->flags & PROPAGATION) && !(one->flags & MS_PRIVATE))
		return mount(NULL, one->target, NULL, one->flags & (PROPAGATION | MS_REC), NULL);
	return 0;
}

/* A file over a folder, or the other way round: move_mount() calls that an invalid argument, mount() does not. */
static bool is_mixed_up(const struct mount_spec *one)
{
	struct stat target;
	return one->tree >= 0 && stat(one->target, &target) == 0 && S_ISDIR(target.st_mode) == one->is_file;
}

/* In runc's words. */
static int mount_failure(const struct mount_spec *one, int number, struct error *err)
{
	char flags[24];
	if (one->flags & MS_BIND)
		strcpy(flags, one->flags & MS_REC ? "MS_BIND|MS_REC" : "MS_BIND");
	else
		snprintf(flags, sizeof flags, "0x%x", one->flags);
	return fail(err, number, "error mounting \"%s\" to rootfs at \"%s\": mount src=%s, dst=%s, flags=%s: %s",
		    one->source, one->target, one->source, one->target, flags, errno_text(number));
}

static int mount_one(struct mount_spec *one, const struct container_spec *spec, struct error *err)
{
	int result = mount_once(one);
	if (result < 0 && errno == ENOENT && make_target(one) == 0)
		result = mount_once(one);
	if (result < 0)
		return mount_failure(one, is_mixed_up(one) ? ENOTDIR : errno, err);
	if (one->tree >= 0) {
		close(one->tree);
		one->tree = -1;
	}
	if (strcmp(one->target, "/dev") == 0 && strcmp(one->type, "tmpfs") == 0)
		return devices_make(spec, err);
	return 0;
}

int mounts_make(struct container *container, struct error *err)
{
	struct container_spec *spec = container->spec;
	for (uint32_t i = 0; i < spec->mount_count; i++) {
		int result = mount_one(&spec->mounts[i], spec, err);
		if (result < 0)
			return result;
	}
	return 0;
}

static int set_sysctls(const struct container_spec *spec, struct error *err)
{
	for (uint32_t i = 0; i < spec->sysctl_count; i++) {
		char path[FILES_PATH_MAX];
		size_t at = (size_t)snprintf(path, sizeof path, "/proc/sys/");
		for (const char *key = spec->sysctls[i].key; *key && at < sizeof path - 1; key++)
			path[at++] = *key == '.' ? '/' : *key;
		path[at] = '\0';
		int result = files_put(AT_FDCWD, path, spec->sysctls[i].value);
		if (result < 0)
			return fail(err, -result, "open %s: %s", path, errno_text(-result));
	}
	return 0;
}

static int make_read_only(const char *path, struct error *err)
{
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0)
		return errno == ENOENT ? 0 : fail_errno(err, "readonly path %s", path);
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
	if (syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &attributes, sizeof attributes) < 0)
		return fail_errno(err, "readonly path %s", path);
	return 0;
}

static int mask(const char *path, struct error *err)
{
	if (mount("/dev/null", path, NULL, MS_BIND, NULL) == 0 || errno == ENOENT)
		return 0;
	if (errno == ENOTDIR && mount("tmpfs", path, "tmpfs", MS_RDONLY, "size=0") == 0)
		return 0;
	return fail_errno(err, "can't mask path \"%s\"", path);
}

int mounts_finish(struct container *container, struct error *err)
{
	const struct container_spec *spec = container->spec;
	int result = set_sysctls(spec, err);
	for (uint32_t i = 0; i < spec->read_only_paths.count && result == 0; i++)
		result = make_read_only(spec->read_only_paths.items[i], err);
	for (uint32_t i = 0; i < spec->masked_paths.count && result == 0; i++)
		result = mask(spec->masked_paths.items[i], err);
	if (result == 0 && (spec->program.flags & FLAG_READ_ONLY)) {
		struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
		if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &attributes, sizeof attributes) < 0)
			result = fail_errno(err, "error remounting / read-only");
	}
	return result;
}
