#define _GNU_SOURCE
#include "local_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "user.h"

int local_socket_listen(struct source *source, const char *path, int type,
			void (*ready)(struct source *source, uint32_t events), struct error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct error ignored;
	uint32_t group = 0;
	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	*source = (struct source){ready, socket(AF_UNIX, type | SOCK_CLOEXEC, 0), 0};
	unlink(path);
	mode_t mask = umask(0117);
	int result = bind(source->fd, (struct sockaddr *)&address, sizeof address);
	umask(mask);
	/* Without the group only root may connect. */
	if (result == 0 && user_find_group("docker", &group, &ignored) == 0)
		result = chown(path, 0, group);
	if (result < 0 || listen(source->fd, 128) < 0)
		return fail_errno(err, "%s", path);
	loop_watch(source, EPOLLIN);
	return 0;
}
