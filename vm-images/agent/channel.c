#include "channel.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "protocol.h"
#include "transport.h"

#define BUCKETS 64
#define EPROTO_NUMBER 71
/* Credit goes back in portions, so that a little traffic costs no frames. */
#define CREDIT_STEP (INITIAL_CREDIT / 4)

static struct channel *buckets[BUCKETS];
static uint32_t last_own;

static struct channel **place_of(uint32_t id)
{
	struct channel **place = &buckets[(id >> 1) % BUCKETS];
	while (*place && (*place)->id != id)
		place = &(*place)->next;
	return place;
}

void channel_forget(struct channel *channel)
{
	struct channel **place = place_of(channel->id);
	if (*place == channel)
		*place = channel->next;
	free(channel);
}

struct channel *channel_open(uint32_t id, const struct channel_user *user, void *owner)
{
	struct channel **place = place_of(id);
	if (id == 0 || *place)
		return NULL;
	struct channel *channel = memory_take(sizeof *channel);
	*channel = (struct channel){
	    .id = id, .user = user, .owner = owner, .credit = INITIAL_CREDIT, .window = INITIAL_CREDIT};
	*place = channel;
	return channel;
}

struct channel *channel_new(const struct channel_user *user, void *owner)
{
	do
		last_own += 2;
	while (last_own == 0 || *place_of(last_own));
	return channel_open(last_own, user, owner);
}

void channel_commit(struct channel *channel, uint32_t length)
{
	transport_commit(channel->id, FRAME_DATA, length);
	channel->credit -= length;
}

void channel_send(struct channel *channel, const void *data, uint32_t length)
{
	memcpy(transport_reserve(length), data, length);
	channel_commit(channel, length);
}

void channel_end(struct channel *channel)
{
	if (channel->eof_sent)
		return;
	channel->eof_sent = true;
	transport_send(channel->id, FRAME_EOF, NULL, 0);
}

void channel_consumed(struct channel *channel, uint32_t length)
{
	channel->owed += length;
	if (channel->owed < CREDIT_STEP || channel->eof_received)
		return;
	transport_send(channel->id, FRAME_CREDIT, &channel->owed, sizeof channel->owed);
	channel->window += channel->owed;
	channel->owed = 0;
}

void channel_close(struct channel *channel, uint32_t number)
{
	transport_send(channel->id, FRAME_CLOSE, &number, sizeof number);
	channel_forget(channel);
}

static void end_for_owner(struct channel *channel, bool lost)
{
	channel->user->closed(channel, lost);
	channel_forget(channel);
}

static void receive_data(struct channel *channel, const uint8_t *payload, uint32_t length)
{
	if (channel->eof_received || length == 0)
		return;
	if (length > channel->window) {
		uint32_t number = EPROTO_NUMBER;
		transport_send(channel->id, FRAME_CLOSE, &number, sizeof number);
		end_for_owner(channel, false);
		return;
	}
	channel->window -= length;
	channel->user->data(channel, payload, length);
}

void channel_receive(uint32_t id, uint8_t type, const uint8_t *payload, uint32_t length)
{
	struct channel *channel = *place_of(id);
	uint32_t number = 0;
	if (!channel)
		return;
	if (type == FRAME_CREDIT || type == FRAME_CLOSE) {
		if (length != sizeof number)
			return;
		memcpy(&number, payload, sizeof number);
	}
	switch (type) {
	case FRAME_DATA:
		receive_data(channel, payload, length);
		break;
	case FRAME_EOF:
		if (channel->eof_received)
			break;
		channel->eof_received = true;
		channel->user->ended(channel);
		break;
	case FRAME_CLOSE:
		/* Answered, unless the host has nothing to wait for: it has our EOF already. */
		if (!channel->eof_sent) {
			number = 0;
			transport_send(id, FRAME_CLOSE, &number, sizeof number);
		}
		end_for_owner(channel, false);
		break;
	case FRAME_CREDIT:
		if (number > UINT32_MAX - channel->credit)
			number = UINT32_MAX - channel->credit;
		channel->credit += number;
		channel->user->credited(channel);
		break;
	}
}

void channel_drop_all(void)
{
	for (int i = 0; i < BUCKETS; i++)
		while (buckets[i])
			end_for_owner(buckets[i], true);
}
