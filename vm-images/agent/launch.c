#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"
#include "protocol.h"
#include "user.h"

#define STACK_SIZE 131072
#define LAST_CAP 40
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

pid_t launch_clone(unsigned long long flags, int cgroup_fd, int *pidfd, int (*child)(void *), void *argument)
{
	/* A child that makes a child has its own stack in use: they take turns by depth. */
	static uint64_t stacks[2][STACK_SIZE / sizeof(uint64_t)] __attribute__((aligned(16)));
	static volatile int depth;
	struct clone_args args = {
	    .flags = flags | CLONE_VM | CLONE_VFORK,
	    .pidfd = (uintptr_t)pidfd,
	    .exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD,
	    .stack = (uintptr_t)stacks[depth],
	    .stack_size = STACK_SIZE,
	};
	if (cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup_fd;
	}
	if (pidfd)
		args.flags |= CLONE_PIDFD;
	long result;
	depth++;
	__asm__ volatile("int $0x80\n\t"
			 "testl %%eax, %%eax\n\t"
			 "jnz 1f\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "subl $12, %%esp\n\t"
			 "pushl %%edi\n\t"
			 "call *%%esi\n\t"
			 "movl %%eax, %%ebx\n\t"
			 "movl %[exit], %%eax\n\t"
			 "int $0x80\n"
			 "1:"
			 : "=a"(result)
			 : "0"(SYS_clone3), "b"(&args), "c"(sizeof args), "S"(child),
			   "D"(argument), [exit] "i"(SYS_exit)
			 : "memory", "cc", "edx");
	depth--;
	if (result < 0) {
		errno = (int)-result;
		return -1;
	}
	return (pid_t)result;
}

