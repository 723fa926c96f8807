/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/media_net: the network between those who are measured and the generator: two namespaces and an
 * Ethernet between them (veth(4)), which only root can make; else, or when it is asked for, loopback.
 * Sockets stay where they were opened, so the generator's are opened between net_there and net_here.
 *
 *	net_make(loopback);
 *	net_there(); ... net_here();
 *	struct addr a = net_addr(NET_GENERATOR);
 */
#ifndef TRUNKGATE_BENCH_MEDIA_NET_H
#define TRUNKGATE_BENCH_MEDIA_NET_H

#include <stdbool.h>

#include <trunkgate/base/addr.h>

enum net_host { NET_GATEWAY = 1, NET_GENERATOR, NET_PEER };

/* False: it is loopback. */
bool net_make(bool loopback);
void net_there(void);
void net_here(void);
/* Port 0. */
struct addr net_addr(enum net_host host);

#endif
