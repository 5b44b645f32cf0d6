#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tar.h"

#define NAME_SIZE 100
#define OCTAL_7 07777777u
#define OCTAL_11 077777777777ull

static int flush(struct tar_writer *out, struct error *err)
{
	for (size_t at = 0; at < out->length;) {
		ssize_t count = write(out->fd, out->bytes + at, out->length - at);
		if (count < 0 && errno != EINTR)
			return fail_errno(err, "write archive");
		at += count > 0 ? (size_t)count : 0;
	}
	out->length = 0;
	return 0;
}

static int put(struct tar_writer *out, const void *data, size_t length, struct error *err)
{
	const uint8_t *bytes = data;
	while (length > 0) {
		size_t room = sizeof out->bytes - out->length, part = length < room ? length : room;
		memcpy(out->bytes + out->length, bytes, part);
		out->length += part;
		bytes += part;
		length -= part;
		if (out->length == sizeof out->bytes && flush(out, err) < 0)
			return -err->number;
	}
	return 0;
}

static int put_padding(struct tar_writer *out, uint64_t length, struct error *err)
{
	static const uint8_t zeros[TAR_BLOCK];
	return put(out, zeros, (size_t)(-length % TAR_BLOCK), err);
}

/* --- extended headers --------------------------------------------------------------------------- */

/* "LENGTH KEY=VALUE\n", where LENGTH counts itself. */
static void add_record(struct buffer *records, const char *key, const void *value, size_t length)
{
	char head[64];
	size_t rest = strlen(key) + length + 3, digits = 1;
	for (;; digits++) {
		int used = snprintf(head, sizeof head, "%zu", rest + digits);
		if ((size_t)used == digits)
			break;
	}
	int used = snprintf(head, sizeof head, "%zu ", rest + digits);
	buffer_append(records, head, (size_t)used);
	buffer_append(records, key, strlen(key));
	buffer_append(records, "=", 1);
	buffer_append(records, value, length);
	buffer_append(records, "\n", 1);
}

static void add_number(struct buffer *records, const char *key, long long value)
{
	char text[24];
	add_record(records, key, text, (size_t)snprintf(text, sizeof text, "%lld", value));
}

static bool is_plain(const char *text)
{
	size_t length = 0;
	for (; text[length]; length++)
		if ((unsigned char)text[length] >= 0x80)
			return false;
	return length <= NAME_SIZE;
}

/* What an old header cannot say; keys in the order of the alphabet. */
static void add_records(struct buffer *records, const struct tar_entry *entry)
{
	if (entry->capability_length > 0)
		add_record(records, "SCHILY.xattr.security.capability", entry->capability,
			   entry->capability_length);
	if (entry->gid > OCTAL_7)
		add_number(records, "gid", entry->gid);
	if (!is_plain(entry->link))
		add_record(records, "linkpath", entry->link, strlen(entry->link));
	if (entry->mtime < 0 || entry->mtime > (int64_t)OCTAL_11)
		add_number(records, "mtime", entry->mtime);
	if (!is_plain(entry->name))
		add_record(records, "path", entry->name, strlen(entry->name));
	if (entry->size > OCTAL_11)
		add_number(records, "size", (long long)entry->size);
	if (entry->uid > OCTAL_7)
		add_number(records, "uid", entry->uid);
}

/* --- headers ------------------------------------------------------------------------------------ */

static void put_octal(char *field, int digits, uint64_t value)
{
	for (int i = digits - 1; i >= 0; i--, value >>= 3)
		field[i] = (char)('0' + (value & 7));
}

static void put_text(char *field, size_t size, const char *text)
{
	size_t length = strnlen(text, size);
	memcpy(field, text, length);
	/* A name cut off at a slash would be taken for a folder's. */
	if (text[length])
		while (length > 0 && field[length - 1] == '/')
			field[--length] = '\0';
}

static int put_header(struct tar_writer *out, const struct tar_entry *entry, char type, struct error *err)
{
	char block[TAR_BLOCK] = {0};
	put_text(block, NAME_SIZE, entry->name);
	put_octal(block + 100, 7, entry->mode & 07777);
	put_octal(block + 108, 7, entry->uid > OCTAL_7 ? 0 : entry->uid);
	put_octal(block + 116, 7, entry->gid > OCTAL_7 ? 0 : entry->gid);
	put_octal(block + 124, 11, entry->size > OCTAL_11 ? 0 : entry->size);
	bool has_time = entry->mtime >= 0 && entry->mtime <= (int64_t)OCTAL_11;
	put_octal(block + 136, 11, has_time ? (uint64_t)entry->mtime : 0);
	block[156] = type;
	put_text(block + 157, NAME_SIZE, entry->link);
	memcpy(block + 257, "ustar\0"
			    "00",
	       8);
	put_octal(block + 329, 7, entry->major);
	put_octal(block + 337, 7, entry->minor);
	unsigned sum = 8 * ' ';
	for (size_t i = 0; i < sizeof block; i++)
		sum += (unsigned char)block[i];
	put_octal(block + 148, 6, sum);
	block[155] = ' ';
	return put(out, block, sizeof block, err);
}

static int put_records(struct tar_writer *out, const struct buffer *records, const char *name,
		       struct error *err)
{
	char called[NAME_SIZE + 1];
	const char *slash = strrchr(name, '/');
	size_t folder = slash ? (size_t)(slash - name) + 1 : 0;
	snprintf(called, sizeof called, "%.*sPaxHeaders.0/%s", (int)(folder < 60 ? folder : 0), name,
		 name + folder);
	struct tar_entry entry = {.name = called, .link = "", .size = records->length};
	int result = put_header(out, &entry, 'x', err);
	if (result == 0)
		result = put(out, records->data, records->length, err);
	return result < 0 ? result : put_padding(out, records->length, err);
}

int tar_put_entry(struct tar_writer *out, const struct tar_entry *entry, struct error *err)
{
	static struct buffer records;
	records.length = 0;
	add_records(&records, entry);
	if (records.length > 0 && put_records(out, &records, entry->name, err) < 0)
		return -err->number;
	return put_header(out, entry, (char)entry->type, err);
}

int tar_put_content(struct tar_writer *out, int file, uint64_t size, const char *name, struct error *err)
{
	for (uint64_t left = size; left > 0;) {
		size_t room = sizeof out->bytes - out->length;
		ssize_t count = read(file, out->bytes + out->length, left < room ? (size_t)left : room);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return fail_errno(err, "read %s", name);
		if (count == 0)
			return fail(err, EIO, "read %s: the file has become shorter", name);
		out->length += (size_t)count;
		left -= (uint64_t)count;
		if (out->length == sizeof out->bytes && flush(out, err) < 0)
			return -err->number;
	}
	return put_padding(out, size, err);
}

int tar_finish(struct tar_writer *out, struct error *err)
{
	static const uint8_t end[2 * TAR_BLOCK];
	int result = put(out, end, sizeof end, err);
	return result < 0 ? result : flush(out, err);
}
