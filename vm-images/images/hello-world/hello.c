#include <string.h>
#include <unistd.h>

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

int main(void)
{
	return write(1, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 1;
}
