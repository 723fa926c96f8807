/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench/media_net: see the header. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "media_net.h"

static bool ethernet;
static int here = -1, there = -1;

static int own_namespace(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static bool ip(const char *words)
{
	char line[200];

	snprintf(line, sizeof(line), "ip %s >/dev/null 2>&1", words);
	return system(line) == 0;
}

static bool join(void)
{
	char words[100];

	snprintf(words, sizeof(words), "link add va type veth peer name vb netns /proc/%d/fd/%d",
		 (int)getpid(), there);
	if (!ip(words) || !ip("link set lo up") || !ip("addr add 10.77.0.1/24 dev va") ||
	    !ip("addr add 10.77.0.3/24 dev va") || !ip("link set va up"))
		return false;
	net_there();
	ethernet = ip("addr add 10.77.0.2/24 dev vb") && ip("link set vb up");
	net_here();
	return ethernet;
}

bool net_make(bool loopback)
{
	int old = own_namespace();

	if (loopback)
		return false;
	if (unshare(CLONE_NEWNET) == 0) {
		there = own_namespace();
		if (unshare(CLONE_NEWNET) == 0) {
			here = own_namespace();
			if (join())
				return true;
		}
		setns(old, CLONE_NEWNET);
	}
	printf("no network of our own (it takes root and iproute2): over loopback\n");
	return false;
}

void net_there(void)
{
	if (there >= 0 && setns(there, CLONE_NEWNET) < 0)
		abort();
}

void net_here(void)
{
	if (here >= 0 && setns(here, CLONE_NEWNET) < 0)
		abort();
}

struct addr net_addr(enum net_host host)
{
	struct addr a = { ADDR_IP4, 0, { 10, 77, 0, (uint8_t)host } };

	if (!ethernet)
		a.ip[0] = 127;
	return a;
}
