#ifndef INIT_H
#define INIT_H

/* Process 1: makes the root filesystem, boots, keeps the agent running, reaps. */
int init_main(void);

#endif
