/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network of the test's own: a namespace in which 10.77.0.1/24 is on `va`, whose other end `vb` has no
 * address: what is sent is seen there. False, with a line: the machine does not let us.
 */
#ifndef TRUNKGATE_VETH_H
#define TRUNKGATE_VETH_H

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VETH_HERE                    \
	{                            \
		ADDR_IP4, 0,         \
		{                    \
			10, 77, 0, 1 \
		}                    \
	}
#define VETH_THERE                   \
	{                            \
		ADDR_IP4, 0,         \
		{                    \
			10, 77, 0, 2 \
		}                    \
	}
#define VETH_MAC                 \
	{                        \
		2, 0, 0, 0, 0, 2 \
	}

static inline bool veth_ip(const char *words)
{
	char line[400];

	snprintf(line, sizeof(line), "ip %s >/dev/null 2>&1", words);
	return system(line) == 0;
}

static inline bool veth_enter(void)
{
	static const char *const words[] = { "link set lo up", "link add va type veth peer name vb",
					     "addr add 10.77.0.1/24 dev va", "link set va up",
					     "link set vb up" };

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
		printf("# no namespace can be made here\n");
		return false;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!veth_ip(words[i])) {
			printf("# ip %s: does not work here\n", words[i]);
			return false;
		}
	return true;
}

/* Its neighbour is known from now on, for good. */
static inline bool veth_neighbour(const char *address)
{
	char words[250];

	snprintf(words, sizeof(words),
		 "neigh replace %s lladdr 02:00:00:00:00:02 dev va nud permanent", address);
	return veth_ip(words);
}

#endif
