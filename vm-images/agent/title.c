#define _GNU_SOURCE
#include "title.h"

#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>

#include "memory.h"

void title_set(const char *name, const char *const words[])
{
	struct buffer line = {0};
	for (int i = 0; words[i]; i++)
		buffer_append(&line, words[i], strlen(words[i]) + 1);
	prctl(PR_SET_NAME, name);
	/* The kernel wants start below end at every step, and the new place may be on either side of the old
	 * one. */
	uintptr_t start = (uintptr_t)line.data, end = start + line.length;
	if (prctl(PR_SET_MM, PR_SET_MM_ARG_START, start, 0, 0) < 0) {
		prctl(PR_SET_MM, PR_SET_MM_ARG_END, end, 0, 0);
		prctl(PR_SET_MM, PR_SET_MM_ARG_START, start, 0, 0);
	} else {
		prctl(PR_SET_MM, PR_SET_MM_ARG_END, end, 0, 0);
	}
}
