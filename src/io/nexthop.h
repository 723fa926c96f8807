/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/nexthop: how the kernel would reach an IPv4 address by Ethernet: interface, MAC address of the
 * next machine on the way, source address. Asked of the kernel's own tables (rtnetlink(7): RTM_GETROUTE,
 * RTM_GETNEIGH), two exchanges of some 10 us; nothing is kept. libmnl has the messages' format.
 *
 *	struct io_nexthops *n = io_nexthops_new(mem);
 *	if (io_nexthop_find(n, &local, &remote, &way) == IO_NEXTHOP_FOUND) ... way.mac
 *	io_nexthops_free(n);
 */
#ifndef TRUNKGATE_IO_NEXTHOP_H
#define TRUNKGATE_IO_NEXTHOP_H

#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>

#define IO_MAC_LEN 6

struct io_nexthop {
	int ifindex;
	uint8_t mac[IO_MAC_LEN];
	struct addr source; /* that the kernel would take, when `local` is 0.0.0.0; no port */
};

enum io_nexthop_found {
	IO_NEXTHOP_FOUND,
	IO_NEXTHOP_UNKNOWN, /* by a way whose next machine the kernel does not know (yet) */
	IO_NEXTHOP_OTHER,   /* not by Ethernet: this machine itself, a tunnel, no route, no IPv4 */
};

struct io_nexthops;

/* NULL: no memory, or the system has no rtnetlink for us. */
struct io_nexthops *io_nexthops_new(struct mem *m);
void io_nexthops_free(struct io_nexthops *n);
/* From the address `local`, which may be 0.0.0.0, to `remote`; ports are not looked at. */
enum io_nexthop_found io_nexthop_find(struct io_nexthops *n, const struct addr *local,
				      const struct addr *remote, struct io_nexthop *out);

#endif
