#define _GNU_SOURCE
#include "container.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "memory.h"
#include "netlink.h"
#include "proxy.h"
#include "title.h"

/* lo is 1 in every network namespace. */
#define LO_INDEX 1
#define FIRST_INDEX 2
#define RULES_PROGRAM "/usr/sbin/iptables-restore"

/* An address that another container had before is not where this machine remembers it. */
static void add_neighbour(struct netlink_batch *batch, const struct endpoint_spec *endpoint, int bridge)
{
	struct ndmsg header = {.ndm_family = AF_INET, .ndm_ifindex = bridge, .ndm_state = NUD_STALE};
	uint32_t address;
	uint8_t ignored;
	if (endpoint->mac.length != ETH_ALEN || netlink_address(endpoint->address, &address, &ignored) < 0)
		return;
	netlink_begin(batch, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &header, sizeof header);
	netlink_attribute(batch, NDA_DST, &address, sizeof address);
	netlink_attribute(batch, NDA_LLADDR, endpoint->mac.data, endpoint->mac.length);
}

/* A pair of interfaces: one end here, in the bridge, the other in the namespace of the calling process. */
static int make_pair(int fd, const struct endpoint_spec *endpoint, int index, struct error *err)
{
	struct netlink_batch batch = {0};
	struct ifinfomsg here = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	/* The far end cannot be up yet: while it is being made the kernel has not joined the two. */
	struct ifinfomsg there = {.ifi_index = index};
	int bridge = netlink_index(fd, endpoint->bridge);
	uint32_t self = (uint32_t)getpid();
	if (bridge < 0)
		return fail(err, ENODEV, "failed to add interface %s to sandbox: bridge %s not found",
			    endpoint->host_name, endpoint->bridge);
	netlink_begin(&batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &here, sizeof here);
	netlink_text(&batch, IFLA_IFNAME, endpoint->host_name);
	netlink_attribute(&batch, IFLA_MASTER, &bridge, sizeof bridge);
	size_t info = netlink_nest(&batch, IFLA_LINKINFO);
	netlink_text(&batch, IFLA_INFO_KIND, "veth");
	size_t data = netlink_nest(&batch, IFLA_INFO_DATA);
	size_t peer = netlink_nest(&batch, VETH_INFO_PEER);
	memcpy(batch.bytes + batch.length, &there, sizeof there);
	batch.length += sizeof there;
	netlink_text(&batch, IFLA_IFNAME, endpoint->name);
	netlink_attribute(&batch, IFLA_ADDRESS, endpoint->mac.data, endpoint->mac.length);
	netlink_attribute(&batch, IFLA_NET_NS_PID, &self, sizeof self);
	netlink_end_nest(&batch, peer);
	netlink_end_nest(&batch, data);
	netlink_end_nest(&batch, info);
	add_neighbour(&batch, endpoint, bridge);
	return netlink_send(fd, &batch, "failed to add interface to sandbox", err);
}

