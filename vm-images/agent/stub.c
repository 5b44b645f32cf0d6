/*
 * docker and docker-compose as the guest sees them: hands its arguments, environment and folder to the agent,
 * carries its standard streams, and exits as it is told. Nothing here may call the C library: see entry.S.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <asm/signal.h>
#include <asm/termbits.h>
#include <linux/net.h>
#include <linux/signalfd.h>

#include "bare.h"
#include "stub_protocol.h"

#define UNIX_FAMILY 1
#define SEQPACKET 5
#define CLOSE_ON_EXEC 02000000
#define NO_SIGNAL 0x4000

struct socket_address {
	uint16_t family;
	char path[sizeof STUB_SOCKET];
};

struct part {
	const void *data;
	size_t length;
};

struct message {
	void *name;
	int name_length;
	struct part *parts;
	size_t count;
	void *control;
	size_t control_length;
	unsigned flags;
};

struct window {
	uint16_t rows, cols, x, y;
};

static struct {
	int socket;
	int signals;
	/* Bytes the agent wants of stdin; 0 while it wants none. */
	uint32_t wanted;
	bool input_ended;
	bool is_raw;
	struct termios saved;
} stub;

static size_t length_of(const char *text)
{
	size_t length = 0;
	while (text[length])
		length++;
	return length;
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static void set_raw(bool raw)
{
	if (raw == stub.is_raw)
		return;
	if (!raw) {
		BARE3(__NR_ioctl, 0, TCSETS, &stub.saved);
		stub.is_raw = false;
		return;
	}
	if (BARE3(__NR_ioctl, 0, TCGETS, &stub.saved) < 0)
		return;
	struct termios raw_mode = stub.saved;
	raw_mode.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw_mode.c_oflag &= ~(tcflag_t)OPOST;
	raw_mode.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw_mode.c_cflag = (raw_mode.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
	raw_mode.c_cc[VMIN] = 1;
	raw_mode.c_cc[VTIME] = 0;
	BARE3(__NR_ioctl, 0, TCSETS, &raw_mode);
	stub.is_raw = true;
}

static void leave(int code) __attribute__((noreturn));
static void leave(int code)
{
	set_raw(false);
	for (;;)
		BARE1(__NR_exit_group, code);
}

static void write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		long count = BARE3(__NR_write, fd, data, length);
		if (count == -EINTR)
			continue;
		if (count == -EAGAIN) {
			/* Someone else has made this descriptor non-blocking. */
			struct pollfd ready = {.fd = fd, .events = POLLOUT};
			BARE3(__NR_poll, &ready, 1, -1);
			continue;
		}
		if (count < 0)
			return;
		data += count;
		length -= (size_t)count;
	}
}

static void give_up(const char *text) __attribute__((noreturn));
static void give_up(const char *text)
{
	set_raw(false);
	write_all(2, text, length_of(text));
	leave(1);
}

static void no_agent(void) __attribute__((noreturn));
static void no_agent(void)
{
	give_up("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon "
		"running?\n");
}

static void send_parts(struct part *parts, size_t count)
{
	struct message message = {.parts = parts, .count = count};
	long sent;
	do
		sent = BARE3(__NR_sendmsg, stub.socket, &message, NO_SIGNAL);
	while (sent == -EINTR);
	if (sent == -EMSGSIZE)
		give_up("docker: argument list too long\n");
	if (sent < 0)
		no_agent();
}

static void send_number(uint8_t type, uint32_t value)
{
	struct stub_number packet = {.type = type, .value = value};
	struct part part = {&packet, sizeof packet};
	send_parts(&part, 1);
}

static void connect_to_agent(void)
{
	static const struct socket_address address = {UNIX_FAMILY, STUB_SOCKET};
	stub.socket = (int)BARE3(__NR_socket, UNIX_FAMILY, SEQPACKET | CLOSE_ON_EXEC, 0);
	long result = BARE3(__NR_connect, stub.socket, &address, sizeof address);
	if (result == -EACCES)
		give_up("permission denied while trying to connect to the Docker daemon socket at "
			"unix:///var/run/docker.sock\n");
	if (result < 0)
		no_agent();
}

/* Rows and columns of the first terminal among the standard streams; sets which are terminals. */
static void look_at_terminals(struct stub_hello *hello)
{
	struct window window = {0, 0, 0, 0};
	for (int fd = 0; fd < 3; fd++)
		if (BARE3(__NR_ioctl, fd, TIOCGWINSZ, &window) == 0)
			hello->tty |= 1u << fd;
	hello->rows = window.rows;
	hello->cols = window.cols;
}

