#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

#include "tree.h"

static uint64_t usage_below(int folder, struct seen *seen)
{
	struct names names;
	uint64_t total = 0;
	names_read(folder, &names);
	for (size_t i = 0; i < names.count; i++) {
		struct stat status;
		if (fstatat(folder, names.items[i], &status, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (!S_ISDIR(status.st_mode)) {
			bool is_known = status.st_nlink > 1 && seen_before(seen, &status, "");
			total += is_known || status.st_size < 0 ? 0 : (uint64_t)status.st_size;
			continue;
		}
		int below = openat(folder, names.items[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue;
		total += usage_below(below, seen);
		close(below);
	}
	names_free(&names);
	return total;
}

uint64_t tree_usage(const char *path)
{
	struct seen seen = {0};
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return 0;
	uint64_t total = usage_below(folder, &seen);
	close(folder);
	return total;
}
