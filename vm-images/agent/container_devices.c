#define _GNU_SOURCE
#include "container.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "files.h"
#include "memory.h"

#define MOST_DEVICES 256

static int make_node(const struct device_spec *device, struct error *err)
{
	mode_t mode = (device->type == 'b' ? S_IFBLK : S_IFCHR) | (device->mode & 07777);
	dev_t number = makedev(device->major, device->minor);
	int result = mknod(device->path, mode, number);
	if (result < 0 && errno == ENOENT) {
		char parent[FILES_PATH_MAX];
		snprintf(parent, sizeof parent, "%s", device->path);
		char *slash = strrchr(parent, '/');
		if (slash && slash != parent) {
			*slash = '\0';
			files_make_folders(parent, 0755);
			result = mknod(device->path, mode, number);
		}
	}
	if (result < 0)
		return errno == EEXIST ? 0 : fail_errno(err, "error creating device node %s", device->path);
	if ((device->uid || device->gid) && chown(device->path, device->uid, device->gid) < 0)
		return fail_errno(err, "chown %s", device->path);
	return 0;
}

/* What a container has of its own in /dev, or what only udev and its like look at. */
static bool is_left_out(const char *path)
{
	static const char *const own[] = {
	    "/dev/console", "/dev/ptmx",  "/dev/pts",         "/dev/shm",   "/dev/fd",
	    "/dev/mqueue",  "/dev/.lxc",  "/dev/.lxd-mounts", "/dev/.udev",
	};
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(path, own[i]) == 0)
			return true;
	return false;
}

static void add_folder(struct container_spec *spec, const char *folder, uint32_t limit)
{
	DIR *list = opendir(folder);
	for (struct dirent *entry; list && spec->device_count < limit && (entry = readdir(list));) {
		struct stat status;
		char path[FILES_PATH_MAX];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (length >= (int)sizeof path || is_left_out(path) || lstat(path, &status) < 0)
			continue;
		if (S_ISDIR(status.st_mode))
			add_folder(spec, path, limit);
		if ((!S_ISBLK(status.st_mode) && !S_ISCHR(status.st_mode)) || spec->device_count >= limit)
			continue;
		spec->devices[spec->device_count++] = (struct device_spec){
		    memory_copy(path),	     S_ISBLK(status.st_mode) ? 'b' : 'c', major(status.st_rdev),
		    minor(status.st_rdev), status.st_mode & 07777,		  status.st_uid,
		    status.st_gid};
	}
	if (list)
		closedir(list);
}

void devices_add_all(struct container_spec *spec)
{
	uint32_t limit = spec->device_count + MOST_DEVICES;
	struct device_spec *devices = memory_take(limit * sizeof *devices);
	memcpy(devices, spec->devices, spec->device_count * sizeof *devices);
	spec->devices = devices;
	add_folder(spec, "/dev", limit);
}

int devices_make(const struct container_spec *spec, struct error *err)
{
	static const struct device_spec always[] = {
	    {"/dev/null", 'c', 1, 3, 0666, 0, 0},    {"/dev/zero", 'c', 1, 5, 0666, 0, 0},
	    {"/dev/full", 'c', 1, 7, 0666, 0, 0},    {"/dev/tty", 'c', 5, 0, 0666, 0, 0},
	    {"/dev/urandom", 'c', 1, 9, 0666, 0, 0}, {"/dev/random", 'c', 1, 8, 0666, 0, 0},
	};
	static const char *const links[][2] = {
	    {"/proc/self/fd", "/dev/fd"},	{"/proc/self/fd/0", "/dev/stdin"},
	    {"/proc/self/fd/1", "/dev/stdout"}, {"/proc/self/fd/2", "/dev/stderr"},
	    {"pts/ptmx", "/dev/ptmx"},
	};
	int result = 0;
	for (uint32_t i = 0; i < spec->device_count && result == 0; i++)
		result = make_node(&spec->devices[i], err);
	for (size_t i = 0; i < sizeof always / sizeof *always && result == 0; i++)
		result = make_node(&always[i], err);
	for (size_t i = 0; i < sizeof links / sizeof *links && result == 0; i++)
		if (symlink(links[i][0], links[i][1]) < 0 && errno != EEXIST)
			result = fail_errno(err, "symlink %s", links[i][1]);
	return result;
}

/* The terminal is one of the container's own devpts, so that `tty` finds its name. */
int devices_open_terminal(struct container *container, struct error *err)
{
	const struct program *program = &container->spec->program;
	int unlock = 0;
	unsigned number;
	container->terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (container->terminal < 0)
		return fail_errno(err, "open /dev/ptmx");
	if (ioctl(container->terminal, TIOCSPTLCK, &unlock) < 0 ||
	    ioctl(container->terminal, TIOCGPTN, &number) < 0)
		return fail_errno(err, "unlock terminal");
	container->slave = ioctl(container->terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (container->slave < 0)
		return fail_errno(err, "open terminal");
	struct winsize size = {.ws_row = program->rows, .ws_col = program->cols};
	ioctl(container->terminal, TIOCSWINSZ, &size);

	char path[32];
	snprintf(path, sizeof path, "/dev/pts/%u", number);
	int console = open("/dev/console", O_CREAT | O_WRONLY | O_CLOEXEC | O_NOCTTY, 0620);
	if (console >= 0)
		close(console);
	if (mount(path, "/dev/console", NULL, MS_BIND, NULL) < 0)
		return fail_errno(err, "error mounting console");
	for (int i = 0; i < 3; i++)
		container->stdio[i] = container->slave;
	return 0;
}
