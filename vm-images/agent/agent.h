#ifndef AGENT_H
#define AGENT_H

/* The program called dockerd: serves the host for ever. Returns only when it cannot begin. */
int agent_main(void);

#endif
