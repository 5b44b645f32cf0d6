/* Between the docker stub and the agent: packets of one byte and what belongs to it. */
#ifndef STUB_PROTOCOL_H
#define STUB_PROTOCOL_H

#include <stdint.h>

#define STUB_SOCKET "/run/drydock.sock"
/* Longest packet's payload, the first one from the stub aside. */
#define STUB_PIECE 32768
#define STUB_HELLO_MAX 262144

enum stub_packet {
	/* From the stub. */
	STUB_HELLO = 'h',
	STUB_INPUT = 'i',
	STUB_INPUT_END = 'e',
	STUB_SIGNAL = 's',
	STUB_RESIZED = 'w',
	/* From the agent. */
	STUB_STDOUT = '1',
	STUB_STDERR = '2',
	STUB_READ = 'r',
	STUB_RAW = 'm',
	STUB_EXIT = 'x',
};

/* STUB_HELLO: this, then the working directory, the arguments and the environment, each ended by a NUL. */
struct stub_hello {
	uint32_t type;
	uint32_t argument_count;
	uint32_t environment_count;
	uint32_t tty;
	uint16_t rows;
	uint16_t cols;
};

/* STUB_READ (bytes wanted), STUB_SIGNAL, STUB_RAW (0 or 1), STUB_EXIT (code), STUB_RESIZED (rows << 16 |
 * cols). */
struct stub_number {
	uint8_t type;
	uint8_t zero[3];
	uint32_t value;
};

#endif
