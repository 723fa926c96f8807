/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/rtp_ports: the RTP sockets of a media worker, bound before the first call: channel n uses
 * socket n. RTP takes even ports, RTCP the odd one behind each (RFC 3550 11); a pair of which somebody
 * else has one is skipped.
 *
 *	struct io_rtp_ports p;
 *	if (io_rtp_ports_open(mem, &bind, 10000, 19999, 30, &p, &diag) < 0) ... diag.text
 *	env.rtp = p.local; env.nr_rtp = p.nr;
 */
#ifndef TRUNKGATE_IO_RTP_PORTS_H
#define TRUNKGATE_IO_RTP_PORTS_H

#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>

#define IO_RTP_RCVBUF (32 * 1024) /* some 20 packets of 20 ms; older ones are of no use */

struct io_rtp_ports {
	unsigned nr;
	int *fd, *rtcp_fd;
	struct addr *local;
};

/* `nr` pairs of sockets in first..last, or none and the reason. */
int io_rtp_ports_open(struct mem *m, const struct addr *bind, uint16_t first, uint16_t last,
		      unsigned nr, struct io_rtp_ports *out, struct tg_diag *diag);
void io_rtp_ports_close(struct io_rtp_ports *p);

#endif
