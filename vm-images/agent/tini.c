#define _GNU_SOURCE
#include "tini.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

static pid_t start(char **argv, const sigset_t *before)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	sigprocmask(SIG_SETMASK, before, NULL);
	setpgid(0, 0);
	/* The program gets the terminal, if there is one; SIGTTOU would stop it while it does not have it
	 * yet. */
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(STDIN_FILENO, getpid());
	signal(SIGTTOU, SIG_DFL);
	execvp(argv[0], argv);
	int number = errno;
	fprintf(stderr, "[FATAL tini (%d)] exec %s failed: %s\n", getpid(), argv[0], strerrordesc_np(number));
	_exit(number == ENOENT ? 127 : 126);
}

int tini_main(int argc, char **argv)
{
	int first = 1;
	while (first < argc && argv[first][0] == '-') {
		if (strcmp(argv[first++], "--") == 0)
			break;
	}
	if (first >= argc) {
		fprintf(stderr, "tini - Usage: docker-init [--] PROGRAM [ARGUMENTS]\n");
		return 1;
	}
	sigset_t all, before;
	sigfillset(&all);
	sigdelset(&all, SIGTTIN);
	sigdelset(&all, SIGTTOU);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid_t child = start(argv + first, &before);
	if (child < 0)
		return 1;
	for (;;) {
		int received = sigwaitinfo(&all, NULL), status;
		if (received > 0 && received != SIGCHLD) {
			kill(child, received);
			continue;
		}
		for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
			if (pid == child)
				return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
}
