/* Commands that run on the host and look as if they ran here: the agent's side of the docker stub. */
#ifndef HOST_COMMAND_H
#define HOST_COMMAND_H

#include "error.h"
#include "message.h"

int command_listen(struct error *err);
int command_exit(uint32_t handle, int32_t code, struct error *err);
int command_raw(uint32_t handle, bool raw, struct error *err);
/* The session is over: every stub is told by the end of its socket. */
void command_drop_all(void);

#endif
