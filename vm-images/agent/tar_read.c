#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tar.h"

/* No extended header of an honest archive is near this long. */
#define RECORDS_MAX (1 << 20)

enum given {
	GIVEN_NAME = 1,
	GIVEN_LINK = 2,
	GIVEN_SIZE = 4,
	GIVEN_UID = 8,
	GIVEN_GID = 16,
	GIVEN_TIME = 32,
	GIVEN_CAPABILITY = 64,
};

static int invalid_header(struct error *err)
{
	return fail(err, EIO, "archive/tar: invalid tar header");
}

static int unexpected_end(struct error *err)
{
	return fail(err, EIO, "unexpected EOF");
}

/* Has something to take; returns how much, 0 at the end of the stream. */
static int fill(struct tar_reader *in, struct error *err)
{
	if (in->at < in->end)
		return (int)(in->end - in->at);
	ssize_t count;
	do
		count = read(in->fd, in->bytes, sizeof in->bytes);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return fail_errno(err, "read archive");
	in->at = 0;
	in->end = (size_t)count;
	return (int)count;
}

/* Takes exactly this much, or less at the end of the stream: how much, or -errno. */
static int take(struct tar_reader *in, void *data, size_t length, struct error *err)
{
	size_t have = 0;
	while (have < length) {
		int count = fill(in, err);
		if (count <= 0)
			return count < 0 ? count : (int)have;
		size_t part = (size_t)count < length - have ? (size_t)count : length - have;
		if (data)
			memcpy((uint8_t *)data + have, in->bytes + in->at, part);
		in->at += part;
		have += part;
	}
	return (int)have;
}

int tar_content(struct tar_reader *in, const uint8_t **data, struct error *err)
{
	if (in->left == 0)
		return 0;
	int count = fill(in, err);
	if (count <= 0)
		return count < 0 ? count : unexpected_end(err);
	if ((uint64_t)count > in->left)
		count = (int)in->left;
	*data = in->bytes + in->at;
	in->at += (size_t)count;
	in->left -= (uint64_t)count;
	return count;
}

/* --- numbers and texts of a header -------------------------------------------------------------- */

static bool read_number(const uint8_t *field, size_t length, int64_t *value)
{
	*value = 0;
	if (field[0] & 0x80) {
		*value = field[0] & 0x40 ? -1 : 0;
		for (size_t i = 0; i < length; i++)
			*value = (int64_t)((uint64_t)*value << 8 |
					   (i == 0 ? (field[0] & 0x40 ? field[0] : field[0] & 0x7f) : field[i]));
		return true;
	}
	size_t i = 0;
	while (i < length && (field[i] == ' ' || field[i] == '\0'))
		i++;
	for (; i < length && field[i] != ' ' && field[i] != '\0'; i++) {
		if (field[i] < '0' || field[i] > '7')
			return false;
		*value = *value * 8 + (field[i] - '0');
	}
	return true;
}

static bool has_right_sum(const uint8_t *block)
{
	int64_t wanted;
	int64_t sum = 0, signed_sum = 0;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		uint8_t byte = i >= 148 && i < 156 ? ' ' : block[i];
		sum += byte;
		signed_sum += (int8_t)byte;
	}
	return read_number(block + 148, 8, &wanted) && (wanted == sum || wanted == signed_sum);
}

static void set_text(struct buffer *to, const void *text, size_t length)
{
	to->length = 0;
	buffer_append(to, text, length);
	buffer_append(to, "", 1);
}

/* --- extended headers --------------------------------------------------------------------------- */

static void apply_record(struct tar_reader *in, const char *key, const char *value, size_t length)
{
	/* The byte behind the value is its newline. */
	if (strcmp(key, "path") == 0) {
		set_text(&in->name, value, length);
		in->given |= GIVEN_NAME;
	} else if (strcmp(key, "linkpath") == 0) {
		set_text(&in->link, value, length);
		in->given |= GIVEN_LINK;
	} else if (strcmp(key, "size") == 0) {
		in->next.size = strtoull(value, NULL, 10);
		in->given |= GIVEN_SIZE;
	} else if (strcmp(key, "uid") == 0) {
		in->next.uid = (uint32_t)strtoul(value, NULL, 10);
		in->given |= GIVEN_UID;
	} else if (strcmp(key, "gid") == 0) {
		in->next.gid = (uint32_t)strtoul(value, NULL, 10);
		in->given |= GIVEN_GID;
	} else if (strcmp(key, "mtime") == 0) {
		char *rest;
		in->next.mtime = strtoll(value, &rest, 10);
		in->next.mtime_ns = 0;
		if (*rest == '.') {
			uint32_t scale = 100000000;
			for (rest++; *rest >= '0' && *rest <= '9'; rest++, scale /= 10)
				in->next.mtime_ns += (uint32_t)(*rest - '0') * scale;
		}
		in->given |= GIVEN_TIME;
	} else if (strcmp(key, "SCHILY.xattr.security.capability") == 0) {
		in->capability.length = 0;
		buffer_append(&in->capability, value, length);
		in->given |= GIVEN_CAPABILITY;
	}
}

static int apply_records(struct tar_reader *in, char *text, size_t length, struct error *err)
{
	for (char *end = text + length; text < end;) {
		char *key;
		unsigned long size = strtoul(text, &key, 10);
		if (*key != ' ' || size > (size_t)(end - text) || size < (size_t)(key - text) + 3 ||
		    text[size - 1] != '\n')
			return invalid_header(err);
		char *next = text + size, *value = memchr(key, '=', (size_t)(next - key));
		if (!value)
			return invalid_header(err);
		*value++ = '\0';
		apply_record(in, key + 1, value, (size_t)(next - 1 - value));
		text = next;
	}
	return 0;
}

