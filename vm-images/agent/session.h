/* Answers and news for the host, and what has to happen when a session begins. */
#ifndef SESSION_H
#define SESSION_H

#include "error.h"
#include "memory.h"
#include "protocol.h"

/* Whether the host has said HELLO: before that nobody would understand an event. */
bool session_is_open(void);

/* A reply being put together: append the body, then reply_send(). */
struct buffer *reply_begin(uint32_t id);
void reply_send(void);
void reply_empty(uint32_t id);
void reply_error(uint32_t id, const struct error *err);

/* The same for an event. */
struct buffer *event_begin(enum event_kind kind);
void event_send(void);

/* Tells the host, or standard error when there is no session. */
void report(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
