#define _GNU_SOURCE
#include "user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_LENGTH 256
#define FIELDS 7

/* The lines of a file, one after another. A line longer than the buffer is cut off. */
struct lines {
	int fd;
	size_t at;
	size_t end;
	char text[4096];
};

static void lines_open(struct lines *lines, const char *path)
{
	lines->fd = open(path, O_RDONLY | O_CLOEXEC);
	lines->at = 0;
	lines->end = 0;
}

static char *lines_next(struct lines *lines)
{
	while (lines->fd >= 0) {
		char *start = lines->text + lines->at;
		size_t have = lines->end - lines->at;
		char *newline = memchr(start, '\n', have);
		if (newline) {
			*newline = '\0';
			lines->at = (size_t)(newline + 1 - lines->text);
			return start;
		}
		memmove(lines->text, start, have);
		lines->at = 0;
		lines->end = have;
		ssize_t count = 0;
		if (have < sizeof lines->text - 1)
			count = read(lines->fd, lines->text + have, sizeof lines->text - 1 - have);
		if (count > 0) {
			lines->end += (size_t)count;
			continue;
		}
		/* The last line has no newline. */
		lines->text[have] = '\0';
		lines->at = lines->end;
		close(lines->fd);
		lines->fd = -1;
		return have > 0 ? lines->text : NULL;
	}
	return NULL;
}

static void lines_close(struct lines *lines)
{
	if (lines->fd >= 0)
		close(lines->fd);
	lines->fd = -1;
}

static int split(char *line, char *fields[FIELDS])
{
	int count = 0;
	while (line && count < FIELDS) {
		fields[count++] = line;
		line = strchr(line, ':');
		if (line)
			*line++ = '\0';
	}
	return count;
}

static bool parse_number(const char *text, uint32_t *value)
{
	uint64_t number = 0;
	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > INT32_MAX)
			return false;
	}
	*value = (uint32_t)number;
	return true;
}

/* Whether `name` is in a comma-separated list. */
static bool is_member(const char *list, const char *name)
{
	size_t length = strlen(name);
	while (list && *list) {
		const char *comma = strchrnul(list, ',');
		if ((size_t)(comma - list) == length && memcmp(list, name, length) == 0)
			return true;
		list = *comma ? comma + 1 : comma;
	}
	return false;
}

static void copy_text(char *to, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);
	memcpy(to, from, length);
	to[length] = '\0';
}

/* Looks in passwd; `name` becomes the name found there, "" when there is no such line. */
static int find_user(struct user *user, const char *wanted, char name[NAME_MAX_LENGTH], struct error *err)
{
	struct lines lines;
	uint32_t number = 0, uid, gid;
	bool is_number = *wanted == '\0' || parse_number(wanted, &number);
	name[0] = '\0';
	lines_open(&lines, "/etc/passwd");
	for (char *line; (line = lines_next(&lines));) {
		char *fields[FIELDS];
		if (split(line, fields) < 6 || !parse_number(fields[2], &uid) ||
		    !parse_number(fields[3], &gid))
			continue;
		if (!(*wanted && strcmp(fields[0], wanted) == 0) && !(is_number && uid == number))
			continue;
		user->uid = uid;
		user->gid = gid;
		copy_text(name, NAME_MAX_LENGTH, fields[0]);
		copy_text(user->home, sizeof user->home, fields[5]);
		lines_close(&lines);
		return 0;
	}
	if (!is_number)
		return fail(err, ENOENT, "unable to find user %s: no matching entries in passwd file",
			    wanted);
	user->uid = number;
	return 0;
}

static void add_group(struct user *user, uint32_t gid)
{
	if (user->group_count < GROUPS_MAX_COUNT)
		user->groups[user->group_count++] = gid;
}

int user_find_group(const char *wanted, uint32_t *gid, struct error *err)
{
	struct lines lines;
	uint32_t number = 0, found;
	bool is_number = parse_number(wanted, &number);
	lines_open(&lines, "/etc/group");
	for (char *line; (line = lines_next(&lines));) {
		char *fields[FIELDS];
		if (split(line, fields) < 3 || !parse_number(fields[2], &found))
			continue;
		if (strcmp(fields[0], wanted) != 0 && !(is_number && found == number))
			continue;
		*gid = found;
		lines_close(&lines);
		return 0;
	}
	if (!is_number)
		return fail(err, ENOENT, "unable to find group %s: no matching entries in group file",
			    wanted);
	*gid = number;
	return 0;
}

static void add_memberships(struct user *user, const char *name)
{
	struct lines lines;
	uint32_t gid;
	lines_open(&lines, "/etc/group");
	for (char *line; (line = lines_next(&lines));) {
		char *fields[FIELDS];
		if (split(line, fields) >= 4 && parse_number(fields[2], &gid) && is_member(fields[3], name))
			add_group(user, gid);
	}
}

int user_find(struct user *user, const char *wanted, const struct strings *extra_groups, struct error *err)
{
	char who[NAME_MAX_LENGTH], name[NAME_MAX_LENGTH];
	const char *colon = strchrnul(wanted, ':');
	const char *group = *colon ? colon + 1 : "";
	if ((size_t)(colon - wanted) >= sizeof who)
		return fail(err, EINVAL, "user name is too long");
	memcpy(who, wanted, (size_t)(colon - wanted));
	who[colon - wanted] = '\0';

	user->uid = user->gid = user->group_count = 0;
	memcpy(user->home, "/", 2);
	int result = find_user(user, who, name, err);
	if (result < 0)
		return result;
	if (*group && (result = user_find_group(group, &user->gid, err)) < 0)
		return result;
	add_group(user, user->gid);
	if (!*group && name[0])
		add_memberships(user, name);
	/* As in Docker a group may be there again by another way, but only once among the extra ones. */
	uint32_t first_extra = user->group_count;
	for (uint32_t i = 0; i < extra_groups->count; i++) {
		uint32_t gid, at = first_extra;
		if ((result = user_find_group(extra_groups->items[i], &gid, err)) < 0)
			return result;
		while (at < user->group_count && user->groups[at] != gid)
			at++;
		if (at == user->group_count)
			add_group(user, gid);
	}
	return 0;
}
