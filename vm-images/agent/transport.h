/* The two control files: a thread that blocks reading one, and what is to be written to the other. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include "error.h"
#include "frame.h"

/* Opens both files, which begins a session, and starts reading. Frames are delivered with the lock held. */
int transport_open(frame_sink *sink, void (*idle)(void), struct error *err);

/* Room for a frame of up to `length` bytes of payload; returns where the payload goes. */
uint8_t *transport_reserve(uint32_t length);
/* Makes the reserved room a frame. */
void transport_commit(uint32_t channel, uint8_t type, uint32_t length);
void transport_send(uint32_t channel, uint8_t type, const void *payload, uint32_t length);
/* Writes out what is there. Call with the lock held, when a round of work is done. */
void transport_flush(void);
/* Bytes not yet written. */
size_t transport_waiting(void);
/* Forgets what is not yet written: it belongs to a session that has ended. */
void transport_drop(void);

#endif
