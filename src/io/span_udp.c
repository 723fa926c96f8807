/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * span_udp: a span over UDP: tdm/cesopsn (and SAToP) with a socket, which is connected: what comes from another
 * address is not heard (RFC 5086 4.2). The worker has the socket from the start; the loop only says
 * what has become of the span.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/random.h"
#include "io/sock.h"
#include "io/span_driver.h"
#include "tdm/cesopsn.h"

#define MAX_DATAGRAM 2048
#define RX_PER_MS    512 /* datagrams read in a pass: all of a stall of 64 ms of single frames */
#define SOCKET_BUF   (1 << 20)

struct span_udp {
	struct io_span span; /* first */
	int fd;
	struct tdm_cesopsn *ces;
	_Atomic uint64_t tx_packets, tx_octets, tx_dropped;
};

static struct span_udp *of(struct io_span *s)
{
	return (struct span_udp *)s;
}

/* The worker's thread. ------------------------------------------------------------------------ */

static bool udp_read(void *self, struct tdm_block *rx)
{
	struct span_udp *u = self;
	uint8_t buf[MAX_DATAGRAM];

	for (int i = 0; i < RX_PER_MS; i++) {
		ssize_t n = recv(u->fd, buf, sizeof(buf), MSG_DONTWAIT);

		if (n >= 0)
			tdm_cesopsn_rx(u->ces, str_n(buf, (size_t)n));
		else if (errno != ECONNREFUSED) /* nobody is there: said once a datagram */
			break;
	}
	return tdm_cesopsn_read(u->ces, rx);
}

static bool udp_write(void *self, const struct tdm_block *tx)
{
	struct span_udp *u = self;
	struct str out;

	tdm_cesopsn_write(u->ces, tx);
	while (tdm_cesopsn_next_out(u->ces, &out)) {
		ssize_t n = send(u->fd, out.p, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 &&
		    errno == ECONNREFUSED) /* of the datagram before: this one was not sent */
			n = send(u->fd, out.p, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0) {
			atomic_fetch_add_explicit(&u->tx_dropped, 1, memory_order_relaxed);
			continue;
		}
		atomic_fetch_add_explicit(&u->tx_packets, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&u->tx_octets, out.len, memory_order_relaxed);
	}
	return true;
}

static unsigned udp_alarms(void *self)
{
	return tdm_cesopsn_alarms(((struct span_udp *)self)->ces);
}

static bool udp_up(void *self)
{
	return udp_alarms(self) == 0;
}

static int32_t udp_rate_ppb(void *self)
{
	return tdm_cesopsn_rate_ppb(((struct span_udp *)self)->ces);
}

static void udp_status(const void *self, struct tdm_status *out)
{
	const struct span_udp *u = self;

	tdm_cesopsn_status(u->ces, out);
	out->tx_packets = u->tx_packets;
	out->tx_octets = u->tx_octets;
	out->tx_dropped = u->tx_dropped;
}

/* The loop's thread. -------------------------------------------------------------------------- */

static void udp_look(struct io_span *s)
{
	const char *why = tdm_cesopsn_wrong(of(s)->ces);
	char to[ADDR_TEXT_MAX];
	unsigned alarms = udp_alarms(s);

	addr_print(&s->cfg.remote, to);
	if (alarms & TDM_MISMATCH && why)
		io_span_say(s, false, "what comes from %s does not fit: %s", to, why);
	else if (alarms & TDM_LOS)
		io_span_say(s, false, "nothing comes from %s", to);
	else if (alarms & TDM_RAI)
		io_span_say(s, false, "%s does not hear us", to);
	else if (alarms)
		io_span_say(s, false, "the line behind %s is faulty", to);
	else
		io_span_say(s, true, "joined with %s, clock %s", to,
			    s->cfg.clock_slave ? "slave" : "master");
}

static void udp_close(struct io_span *s)
{
	if (of(s)->fd >= 0)
		close(of(s)->fd);
	mem_drop(s);
}

/* 4.2: with the Don't Fragment flag. */
static int open_socket(struct span_udp *u, struct tg_diag *diag)
{
	const struct gw_span_cfg *c = &u->span.cfg;
	int size = SOCKET_BUF, df = IP_PMTUDISC_DO;
	struct tg_diag why = TG_DIAG_NONE;
	struct sockaddr_storage to;
	socklen_t len = io_sockaddr_of(&c->remote, &to);
	char text[ADDR_TEXT_MAX];

	if (io_sock_udp(&c->local, &u->fd, &why) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "span %u: %.100s", c->number, why.text);
	if (connect(u->fd, (struct sockaddr *)&to, len) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "span %u: no way to %s: %s", c->number,
			       addr_print(&c->remote, text), strerror(errno));
	setsockopt(u->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (c->remote.family == ADDR_IP4)
		setsockopt(u->fd, IPPROTO_IP, IP_MTU_DISCOVER, &df, sizeof(df));
	return TG_OK;
}

static struct tdm_cesopsn *new_core(struct mem *m, const struct gw_span_cfg *c)
{
	struct rng rng = io_random();
	struct tdm_cesopsn_cfg k = { .kind = c->kind,
				     .law = c->law,
				     .frames = c->frames,
				     .rtp = c->rtp_pt != 0,
				     .satop = c->driver == GW_SPAN_SATOP,
				     .crc4 = c->crc4,
				     .octet_aligned = c->octet_aligned,
				     .pt = c->rtp_pt,
				     .seq = (uint16_t)rng_u32(&rng),
				     .ssrc = rng_u32(&rng),
				     .timestamp = rng_u32(&rng),
				     .depth_ms = c->buffer_ms,
				     .max_depth_ms = TDM_RECV_GROWS / TDM_BLOCK,
				     .los_ms = c->los_ms,
				     .slave = c->clock_slave };

	return tdm_cesopsn_new(m, &k);
}

static struct io_span *udp_open(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg,
				struct tg_diag *diag)
{
	struct span_udp *u = MEM_NEW(m, struct span_udp);

	(void)l;
	if (!u)
		return NULL;
	*u = (struct span_udp){ .span = { .driver = &io_span_udp, .cfg = *cfg }, .fd = -1 };
	u->ces = new_core(m, cfg);
	if (u->ces && open_socket(u, diag) == 0) {
		udp_look(&u->span);
		return &u->span;
	}
	udp_close(&u->span);
	return NULL;
}

const struct io_span_driver io_span_udp = {
	.open = udp_open,
	.close = udp_close,
	.look = udp_look,
	.ops = { .read = udp_read,
		 .write = udp_write,
		 .up = udp_up,
		 .alarms = udp_alarms,
		 .status = udp_status,
		 .rate_ppb = udp_rate_ppb },
};
