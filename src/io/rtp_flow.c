/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp_flow: see the header. Two sockets on one port need SO_REUSEPORT on both. The first has it only
 * since it was bound (rtp_ports.c), so that no other program of ours gets the port by mistake; the kernel
 * allows it to the same user alone.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/rtp_flow.h"
#include "io/sock.h"

#define FRESH	    2
#define ASK_EVERY   16 /* visits */
#define ASK_IN_VAIN 2  /* times, and 4, 8, ... 128 */

struct flow {
	struct addr from; /* of the last packet; with fd: connected with */
	uint8_t steady;	  /* packets in a row from there */
	uint8_t visits;
	uint8_t fresh; /* visits for which the first socket may have packets of before */
	uint8_t vain;  /* of these, the last ones without a packet */
	int fd;	       /* plus 1; 0: none */
};

struct io_rtp_flows {
	const struct io_rtp_ports *ports;
	unsigned nr;
	unsigned left; /* that may be made in this tick */
	_Atomic unsigned nr_open, refused;
	struct flow flow[];
};

struct io_rtp_flows *io_rtp_flows_new(struct mem *m, const struct io_rtp_ports *p)
{
	struct io_rtp_flows *f = mem_array(m, sizeof(*f) + p->nr * sizeof(struct flow), 1);

	if (!f)
		return NULL;
	f->ports = p;
	f->nr = p->nr;
	return f;
}

void io_rtp_flows_free(struct io_rtp_flows *f)
{
	if (!f)
		return;
	for (unsigned i = 0; i < f->nr; i++)
		io_rtp_flow_end(f, i);
	mem_drop(f);
}

void io_rtp_flows_tick(struct io_rtp_flows *f)
{
	if (f)
		f->left = IO_RTP_FLOW_PER_TICK;
}

static struct flow *flow_of(struct io_rtp_flows *f, unsigned channel)
{
	return f && channel < f->nr ? &f->flow[channel] : NULL;
}

int io_rtp_flow_fd(const struct io_rtp_flows *f, unsigned channel)
{
	return f && channel < f->nr ? f->flow[channel].fd - 1 : -1;
}

bool io_rtp_flow_fresh(struct io_rtp_flows *f, unsigned channel)
{
	struct flow *w = flow_of(f, channel);

	if (!w || !w->fd || !w->fresh)
		return false;
	w->fresh--;
	return true;
}

bool io_rtp_flow_ask(struct io_rtp_flows *f, unsigned channel, bool vain)
{
	struct flow *w = flow_of(f, channel);

	if (!w || !w->fd)
		return true;
	w->vain = !vain ? 0 : w->vain < UINT8_MAX ? (uint8_t)(w->vain + 1) : UINT8_MAX;
	return ++w->visits % ASK_EVERY == 0 ||
	       (w->vain >= ASK_IN_VAIN && (w->vain & (w->vain - 1)) == 0);
}

void io_rtp_flow_end(struct io_rtp_flows *f, unsigned channel)
{
	struct flow *w = flow_of(f, channel);

	if (!w)
		return;
	if (w->fd) {
		close(w->fd - 1);
		f->nr_open--;
	}
	w->fd = 0;
	w->steady = 0;
}

void io_rtp_flow_heard(struct io_rtp_flows *f, unsigned channel, const struct addr *from,
		       bool accepted)
{
	struct flow *w = flow_of(f, channel);

	if (!w || !accepted)
		return;
	if (!addr_eq(&w->from, from)) {
		io_rtp_flow_end(f, channel);
		w->from = *from;
	}
	if (w->steady < UINT8_MAX)
		w->steady++;
}

void io_rtp_flow_failed(struct io_rtp_flows *f, unsigned channel)
{
	if (io_rtp_flow_fd(f, channel) < 0)
		return;
	f->refused++;
	io_rtp_flow_end(f, channel);
}

void io_rtp_flows_stats(const struct io_rtp_flows *f, unsigned *nr_open, unsigned *refused)
{
	*nr_open = f ? f->nr_open : 0;
	*refused = f ? f->refused : 0;
}

static void begin(struct io_rtp_flows *f, struct flow *w, unsigned channel)
{
	int size = IO_RTP_RCVBUF, fd;

	w->steady = 0; /* when it fails: later */
	f->left--;
	if (io_sock_udp_beside(&f->ports->local[channel], &w->from, &fd) < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	w->fd = fd + 1;
	w->vain = 0;
	w->fresh = FRESH;
	f->nr_open++;
}

int io_rtp_flow_send(struct io_rtp_flows *f, unsigned channel, const struct addr *to,
		     struct str octets)
{
	struct flow *w = flow_of(f, channel);
	bool same = w && addr_eq(&w->from, to);

	if (same && !w->fd && w->steady >= IO_RTP_FLOW_STEADY && f->left > 0)
		begin(f, w, channel);
	if (w && w->fd && !same)
		io_rtp_flow_end(f, channel);
	if (w && w->fd) {
		if (io_sock_send_on(w->fd - 1, octets) == 0)
			return 0;
		io_rtp_flow_failed(f, channel);
	}
	return io_sock_send(f->ports->fd[channel], to, octets);
}
