#ifndef SIGNALS_H
#define SIGNALS_H

#include "error.h"

/* Has the loop take up the ends of children and, as SIGHUP, the wish that the configuration be read again. */
int signals_watch(struct error *err);

#endif
