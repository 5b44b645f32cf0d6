#ifndef FRAME_H
#define FRAME_H

#include "memory.h"

/* `payload` may be written to, and is only valid until the callback returns. */
typedef void frame_sink(uint32_t channel, uint8_t type, uint8_t *payload, uint32_t length);

/* Writes the header of a frame whose payload follows it. */
void frame_seal(uint8_t *header, uint32_t channel, uint8_t type, uint32_t length);

/*
 * Delivers every whole frame at the start of `bytes`, however the stream was cut. Returns how many bytes that
 * took, or -EPROTO when what follows cannot be a frame. *need is set to how many bytes the next frame wants
 * in all.
 */
int frame_decode(uint8_t *bytes, size_t length, frame_sink *sink, size_t *need);

#endif
