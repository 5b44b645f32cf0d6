/* A container's root: an overlay of exported layers and a folder of its own. */
#ifndef OVERLAY_H
#define OVERLAY_H

#include "error.h"
#include "message.h"

/* CONTAINER_ROOT/ID/{diff,work,merged}, as far as they are not there yet. */
int overlay_make_folders(const char *id, struct error *err);
/* Mounts the root at CONTAINER_ROOT/ID/merged. */
int overlay_mount(const char *id, const struct strings *lowers, struct error *err);
/* A mount of the layers alone, attached nowhere. */
int overlay_open_lowers(const struct strings *lowers, struct error *err);

#endif