/* A member that only says something of the next one. */
static int read_extension(struct tar_reader *in, char type, int64_t size, struct error *err)
{
	static struct buffer text;
	if (size < 0 || size > RECORDS_MAX)
		return invalid_header(err);
	text.length = 0;
	buffer_reserve(&text, (size_t)size + 1);
	int count = take(in, text.data, (size_t)size, err);
	if (count < size)
		return count < 0 ? count : unexpected_end(err);
	text.data[size] = '\0';
	count = take(in, NULL, (size_t)(-size & (TAR_BLOCK - 1)), err);
	if (count < 0)
		return count;
	if (type == 'x')
		return apply_records(in, (char *)text.data, (size_t)size, err);
	if (type == 'L' || type == 'K') {
		set_text(type == 'L' ? &in->name : &in->link, text.data, strnlen((char *)text.data, (size_t)size));
		in->given |= type == 'L' ? GIVEN_NAME : GIVEN_LINK;
	}
	return 0;
}

/* --- members ------------------------------------------------------------------------------------ */

static void read_names(struct tar_reader *in, const uint8_t *block)
{
	const char *text = (const char *)block;
	if (!(in->given & GIVEN_NAME)) {
		char name[260];
		size_t at = 0;
		/* GNU's own magic ends in blanks, and has times where the prefix would be. */
		if (memcmp(text + 257, "ustar\0", 6) == 0 && text[345]) {
			at = strnlen(text + 345, 155);
			memcpy(name, text + 345, at);
			name[at++] = '/';
		}
		size_t length = strnlen(text, 100);
		memcpy(name + at, text, length);
		set_text(&in->name, name, at + length);
	}
	if (!(in->given & GIVEN_LINK))
		set_text(&in->link, text + 157, strnlen(text + 157, 100));
}

static bool read_numbers(struct tar_reader *in, const uint8_t *block, char type)
{
	int64_t mode, uid, gid, size, mtime, major = 0, minor = 0;
	struct tar_entry *next = &in->next;
	if (!read_number(block + 100, 8, &mode) || !read_number(block + 108, 8, &uid) ||
	    !read_number(block + 116, 8, &gid) || !read_number(block + 124, 12, &size) ||
	    !read_number(block + 136, 12, &mtime) || size < 0)
		return false;
	bool is_device = type == TAR_CHARACTER || type == TAR_BLOCK_DEVICE;
	if (is_device && (!read_number(block + 329, 8, &major) || !read_number(block + 337, 8, &minor)))
		return false;
	next->mode = (uint32_t)mode & 07777;
	next->major = (uint32_t)major;
	next->minor = (uint32_t)minor;
	if (!(in->given & GIVEN_UID))
		next->uid = (uint32_t)uid;
	if (!(in->given & GIVEN_GID))
		next->gid = (uint32_t)gid;
	if (!(in->given & GIVEN_SIZE))
		next->size = (uint64_t)size;
	if (!(in->given & GIVEN_TIME)) {
		next->mtime = mtime;
		next->mtime_ns = 0;
	}
	return true;
}

static int skip_content(struct tar_reader *in, struct error *err)
{
	const uint8_t *ignored;
	int count;
	while ((count = tar_content(in, &ignored, err)) > 0)
		;
	if (count == 0)
		count = take(in, NULL, in->padding, err);
	in->padding = 0;
	return count < 0 ? count : 0;
}

static bool is_empty(const uint8_t *block)
{
	for (size_t i = 0; i < TAR_BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

static int finish_entry(struct tar_reader *in, char type, struct tar_entry *entry, struct error *err)
{
	if (type == '\0' || type == '7')
		type = TAR_FILE;
	if (type < TAR_FILE || type > TAR_FIFO)
		return fail(err, EIO, "unhandled tar header type %d", type);
	/* Old archives name folders as files with a slash. */
	const char *name = (const char *)in->name.data;
	if (type == TAR_FILE && in->name.length > 1 && name[in->name.length - 2] == '/')
		type = TAR_FOLDER;
	if (type != TAR_FILE)
		in->next.size = 0;
	in->left = in->next.size;
	in->padding = (uint32_t)(-in->left % TAR_BLOCK);
	*entry = in->next;
	entry->type = (enum tar_type)type;
	entry->name = name;
	entry->link = (const char *)in->link.data;
	bool has_capability = in->given & GIVEN_CAPABILITY;
	entry->capability = in->capability.data;
	entry->capability_length = has_capability ? (uint32_t)in->capability.length : 0;
	in->given = 0;
	return 1;
}

int tar_next(struct tar_reader *in, struct tar_entry *entry, struct error *err)
{
	uint8_t block[TAR_BLOCK];
	int result = skip_content(in, err);
	while (result == 0) {
		int64_t size;
		int count = take(in, block, sizeof block, err);
		if (count < TAR_BLOCK)
			return count > 0 ? unexpected_end(err) : count;
		if (is_empty(block))
			return 0;
		char type = (char)block[156];
		if (!has_right_sum(block))
			return invalid_header(err);
		if (type == 'x' || type == 'L' || type == 'K' || type == 'g') {
			if (!read_number(block + 124, 12, &size))
				return invalid_header(err);
			result = read_extension(in, type, size, err);
			continue;
		}
		read_names(in, block);
		if (!read_numbers(in, block, type))
			return invalid_header(err);
		return finish_entry(in, type, entry, err);
	}
	return result;
}

void tar_skip_rest(struct tar_reader *in)
{
	struct error ignored;
	do
		in->at = in->end;
	while (fill(in, &ignored) > 0);
}
