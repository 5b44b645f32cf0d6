/* Channels of the session: which there are, their credit, and who gets their bytes. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;

/* What the owner of a channel is told. `closed` comes at most once, and is the last call. */
struct channel_user {
	void (*data)(struct channel *channel, const uint8_t *data, uint32_t length);
	void (*ended)(struct channel *channel);
	void (*credited)(struct channel *channel);
	/* The host reads and sends no more, or the session is lost: the channel is gone. */
	void (*closed)(struct channel *channel, bool lost);
};

struct channel {
	struct channel *next;
	uint32_t id;
	const struct channel_user *user;
	void *owner;
	/* How many bytes the host takes before it gives more credit. */
	uint32_t credit;
	/* How many bytes the host may still send, and how many it may be allowed again. */
	uint32_t window;
	uint32_t owed;
	bool eof_sent;
	bool eof_received;
};

/* Opens a channel the host has chosen the number of. NULL when the number is 0 or in use. */
struct channel *channel_open(uint32_t id, const struct channel_user *user, void *owner);
/* Opens one with a number of our own. */
struct channel *channel_new(const struct channel_user *user, void *owner);

/* Sends bytes; the caller keeps to `credit`. */
void channel_send(struct channel *channel, const void *data, uint32_t length);
/* Sends what was read into transport_reserve()'s room. */
void channel_commit(struct channel *channel, uint32_t length);
/* Half-close: sends no more. */
void channel_end(struct channel *channel);
/* Bytes received have left our hands. */
void channel_consumed(struct channel *channel, uint32_t length);
/* Reads and sends no more; the channel is freed. `closed` is not called. */
void channel_close(struct channel *channel, uint32_t number);
/* Frees a channel that the host knows to be over. `closed` is not called. */
void channel_forget(struct channel *channel);

/* A frame for a channel other than 0 has arrived. */
void channel_receive(uint32_t id, uint8_t type, const uint8_t *payload, uint32_t length);
/* The session is over: every channel is closed, and its owner told. */
void channel_drop_all(void);

#endif
