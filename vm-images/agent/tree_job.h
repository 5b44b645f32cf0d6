/* Work on whole trees of files, each piece in a process of its own, its stream on a channel. */
#ifndef TREE_JOB_H
#define TREE_JOB_H

#include "error.h"
#include "message.h"

/* Begins STAT_PATH, ARCHIVE, EXTRACT, CHANGES, LAYER or USAGE; request `id` is answered when there is an answer. */
int tree_job_start(uint32_t id, uint16_t op, struct reader *body, struct error *err);
/* The session is over: what is under way is given up, and nobody is told. */
void tree_job_drop_all(void);

#endif
