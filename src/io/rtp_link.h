/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/rtp_link: RTP packets straight to the network interface, many in one call of the system
 * (packet(7), PACKET_QDISC_BYPASS). Most of what a G.711 packet costs on a UDP socket is the
 * system's way down to the interface, each packet for itself; here IP and UDP headers are ours (RFC 791,
 * RFC 768), and the way is looked up once a second for each far address (nexthop.h).
 *
 * What is not for it goes by the channel's socket, as ever: IPv6, far ends that are not reached by
 * Ethernet (this machine too), datagrams longer than IO_RTP_LINK_MAX, more far addresses than there is
 * room for, the first packets to each, and what the interface refuses. Once a second one packet
 * of each far address goes by the socket in any case: the kernel sees then that its neighbour is in use,
 * and asks for it (ARP) when it has to.
 *
 * It needs CAP_NET_RAW, and goes around netfilter, IPsec and queueing disciplines of what is sent.
 *
 *	l = io_rtp_link_new(mem, &ports);	NULL: not allowed here
 *	each millisecond:
 *		if (!io_rtp_link_send(l, channel, &to, octets)) ... by the channel's socket
 *		nr_failed += io_rtp_link_flush(l);
 *
 * All of it is the worker's thread's but for the statistics. `l` may be NULL: then nothing is for it.
 */
#ifndef TRUNKGATE_IO_RTP_LINK_H
#define TRUNKGATE_IO_RTP_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include "io/rtp_ports.h"

#define IO_RTP_LINK_HEADERS 28	 /* octets of IP and UDP */
#define IO_RTP_LINK_MAX	    1400 /* octets of UDP payload */
#define IO_RTP_LINK_WAYS    1024 /* far addresses at once; each is asked for after as many ticks */

struct io_rtp_link;

/* `p` lives on. NULL: no memory, or the system does not let us. */
struct io_rtp_link *io_rtp_link_new(struct mem *m, const struct io_rtp_ports *p);
void io_rtp_link_free(struct io_rtp_link *l);
/* False: it is not for the link; nothing was done. */
bool io_rtp_link_send(struct io_rtp_link *l, unsigned channel, const struct addr *to,
		      struct str octets);
/* The end of a tick: sends what is gathered, looks for ways. Returns how many datagrams neither the link
 * nor a socket took since the last time. */
unsigned io_rtp_link_flush(struct io_rtp_link *l);
/* Datagrams that the link took; from any thread. */
uint64_t io_rtp_link_sent(const struct io_rtp_link *l);

/* The datagram as it is on the wire behind its Ethernet header, at `out`, which has room for
 * IO_RTP_LINK_HEADERS and the octets. IPv4; returns its length. */
size_t io_rtp_link_frame(uint8_t *out, const struct addr *from, const struct addr *to,
			 struct str octets);

#endif
