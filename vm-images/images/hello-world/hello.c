/* Prints the text everyone knows, with what is different here said as it is. No library: two system calls. */
static const char text[] =
	"\n"
	"Hello from Docker!\n"
	"This message shows that your installation appears to be working correctly.\n"
	"\n"
	"To generate this message, Docker took the following steps:\n"
	" 1. The Docker client contacted the Docker daemon.\n"
	" 2. The Docker daemon pulled the \"hello-world\" image from the Docker Hub.\n"
	"    (i386)\n"
	" 3. The Docker daemon created a new container from that image which runs the\n"
	"    executable that produces the output you are currently reading.\n"
	" 4. The Docker daemon streamed that output to the Docker client, which sent it\n"
	"    to your terminal.\n"
	"\n"
	"In this sandbox the daemon, the Hub and the machine under them are in your\n"
	"browser tab. To try something more ambitious, you can run a container with:\n"
	" $ docker run -it debian bash\n"
	"\n";

static int call(int number, int a, const void *b, int c)
{
	int result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}

void _start(void)
{
	const int exit_call = 1, write_call = 4;
	int at = 0;

	while (at < (int)sizeof text - 1) {
		int written = call(write_call, 1, text + at, sizeof text - 1 - at);
		if (written <= 0)
			call(exit_call, 1, 0, 0);
		at += written;
	}
	for (;;)
		call(exit_call, 0, 0, 0);
}
