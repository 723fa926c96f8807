/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/rtp_flow: a steady stream's own socket. On a socket that is connected the kernel looks up the way
 * of each packet once and not each time, in and out: a tenth of what a G.711 packet costs. But such a
 * socket hears nobody else, and who else sends to the port is to be counted, or is the far end at another
 * port of its (RFC 3550 does not say that it sends from where it receives). So a channel whose packets
 * have all come from where ours go to, STEADY of them, gets a second socket on the same port, connected
 * there: the kernel gives it what comes from there, and the channel's first one all else.
 *
 * That one is asked when the stream has had nothing twice, four times and so on, and else now and then: strangers are counted a little
 * later. The stream is back on the channel's first socket for good or for STEADY packets when ours go
 * elsewhere (re-INVITE), when the far end sends from elsewhere, when the kernel has an error for it
 * (ICMP: nobody is there any more), and when the leg is over.
 *
 *	if (io_rtp_flow_fresh(f, channel)) ... receive from the first socket, as below
 *	n = io_rtp_flow_fd(f, channel) >= 0 ? receive there : 0;
 *	if (io_rtp_flow_ask(f, channel, !n)) ... receive from the channel's first socket; for each:
 *		io_rtp_flow_heard(f, channel, &from, accepted);
 *	io_rtp_flow_send(f, channel, &to, octets);
 *	io_rtp_flow_end(f, channel);		(a leg begins or ends)
 *
 * All of it is the worker's thread's but for the statistics. `f` may be NULL where there is no RTP, but not to send.
 */
#ifndef TRUNKGATE_IO_RTP_FLOW_H
#define TRUNKGATE_IO_RTP_FLOW_H

#include <stdbool.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>
#include "io/rtp_ports.h"

#define IO_RTP_FLOW_STEADY   50 /* packets */
#define IO_RTP_FLOW_PER_TICK 4	/* are made at most: some 20 us each */

struct io_rtp_flows;

/* `p` lives on. NULL: no memory. */
struct io_rtp_flows *io_rtp_flows_new(struct mem *m, const struct io_rtp_ports *p);
void io_rtp_flows_free(struct io_rtp_flows *f);
/* A millisecond has passed. */
void io_rtp_flows_tick(struct io_rtp_flows *f);
/* -1: the channel has none. */
int io_rtp_flow_fd(const struct io_rtp_flows *f, unsigned channel);
/* A visit: may the first socket still have packets of the stream? They are to be read before it. */
bool io_rtp_flow_fresh(struct io_rtp_flows *f, unsigned channel);
/* A visit, in vain where the stream's socket had nothing: is the first one to be asked too? */
bool io_rtp_flow_ask(struct io_rtp_flows *f, unsigned channel, bool vain);
/* A datagram of the first socket; accepted: not thrown away. */
void io_rtp_flow_heard(struct io_rtp_flows *f, unsigned channel, const struct addr *from,
		       bool accepted);
/* From whichever socket it is. 0, or -1 with errno. */
int io_rtp_flow_send(struct io_rtp_flows *f, unsigned channel, const struct addr *to,
		     struct str octets);
void io_rtp_flow_end(struct io_rtp_flows *f, unsigned channel);
/* An error was received in place of a datagram. */
void io_rtp_flow_failed(struct io_rtp_flows *f, unsigned channel);
/* How many there are now, how many were ended by errors; from any thread. */
void io_rtp_flows_stats(const struct io_rtp_flows *f, unsigned *nr_open, unsigned *refused);

#endif
