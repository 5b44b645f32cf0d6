#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "title.h"

#define BOOT "/usr/libexec/drydock/boot"
#define AGENT "/usr/bin/dockerd"
#define RESTART_MS 100
#define OPEN_FILES 1048576
#define GRACE_MS 1000

static void complain(const char *what)
{
	fprintf(stderr, "init: %s: %s\n", what, strerrordesc_np(errno));
}

static void mount_at(const char *type, const char *target, unsigned long flags, const char *options)
{
	mkdir(target, 0755);
	if (mount(type, target, type, flags, options) < 0)
		complain(target);
}

/* From the export, which the kernel has mounted as /, to an overlay of its `root` and memory. */
static int enter_root(void)
{
	/* The export has an empty folder for this; all that the guest ever writes to / ends up in it. */
	mount_at("tmpfs", "/tmp", MS_NOATIME, "mode=755");
	mkdir("/tmp/upper", 0755);
	mkdir("/tmp/work", 0755);
	mkdir("/tmp/merged", 0755);
	if (mount("overlay", "/tmp/merged", "overlay", MS_NOATIME,
		  "lowerdir=/root,upperdir=/tmp/upper,workdir=/tmp/work") < 0 ||
	    chdir("/tmp/merged") < 0)
		return -1;
	mount_at("tmpfs", "run", MS_NOSUID | MS_NODEV | MS_NOATIME, "mode=755");
	mkdir("run/drydock", 0755);
	if (syscall(SYS_pivot_root, ".", "run/drydock") < 0 || chroot(".") < 0)
		return -1;
	return chdir("/");
}

static void mount_all(void)
{
	const unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	mount_at("proc", "/proc", safe | MS_RELATIME, NULL);
	mount_at("sysfs", "/sys", safe | MS_RELATIME, NULL);
	mount_at("cgroup2", "/sys/fs/cgroup", safe | MS_RELATIME, NULL);
	mount_at("devtmpfs", "/dev", MS_NOSUID, "mode=755");
	mount_at("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666");
	mount_at("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_at("mqueue", "/dev/mqueue", safe, NULL);
	mount_at("tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777");
	mkdir("/var", 0755);
	mkdir("/var/lib", 0755);
	mount_at("tmpfs", "/var/lib/docker", MS_NOATIME, "mode=710");
	mkdir("/var/lib/docker/overlay2", 0710);
	mkdir("/var/lib/docker/containers", 0710);
	mkdir("/run/lock", 01777);
	(void)!symlink("/proc/self/fd", "/dev/fd");
	(void)!symlink("/proc/self/fd/0", "/dev/stdin");
	(void)!symlink("/proc/self/fd/1", "/dev/stdout");
	(void)!symlink("/proc/self/fd/2", "/dev/stderr");
}

static void prepare(void)
{
	struct rlimit files = {OPEN_FILES, OPEN_FILES};
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	setrlimit(RLIMIT_NOFILE, &files);
	files_put(AT_FDCWD, "/sys/fs/cgroup/cgroup.subtree_control", "+cpu +io +memory +pids");
	mkdir("/sys/fs/cgroup/docker", 0755);
	files_put(AT_FDCWD, "/sys/fs/cgroup/docker/cgroup.subtree_control", "+cpu +io +memory +pids");
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		ioctl(fd, SIOCSIFFLAGS, &lo);
		close(fd);
	}
	char name[65];
	ssize_t length = files_get(AT_FDCWD, "/etc/hostname", name, sizeof name);
	if (length > 0)
		sethostname(name, strcspn(name, "\n"));
}

static void use_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

static pid_t start(const char *path)
{
	static char *environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				      "HOME=/root", "LANG=C.UTF-8", NULL};
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	char *argv[] = {(char *)(uintptr_t)path, NULL};
	execve(path, argv, environment);
	complain(path);
	_exit(127);
}

static void boot(void)
{
	int status;
	if (access(BOOT, X_OK) < 0)
		return;
	pid_t pid = start(BOOT);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || status != 0)
		fprintf(stderr, "init: %s failed\n", BOOT);
}

static void sleep_ms(long ms)
{
	struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	nanosleep(&pause, NULL);
}

static void shut_down(int how)
{
	kill(-1, SIGTERM);
	sleep_ms(GRACE_MS);
	kill(-1, SIGKILL);
	sync();
	reboot(how);
}

int init_main(void)
{
	if (getpid() != 1) {
		fprintf(stderr, "init: must be run as process 1\n");
		return 1;
	}
	static const char *const title[] = {"/sbin/init", NULL};
	title_set("init", title);
	umask(022);
	if (enter_root() < 0) {
		complain("root filesystem");
		return 1;
	}
	mount_all();
	use_console();
	prepare();
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	reboot(RB_DISABLE_CAD);
	boot();
	pid_t agent = start(AGENT);
	for (;;) {
		int received = sigwaitinfo(&all, NULL);
		if (received == SIGTERM || received == SIGUSR2)
			shut_down(RB_POWER_OFF);
		if (received == SIGINT)
			shut_down(RB_AUTOBOOT);
		bool agent_died = false;
		for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
			agent_died |= pid == agent;
		if (agent_died || agent < 0) {
			/* The shims notice meanwhile, and will look for the new one. */
			sleep_ms(RESTART_MS);
			agent = start(AGENT);
		}
	}
}
