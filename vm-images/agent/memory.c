#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE 4096

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	uint64_t data[];
};

static void *or_die(void *memory)
{
	static const char message[] = "dockerd: out of memory\n";
	if (memory)
		return memory;
	if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
		_exit(2);
	_exit(1);
}

void *memory_take(size_t size)
{
	return or_die(malloc(size ? size : 1));
}

void *memory_zeroed(size_t size)
{
	return or_die(calloc(1, size ? size : 1));
}

void *memory_resize(void *old, size_t size)
{
	return or_die(realloc(old, size ? size : 1));
}

char *memory_copy(const char *text)
{
	return or_die(strdup(text));
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t more)
{
	if (buffer->length + more > buffer->capacity) {
		size_t capacity = buffer->capacity ? buffer->capacity : 4096;
		while (capacity < buffer->length + more)
			capacity *= 2;
		buffer->data = memory_resize(buffer->data, capacity);
		buffer->capacity = capacity;
	}
	return buffer->data + buffer->length;
}

void buffer_append(struct buffer *buffer, const void *data, size_t length)
{
	if (length == 0)
		return;
	memcpy(buffer_reserve(buffer, length), data, length);
	buffer->length += length;
}

void buffer_drop(struct buffer *buffer, size_t count)
{
	buffer->length -= count;
	if (buffer->length > 0)
		memmove(buffer->data, buffer->data + count, buffer->length);
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}

void *arena_take(struct arena *arena, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	struct arena_block *block = arena->blocks;
	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		block = memory_take(sizeof *block + room);
		*block = (struct arena_block){.next = arena->blocks, .size = room};
		arena->blocks = block;
	}
	void *start = (uint8_t *)block->data + block->used;
	block->used += size;
	return start;
}

void arena_clear(struct arena *arena)
{
	/* The last block stays for the next use. */
	struct arena_block *block = arena->blocks;
	if (!block)
		return;
	while (block->next) {
		struct arena_block *next = block->next;
		free(block);
		block = next;
	}
	block->used = 0;
	arena->blocks = block;
}
