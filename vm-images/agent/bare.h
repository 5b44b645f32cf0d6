/* System calls without a C library, for the stub: it runs before the library has set itself up. */
#ifndef BARE_H
#define BARE_H

#include <asm/unistd_32.h>

static inline long bare_call(long number, long a, long b, long c, long d, long e)
{
	long result;
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "cc");
	return result;
}

#define BARE1(number, a) bare_call(number, (long)(a), 0, 0, 0, 0)
#define BARE2(number, a, b) bare_call(number, (long)(a), (long)(b), 0, 0, 0)
#define BARE3(number, a, b, c) bare_call(number, (long)(a), (long)(b), (long)(c), 0, 0)
#define BARE4(number, a, b, c, d) bare_call(number, (long)(a), (long)(b), (long)(c), (long)(d), 0)

#endif
