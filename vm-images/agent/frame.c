/*
 * u32 payload length | u32 channel | u8 type | u8[3] zero | payload
 */
#include "frame.h"

#include <errno.h>
#include <string.h>

#include "protocol.h"

void frame_seal(uint8_t *header, uint32_t channel, uint8_t type, uint32_t length)
{
	uint32_t words[3] = {length, channel, type};
	memcpy(header, words, sizeof words);
}

int frame_decode(uint8_t *bytes, size_t length, frame_sink *sink, size_t *need)
{
	size_t at = 0;
	for (;;) {
		uint32_t words[3];
		*need = FRAME_HEADER;
		if (length - at < FRAME_HEADER) {
			/* A length that cannot be is refused as soon as it is seen. */
			if (length - at >= 4 && memcpy(words, bytes + at, 4) && words[0] > MAX_PAYLOAD)
				return -EPROTO;
			return (int)at;
		}
		memcpy(words, bytes + at, sizeof words);
		if (words[0] > MAX_PAYLOAD || words[2] > 255)
			return -EPROTO;
		*need = FRAME_HEADER + words[0];
		if (length - at < *need)
			return (int)at;
		sink(words[1], (uint8_t)words[2], bytes + at + FRAME_HEADER, words[0]);
		at += *need;
	}
}
