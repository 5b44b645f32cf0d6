/* One program with several names; the stub's are seen to in entry.S, before there is a C library. */
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "init.h"
#include "proxy.h"
#include "tini.h"

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc > 0 ? argv[0] : "";
	if (strcmp(name, "init") == 0)
		return init_main();
	if (strcmp(name, "dockerd") == 0)
		return agent_main();
	if (strcmp(name, "docker-proxy") == 0)
		return proxy_main(argc, argv);
	if (strcmp(name, "docker-init") == 0)
		return tini_main(argc, argv);
	fprintf(stderr, "%s: started by dockerd, not by hand\n", name);
	return 1;
}
