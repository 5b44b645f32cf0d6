/* What a process at work on a tree of files does; it has the stream as descriptor 0 and the report as 3. */
#ifndef TREE_H
#define TREE_H

#include <sys/stat.h>

#include "error.h"
#include "request.h"

#define TREE_STREAM 0
#define TREE_REPORT 3
#define TREE_REPORT_MAX 16384

/* An answer: with number 0 a reply's body, else a sentence. After the answer only a failure. */
struct tree_report {
	int32_t number;
	char body[TREE_REPORT_MAX];
};

struct tree_work {
	uint16_t op;
	struct tree_request request;
	/* USAGE's. */
	struct strings paths;
};

/* tree.c: does it all, reports, and returns when the process may end. */
void tree_work(const struct tree_work *work);
/* Answers the request with a body, or nothing. */
void tree_answer(const void *body, size_t length);

/* tree_root.c */
int tree_enter_root(const struct tree_work *work, struct error *err);
/* Opens the writable layer, and a view of what lies below it: -1 when nothing does. */
int tree_open_layer(const struct tree_work *work, struct error *err);
int tree_open_below(const struct tree_work *work, int *below, struct error *err);

/* tree_stat.c: STAT_PATH's reply. */
int tree_stat(const char *path, struct stat *status, struct buffer *out, struct error *err);

/* tree_archive.c */
int tree_archive(const char *path, const char *name, const struct stat *status, struct error *err);
int tree_archive_layer(int folder, struct error *err);

/* tree_extract.c */
int tree_extract(const struct tree_request *request, struct error *err);

/* tree_changes.c */
int tree_changes(int upper, int below, struct error *err);

/* tree_usage.c */
uint64_t tree_usage(const char *path);

/* tree_list.c: the names in a directory, sorted; frees with names_free(). Closes nothing. */
struct names {
	char **items;
	size_t count;
};
int names_read(int folder, struct names *names);
void names_free(struct names *names);

/* Files that have more than one name, by the first of them. */
struct seen {
	struct seen_file *files;
	size_t count;
	size_t capacity;
};
/* The name a file was seen under first; NULL when this is the first, which is noted. */
const char *seen_before(struct seen *seen, const struct stat *status, const char *name);

/* A path that grows and shrinks at its end. */
struct path {
	char *text;
	size_t length;
	size_t capacity;
};
/* Adds a name behind a slash, unless the path is empty or ends in one; returns the length before. */
size_t path_add(struct path *path, const char *name);
void path_cut(struct path *path, size_t length);

#endif
