/* A container's root as Docker's overlay2 has it: an overlay of layers and a folder of its own. */
#ifndef OVERLAY_H
#define OVERLAY_H

#include "error.h"
#include "message.h"

/*
 * `lowers`, topmost first, are links below CONTAINER_ROOT ("l/NAME"); one that begins with OVERLAY_INIT is the
 * container's init layer, a folder of the export, for which ID-init is made.
 */
#define OVERLAY_INIT "init-"

/* CONTAINER_ROOT/ID with its parts, ID-init, and their links in CONTAINER_ROOT/l, as far as they are not there yet. */
int overlay_make_folders(const char *id, const struct strings *lowers, struct error *err);
/* Mounts the root at CONTAINER_ROOT/ID/merged. */
int overlay_mount(const char *id, const struct strings *lowers, struct error *err);
/* A mount of the layers alone, attached nowhere. */
int overlay_open_lowers(const char *id, const struct strings *lowers, struct error *err);
/* Deletes what overlay_make_folders() has made, and what was put there since. Returns 0 or -errno. */
int overlay_remove(const char *id);

#endif
