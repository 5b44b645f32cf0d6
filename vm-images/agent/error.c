#define _GNU_SOURCE
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *errno_text(int number)
{
	static char text[80];
	const char *words = strerrordesc_np(number);
	if (!words)
		return "unknown error";
	snprintf(text, sizeof text, "%s", words);
	/* Go's table has the same words in lower case, all but a few names. */
	if (text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z') && text[1] != '/')
		text[0] += 'a' - 'A';
	return text;
}

int fail(struct error *err, int number, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	err->number = number;
	vsnprintf(err->text, sizeof err->text, format, list);
	va_end(list);
	return -number;
}

int fail_errno(struct error *err, const char *format, ...)
{
	int number = errno;
	va_list list;
	va_start(list, format);
	err->number = number;
	size_t length = (size_t)vsnprintf(err->text, sizeof err->text, format, list);
	va_end(list);
	if (length < sizeof err->text)
		snprintf(err->text + length, sizeof err->text - length, ": %s", errno_text(number));
	return -number;
}