static void add_up(struct netlink_batch *batch, int index)
{
	struct ifinfomsg up = {.ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	netlink_begin(batch, RTM_NEWLINK, 0, &up, sizeof up);
}

static int add_address(struct netlink_batch *batch, const struct endpoint_spec *endpoint, int index,
		       struct error *err)
{
	uint32_t address, gateway, broadcast;
	uint8_t prefix, ignored;
	if (netlink_address(endpoint->address, &address, &prefix) < 0)
		return fail(err, EINVAL, "invalid address: %s", endpoint->address);
	struct ifaddrmsg header = {
	    .ifa_family = AF_INET, .ifa_prefixlen = prefix, .ifa_index = (uint32_t)index};
	netlink_begin(batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &header, sizeof header);
	netlink_attribute(batch, IFA_LOCAL, &address, sizeof address);
	netlink_attribute(batch, IFA_ADDRESS, &address, sizeof address);
	broadcast = prefix >= 31 ? 0 : address | htonl(0xffffffffu >> prefix);
	if (broadcast)
		netlink_attribute(batch, IFA_BROADCAST, &broadcast, sizeof broadcast);
	if (!*endpoint->gateway)
		return 0;
	if (netlink_address(endpoint->gateway, &gateway, &ignored) < 0)
		return fail(err, EINVAL, "invalid gateway: %s", endpoint->gateway);
	struct rtmsg route = {.rtm_family = AF_INET,
			      .rtm_table = RT_TABLE_MAIN,
			      .rtm_protocol = RTPROT_BOOT,
			      .rtm_scope = RT_SCOPE_UNIVERSE,
			      .rtm_type = RTN_UNICAST};
	netlink_begin(batch, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &route, sizeof route);
	netlink_attribute(batch, RTA_GATEWAY, &gateway, sizeof gateway);
	netlink_attribute(batch, RTA_OIF, &index, sizeof index);
	return 0;
}

int net_configure(struct container *container, struct error *err)
{
	const struct container_spec *spec = container->spec;
	struct netlink_batch batch = {0};
	int result = 0;
	/* As on a network without IPv6: lo keeps ::1, the interfaces to come get no address of it. */
	if (spec->endpoint_count > 0)
		files_put(AT_FDCWD, "/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	for (uint32_t i = 0; i < spec->endpoint_count; i++) {
		result = make_pair(container->netlink_fd, &spec->endpoints[i], FIRST_INDEX + (int)i, err);
		if (result < 0)
			return result;
	}
	add_up(&batch, LO_INDEX);
	for (uint32_t i = 0; i < spec->endpoint_count; i++) {
		/* A batch holds a handful of interfaces; Docker users rarely have two. */
		if (batch.length > sizeof batch.bytes - 256)
			return fail(err, E2BIG, "too many networks");
		add_up(&batch, FIRST_INDEX + (int)i);
		result = add_address(&batch, &spec->endpoints[i], FIRST_INDEX + (int)i, err);
		if (result < 0)
			return result;
	}
	int fd = netlink_open(err);
	if (fd < 0)
		return fd;
	result = netlink_send(fd, &batch, "failed to configure the sandbox's interfaces", err);
	close(fd);
	return result;
}

/* An unasked ARP answer for all on the bridge. */
static void announce(int fd, const struct endpoint_spec *endpoint, int bridge)
{
	struct ether_arp arp = {.ea_hdr = {.ar_hrd = htons(ARPHRD_ETHER),
					   .ar_pro = htons(ETH_P_IP),
					   .ar_hln = ETH_ALEN,
					   .ar_pln = 4,
					   .ar_op = htons(ARPOP_REPLY)}};
	struct sockaddr_ll all = {.sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ARP),
				  .sll_ifindex = bridge,
				  .sll_halen = ETH_ALEN,
				  .sll_addr = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	uint32_t address;
	uint8_t ignored;
	if (endpoint->mac.length != ETH_ALEN || netlink_address(endpoint->address, &address, &ignored) < 0)
		return;
	memcpy(arp.arp_sha, endpoint->mac.data, ETH_ALEN);
	memcpy(arp.arp_tha, all.sll_addr, ETH_ALEN);
	memcpy(arp.arp_spa, &address, sizeof address);
	memcpy(arp.arp_tpa, &address, sizeof address);
	sendto(fd, &arp, sizeof arp, 0, (struct sockaddr *)&all, sizeof all);
}

void net_announce(const struct container *container)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	for (uint32_t i = 0; i < container->spec->endpoint_count; i++) {
		const struct endpoint_spec *endpoint = &container->spec->endpoints[i];
		int bridge = netlink_index(container->netlink_fd, endpoint->bridge);
		if (bridge >= 0)
			announce(fd, endpoint, bridge);
	}
	close(fd);
}

int net_apply_rules(const char *rules, struct error *err)
{
	int ends[2], status;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail_errno(err, "pipe");
	pid_t pid = fork();
	if (pid == 0) {
		sigset_t none;
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		dup2(ends[0], STDIN_FILENO);
		execl(RULES_PROGRAM, "iptables-restore", "--noflush", "-w", NULL);
		_exit(127);
	}
	close(ends[0]);
	size_t length = strlen(rules);
	ssize_t written = pid < 0 ? -1 : write(ends[1], rules, length);
	close(ends[1]);
	if (pid < 0)
		return fail_errno(err, "fork");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (written != (ssize_t)length || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return fail(err, EIO, "iptables failed: iptables-restore: exit status %d",
			    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}

static pid_t start_proxy(int listening, const struct port_spec *port)
{
	char host_port[8], container_port[8];
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(listening, 4);
	close_range(5, ~0u, 0);
	close(3);
	snprintf(host_port, sizeof host_port, "%u", port->host_port);
	snprintf(container_port, sizeof container_port, "%u", port->container_port);
	const char *const words[] = {"/usr/bin/docker-proxy",
				     "-proto",
				     port->proto,
				     "-host-ip",
				     *port->host_ip ? port->host_ip : "0.0.0.0",
				     "-host-port",
				     host_port,
				     "-container-ip",
				     port->container_ip,
				     "-container-port",
				     container_port,
				     "-use-listen-fd",
				     NULL};
	title_set("docker-proxy", words);
	proxy_run(4, port);
}

int net_publish(struct container *container, pid_t *proxies, struct error *err)
{
	const struct container_spec *spec = container->spec;
	for (uint32_t i = 0; i < spec->port_count; i++) {
		int listening = proxy_listen(&spec->ports[i], err);
		if (listening < 0)
			return listening;
		proxies[i] = start_proxy(listening, &spec->ports[i]);
		close(listening);
		if (proxies[i] < 0)
			return fail_errno(err, "failed to start userland proxy");
	}
	return 0;
}

void net_unpublish(const struct container *container, const pid_t *proxies)
{
	for (uint32_t i = 0; i < container->spec->port_count; i++) {
		if (proxies[i] <= 0)
			continue;
		kill(proxies[i], SIGKILL);
		waitpid(proxies[i], NULL, 0);
	}
}
