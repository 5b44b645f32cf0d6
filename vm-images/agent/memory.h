/* Memory that is there or the program ends: PID 1 starts the agent again, and no container is lost by it. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memory_take(size_t size);
void *memory_zeroed(size_t size);
void *memory_resize(void *old, size_t size);
char *memory_copy(const char *text);

/* Bytes that grow at the end. */
struct buffer {
	uint8_t *data;
	size_t length;
	size_t capacity;
};

/* Room for `more` bytes behind the present ones; what is written there counts once `length` is raised. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t more);
void buffer_append(struct buffer *buffer, const void *data, size_t length);
/* Drops bytes from the front. */
void buffer_drop(struct buffer *buffer, size_t count);
void buffer_free(struct buffer *buffer);

/* Many small things that are freed together. */
struct arena {
	struct arena_block *blocks;
};
void *arena_take(struct arena *arena, size_t size);
void arena_clear(struct arena *arena);

#endif
