/* Who a process runs as, by the passwd and group files of the root it runs in. */
#ifndef USER_H
#define USER_H

#include "error.h"
#include "message.h"

#define GROUPS_MAX_COUNT 128
#define HOME_MAX 256

struct user {
	uint32_t uid;
	uint32_t gid;
	uint32_t groups[GROUPS_MAX_COUNT];
	uint32_t group_count;
	/* As the line in passwd has it; "/" when there is none. */
	char home[HOME_MAX];
};

/* Resolves `name|uid[:group|gid]`; "" is uid 0. Takes no memory. */
int user_find(struct user *user, const char *wanted, const struct strings *extra_groups, struct error *err);

/* The number of a group, which may be given as one. */
int user_find_group(const char *wanted, uint32_t *gid, struct error *err);

#endif