/* What the agent ignores or blocks for itself its programs must not inherit: without SIGHUP nothing would end with its terminal. */
static void reset_signals(void)
{
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int take_stdio(const struct launch *launch, const struct user *user, struct error *err)
{
	for (int i = 0; i < 3; i++)
		if (dup2(launch->stdio[i], i) < 0)
			return fail_errno(err, "dup2");
	if ((launch->program->flags & FLAG_TTY) && ioctl(0, TIOCSCTTY, 0) < 0)
		return fail_errno(err, "setctty");
	/* A user who opens /dev/stdout again must be allowed to. */
	struct stat status;
	for (int i = 0; i < 3 && user->uid != 0; i++)
		if (fstat(i, &status) == 0 && !(S_ISCHR(status.st_mode) && status.st_rdev == 0x103))
			(void)!fchown(i, user->uid, (gid_t)-1);
	return 0;
}

static int set_limits(const struct launch *launch, struct error *err)
{
	for (uint32_t i = 0; i < launch->rlimit_count; i++) {
		const struct rlimit_spec *one = &launch->rlimits[i];
		struct rlimit64 limit = {one->soft, one->hard};
		if (prlimit64(0, (enum __rlimit_resource)one->resource, &limit, NULL) < 0)
			return fail_errno(err, "error setting rlimits for ready process: error setting rlimit type %u", one->resource);
	}
	return 0;
}

static int set_seccomp(const struct launch *launch, struct error *err)
{
	if (launch->seccomp.length == 0)
		return 0;
	struct sock_fprog program = {
	    .len = (unsigned short)(launch->seccomp.length / sizeof(struct sock_filter)),
	    .filter = (struct sock_filter *)launch->seccomp.data,
	};
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return fail_errno(err, "unable to init seccomp: error loading seccomp filter into kernel");
	return 0;
}

/* What exec gives to root is the bounding set, and nothing to anyone else: no other set needs to be touched.
 */
static int limit_caps(uint64_t caps, struct error *err)
{
	for (int cap = 0; cap <= LAST_CAP; cap++)
		if (!(caps >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno != EINVAL)
			return fail_errno(err, "unable to apply bounding set");
	return 0;
}

/* glibc's own wrappers tell every thread; this process has but one and shares memory with others. */
static int become(const struct user *user, struct error *err)
{
	if (syscall(SYS_setgroups32, user->group_count, user->groups) < 0)
		return fail_errno(err, "unable to set groups");
	if (syscall(SYS_setresgid32, user->gid, user->gid, user->gid) < 0)
		return fail_errno(err, "unable to set gid");
	if (user->uid != 0 && syscall(SYS_setresuid32, user->uid, user->uid, user->uid) < 0)
		return fail_errno(err, "unable to set uid");
	return 0;
}

static const char *get_env(const struct strings *env, const char *name)
{
	size_t length = strlen(name);
	for (uint32_t i = env->count; i-- > 0;)
		if (strncmp(env->items[i], name, length) == 0 && env->items[i][length] == '=')
			return env->items[i] + length + 1;
	return NULL;
}

static bool is_executable(const char *path, int *number)
{
	struct stat status;
	*number = 0;
	if (stat(path, &status) < 0)
		*number = errno;
	else if (S_ISDIR(status.st_mode))
		*number = EISDIR;
	else if (access(path, X_OK) < 0 || !(status.st_mode & 0111))
		*number = EACCES;
	return *number == 0;
}

/* Finds the program as Go's exec.LookPath does, and fails in its words. */
static int look_up(const char *name, const char *search, char path[FILES_PATH_MAX], struct error *err)
{
	int number;
	if (strchr(name, '/')) {
		if (strlen(name) >= FILES_PATH_MAX)
			return fail(err, ENAMETOOLONG, "exec: \"%.200s\": file name too long", name);
		strcpy(path, name);
		if (is_executable(path, &number))
			return 0;
		if (number == EISDIR || number == EACCES)
			return fail(err, EACCES, "exec: \"%s\": %s", name, errno_text(number));
		return fail(err, number, "exec: \"%s\": stat %s: %s", name, name, errno_text(number));
	}
	for (const char *next = search; *name && next;) {
		const char *end = strchrnul(next, ':');
		int length = (int)(end - next);
		if (length == 0)
			snprintf(path, FILES_PATH_MAX, "./%s", name);
		else
			snprintf(path, FILES_PATH_MAX, "%.*s/%s", length, next, name);
		if (is_executable(path, &number))
			return 0;
		next = *end ? end + 1 : NULL;
	}
	return fail(err, ENOENT, "exec: \"%s\": executable file not found in $PATH", name);
}

static int enter_cwd(const struct launch *launch, struct error *err)
{
	const char *cwd = launch->program->cwd;
	if (chdir(cwd) == 0)
		return 0;
	if (errno == ENOENT && launch->create_cwd && files_make_folders(cwd, 0755) == 0 && chdir(cwd) == 0)
		return 0;
	return fail_errno(err, "chdir to cwd (\"%s\") set in config.json failed", cwd);
}

static int take_rights(const struct launch *launch, const struct user *user, struct error *err)
{
	int result;
	bool no_new_privs = launch->program->flags & FLAG_NO_NEW_PRIVS;
	/* Without no_new_privs a filter needs CAP_SYS_ADMIN, so it comes first and must allow what follows.
	 */
	if (!no_new_privs && (result = set_seccomp(launch, err)) < 0)
		return result;
	if (launch->is_contained && (result = limit_caps(launch->program->caps, err)) < 0)
		return result;
	if ((result = become(user, err)) < 0)
		return result;
	if (no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail_errno(err, "unable to set no_new_privs");
	return no_new_privs ? set_seccomp(launch, err) : 0;
}

/* Never returns once exec has been tried: a program found and not runnable says so itself, as runc's init
 * does. */
static void execute(const char *path, char **argv, char **env)
{
	execve(path, argv, env);
	int number = errno;
	char text[FILES_PATH_MAX + 100];
	int length = snprintf(text, sizeof text, "exec %s: %s\n", path, errno_text(number));
	(void)!write(STDERR_FILENO, text, (size_t)length);
	_exit(255);
}

int launch(const struct launch *launch, struct error *err)
{
	const struct program *program = launch->program;
	struct user user = {.group_count = 0};
	int result;
	reset_signals();
	setsid();
	bool changes_user = launch->is_contained || *program->user;
	if (changes_user && (result = user_find(&user, program->user, &launch->extra_groups, err)) < 0)
		return result;
	if ((result = take_stdio(launch, &user, err)) < 0 || (result = set_limits(launch, err)) < 0)
		return result;
	/* Once as root, and once more as the user when a permission was what was missing. */
	int entered = enter_cwd(launch, err);
	if (entered < 0 && entered != -EACCES)
		return entered;
	if (changes_user && (result = take_rights(launch, &user, err)) < 0)
		return result;
	if (entered < 0 && (entered = enter_cwd(launch, err)) < 0)
		return entered;

	const char *search = get_env(&program->env, "PATH");
	char path[FILES_PATH_MAX];
	if (program->argv.count == 0)
		return fail(err, EINVAL, "no command specified");
	result = look_up(program->argv.items[0], search ? search : DEFAULT_PATH, path, err);
	if (result < 0)
		return result;

	char home[HOME_MAX + 8];
	char *env[program->env.count + 2];
	memcpy(env, program->env.items, (program->env.count + 1) * sizeof *env);
	if (changes_user && !get_env(&program->env, "HOME")) {
		snprintf(home, sizeof home, "HOME=%s", user.home);
		env[program->env.count] = home;
		env[program->env.count + 1] = NULL;
	}
	execute(path, program->argv.items, env);
	return 0;
}
