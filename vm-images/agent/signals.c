#include "signals.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "process.h"
#include "protocol.h"
#include "session.h"

static void ready(struct source *source, uint32_t events)
{
	(void)events;
	struct signalfd_siginfo info;
	int status;
	pid_t pid;
	while (read(source->fd, &info, sizeof info) == (ssize_t)sizeof info)
		/* Who opens a session reads the configuration then. */
		if (info.ssi_signo == SIGHUP && session_is_open()) {
			event_begin(EVENT_RELOAD);
			event_send();
		}
	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
		process_reaped(pid, status);
}

int signals_watch(struct error *err)
{
	static struct source signals;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* For shims: here it is blocked, and comes all the same. */
	signal(SIGHUP, SIG_IGN);
	signals = (struct source){ready, signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), 0};
	if (signals.fd < 0)
		return fail_errno(err, "signalfd");
	loop_watch(&signals, EPOLLIN);
	return 0;
}
