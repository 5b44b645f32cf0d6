#include "session.h"

#include <stdarg.h>
#include <stdio.h>

#include "message.h"
#include "transport.h"

/* One message is put together at a time. */
static struct buffer message;

struct buffer *reply_begin(uint32_t id)
{
	message.length = 0;
	put_u32(&message, id);
	put_u32(&message, 0);
	return &message;
}

void reply_send(void)
{
	transport_send(0, FRAME_REPLY, message.data, (uint32_t)message.length);
}

void reply_empty(uint32_t id)
{
	reply_begin(id);
	reply_send();
}

void reply_error(uint32_t id, const struct error *err)
{
	message.length = 0;
	put_u32(&message, id);
	put_u32(&message, (uint32_t)err->number);
	put_str(&message, err->text);
	reply_send();
}

struct buffer *event_begin(enum event_kind kind)
{
	message.length = 0;
	put_u16(&message, (uint16_t)kind);
	return &message;
}

void event_send(void)
{
	transport_send(0, FRAME_EVENT, message.data, (uint32_t)message.length);
}

void report(enum log_level level, const char *format, ...)
{
	char text[1000];
	va_list list;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (!session_is_open()) {
		fprintf(stderr, "dockerd: %s\n", text);
		return;
	}
	struct buffer *event = event_begin(EVENT_LOG);
	put_u8(event, (uint8_t)level);
	put_str(event, text);
	event_send();
}
