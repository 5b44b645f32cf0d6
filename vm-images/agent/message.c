/* u8 u16 u32 u64, little-endian, no padding | str, bytes: u32 length, bytes | list: u32 count, items */
#include "message.h"

#include <string.h>

static uint8_t *step(struct reader *reader, size_t count)
{
	static uint8_t zeros[8];
	if ((size_t)(reader->end - reader->at) < count) {
		reader->bad = true;
		reader->at = reader->end;
		return count <= sizeof zeros ? zeros : NULL;
	}
	uint8_t *start = reader->at;
	reader->at += count;
	return start;
}

uint8_t take_u8(struct reader *reader)
{
	return *step(reader, 1);
}

uint16_t take_u16(struct reader *reader)
{
	uint16_t value;
	memcpy(&value, step(reader, sizeof value), sizeof value);
	return value;
}

uint32_t take_u32(struct reader *reader)
{
	uint32_t value;
	memcpy(&value, step(reader, sizeof value), sizeof value);
	return value;
}

uint64_t take_u64(struct reader *reader)
{
	uint64_t value;
	memcpy(&value, step(reader, sizeof value), sizeof value);
	return value;
}

bool take_bool(struct reader *reader)
{
	uint8_t value = take_u8(reader);
	if (value > 1)
		reader->bad = true;
	return value == 1;
}

struct bytes take_bytes(struct reader *reader)
{
	uint32_t length = take_u32(reader);
	if (reader->bad || (size_t)(reader->end - reader->at) < length) {
		reader->bad = true;
		return (struct bytes){0};
	}
	return (struct bytes){step(reader, length), length};
}

char *take_str(struct reader *reader)
{
	static char nothing[1];
	struct bytes raw = take_bytes(reader);
	if (raw.length == 0)
		return nothing;
	if (memchr(raw.data, 0, raw.length)) {
		reader->bad = true;
		return nothing;
	}
	char *text = (char *)raw.data - 1;
	memmove(text, raw.data, raw.length);
	text[raw.length] = '\0';
	return text;
}

uint32_t take_count(struct reader *reader, uint32_t least)
{
	uint32_t count = take_u32(reader);
	if (count > (size_t)(reader->end - reader->at) / least) {
		reader->bad = true;
		return 0;
	}
	return count;
}

struct strings take_strings(struct reader *reader)
{
	struct strings list = {.count = take_count(reader, 4)};
	list.items = arena_take(reader->arena, (list.count + 1) * sizeof *list.items);
	for (uint32_t i = 0; i < list.count; i++)
		list.items[i] = take_str(reader);
	list.items[list.count] = NULL;
	return list;
}

bool taken_whole(const struct reader *reader)
{
	return !reader->bad && reader->at == reader->end;
}

void put_u8(struct buffer *out, uint8_t value)
{
	buffer_append(out, &value, sizeof value);
}

void put_u16(struct buffer *out, uint16_t value)
{
	buffer_append(out, &value, sizeof value);
}

void put_u32(struct buffer *out, uint32_t value)
{
	buffer_append(out, &value, sizeof value);
}

void put_u64(struct buffer *out, uint64_t value)
{
	buffer_append(out, &value, sizeof value);
}

void put_bytes(struct buffer *out, const void *data, uint32_t length)
{
	put_u32(out, length);
	buffer_append(out, data, length);
}

void put_str(struct buffer *out, const char *text)
{
	put_bytes(out, text, (uint32_t)strlen(text));
}