static void introduce(int argc, char **argv)
{
	static char cwd[4096];
	char **env = argv + argc + 1;
	struct stub_hello hello = {.type = STUB_HELLO, .argument_count = (uint32_t)argc};
	long cwd_length = BARE2(__NR_getcwd, cwd, sizeof cwd);
	if (cwd_length <= 0 || cwd[0] != '/') {
		cwd[0] = '/';
		cwd[1] = '\0';
		cwd_length = 2;
	}
	while (env[hello.environment_count])
		hello.environment_count++;
	look_at_terminals(&hello);
	/* The kernel has laid arguments and environment down one after another. */
	const char *last = hello.environment_count ? env[hello.environment_count - 1] : argv[argc - 1];
	size_t length = (size_t)(last + length_of(last) + 1 - argv[0]);
	struct part parts[3] = {{&hello, sizeof hello}, {cwd, (size_t)cwd_length}, {argv[0], length}};
	send_parts(parts, 3);
}

/* Signals the command on the host is told of, instead of dying of them here. */
static uint64_t forwarded(void)
{
	static const uint8_t signals[] = {SIGHUP,  SIGINT,  SIGQUIT,  SIGTERM,
					  SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT};
	uint64_t mask = 0;
	for (size_t i = 0; i < sizeof signals; i++)
		mask |= 1ull << (signals[i] - 1);
	return mask;
}

static void take_signal(void)
{
	struct signalfd_siginfo info;
	struct window window;
	if (BARE3(__NR_read, stub.signals, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == SIGWINCH) {
		for (int fd = 0; fd < 3; fd++)
			if (BARE3(__NR_ioctl, fd, TIOCGWINSZ, &window) == 0) {
				send_number(STUB_RESIZED, (uint32_t)window.rows << 16 | window.cols);
				return;
			}
	} else if (info.ssi_signo == SIGCONT) {
		/* Whoever stopped us may have put the terminal back. */
		if (stub.is_raw) {
			struct termios saved = stub.saved;
			stub.is_raw = false;
			set_raw(true);
			stub.saved = saved;
		}
	} else {
		send_number(STUB_SIGNAL, info.ssi_signo);
	}
}

static char piece[STUB_PIECE + 8];

static void take_input(void)
{
	uint32_t length = stub.wanted < STUB_PIECE ? stub.wanted : STUB_PIECE;
	long count = BARE3(__NR_read, 0, piece, length);
	if (count == -EINTR || count == -EAGAIN)
		return;
	stub.wanted = 0;
	struct part parts[2] = {{count > 0 ? "i" : "e", 1}, {piece, count > 0 ? (size_t)count : 0}};
	stub.input_ended = count <= 0;
	send_parts(parts, 2);
}

static void take_packet(void)
{
	const struct stub_number *number = (const struct stub_number *)piece;
	long length = BARE3(__NR_read, stub.socket, piece, sizeof piece);
	if (length == -EINTR)
		return;
	if (length <= 0)
		no_agent();
	switch (piece[0]) {
	case STUB_STDOUT:
	case STUB_STDERR:
		write_all(piece[0] == STUB_STDOUT ? 1 : 2, piece + 1, (size_t)length - 1);
		break;
	case STUB_READ:
		stub.wanted = number->value;
		break;
	case STUB_RAW:
		set_raw(number->value);
		break;
	case STUB_EXIT:
		leave((int)number->value);
	}
}

static void run(int argc, char **argv) __attribute__((noreturn));
static void run(int argc, char **argv)
{
	uint64_t mask = forwarded();
	connect_to_agent();
	introduce(argc, argv);
	BARE4(__NR_rt_sigprocmask, SIG_BLOCK, &mask, 0, sizeof mask);
	stub.signals = (int)BARE4(__NR_signalfd4, -1, &mask, sizeof mask, CLOSE_ON_EXEC);
	for (;;) {
		bool reads = stub.wanted > 0 && !stub.input_ended;
		struct pollfd fds[3] = {{.fd = stub.socket, .events = POLLIN},
					{.fd = stub.signals, .events = POLLIN},
					{.fd = reads ? 0 : -1, .events = POLLIN}};
		if (BARE3(__NR_poll, fds, 3, -1) < 0)
			continue;
		if (fds[1].revents)
			take_signal();
		if (fds[0].revents)
			take_packet();
		else if (fds[2].revents)
			take_input();
	}
}

/* Called with the stack as the kernel left it. Returns when the program is another of its names. */
void stub_entry(long *stack)
{
	int argc = (int)stack[0];
	char **argv = (char **)(stack + 1);
	if (argc < 1)
		return;
	const char *name = argv[0];
	for (const char *at = name; *at; at++)
		if (*at == '/')
			name = at + 1;
	if (same(name, "docker") || same(name, "docker-compose"))
		run(argc, argv);
}
