/* Tar archives as streams: POSIX with PAX records when written; ustar, PAX and GNU when read. */
#ifndef TAR_H
#define TAR_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"

#define TAR_BLOCK 512

enum tar_type {
	TAR_FILE = '0',
	TAR_HARD_LINK = '1',
	TAR_LINK = '2',
	TAR_CHARACTER = '3',
	TAR_BLOCK_DEVICE = '4',
	TAR_FOLDER = '5',
	TAR_FIFO = '6',
};

struct tar_entry {
	enum tar_type type;
	/* Of a folder with a slash at its end. */
	const char *name;
	const char *link;
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
	uint64_t size;
	int64_t mtime;
	uint32_t mtime_ns;
	uint32_t major;
	uint32_t minor;
	/* security.capability, if it has one. */
	const void *capability;
	uint32_t capability_length;
};

/* tar_write.c: what is written is held back until there is much of it, or tar_finish(). */
struct tar_writer {
	int fd;
	size_t length;
	uint8_t bytes[131072];
};
int tar_put_entry(struct tar_writer *out, const struct tar_entry *entry, struct error *err);
/* A file's content follows its entry, padded. Exactly `size` bytes of it. */
int tar_put_content(struct tar_writer *out, int file, uint64_t size, const char *name, struct error *err);
int tar_finish(struct tar_writer *out, struct error *err);

/* tar_read.c */
struct tar_reader {
	int fd;
	/* What is left of the present entry's content, and of the padding behind it. */
	uint64_t left;
	uint32_t padding;
	bool has_begun;
	/* What extended headers say of the entry to come. */
	struct buffer name;
	struct buffer link;
	struct buffer capability;
	struct tar_entry next;
	unsigned given;
	size_t at;
	size_t end;
	uint8_t bytes[131072];
};
/* 1 with an entry, 0 at the end of the archive. What the entry points to holds until the next call. */
int tar_next(struct tar_reader *in, struct tar_entry *entry, struct error *err);
/* Some of the entry's content: its length, 0 at its end. */
int tar_content(struct tar_reader *in, const uint8_t **data, struct error *err);
/* Reads what comes after the archive, so that its writer is not cut off. */
void tar_skip_rest(struct tar_reader *in);

#endif
