/* Scalars of the protocol: taken off a request, put into a reply or an event. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "memory.h"

/* Takes values in order. Running past the end sets `bad` and yields zeros, never a wrong pointer. */
struct reader {
	uint8_t *at;
	uint8_t *end;
	struct arena *arena;
	bool bad;
};

struct bytes {
	uint8_t *data;
	uint32_t length;
};

/* `items` ends with a NULL that is not counted. */
struct strings {
	char **items;
	uint32_t count;
};

uint8_t take_u8(struct reader *reader);
uint16_t take_u16(struct reader *reader);
uint32_t take_u32(struct reader *reader);
uint64_t take_u64(struct reader *reader);
bool take_bool(struct reader *reader);
struct bytes take_bytes(struct reader *reader);
/* NUL-terminated in place: the text is moved one byte forward, over its own length. */
char *take_str(struct reader *reader);
struct strings take_strings(struct reader *reader);
/* The count of a list whose items take at least `least` bytes each. */
uint32_t take_count(struct reader *reader, uint32_t least);
/* True when everything was taken and nothing was bad. */
bool taken_whole(const struct reader *reader);

void put_u8(struct buffer *out, uint8_t value);
void put_u16(struct buffer *out, uint16_t value);
void put_u32(struct buffer *out, uint32_t value);
void put_u64(struct buffer *out, uint64_t value);
void put_bytes(struct buffer *out, const void *data, uint32_t length);
void put_str(struct buffer *out, const char *text);

#endif
