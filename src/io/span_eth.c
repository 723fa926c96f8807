/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * span_eth: a span over Ethernet: tdm/tdmoe with a packet socket, which wants CAP_NET_RAW. The kernel
 * makes and takes off the Ethernet header; only what comes from the far end's address is heard.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/span_driver.h"
#include "tdm/tdmoe.h"

#define RX_PER_MS  512
#define SOCKET_BUF (1 << 20)

struct span_eth {
	struct io_span span; /* first */
	int fd;
	struct sockaddr_ll to;
	struct tdm_tdmoe *core;
	_Atomic uint64_t tx_packets, tx_octets, tx_dropped;
};

/* The worker's thread. ------------------------------------------------------------------------ */

static bool is_peer(const struct span_eth *e, const struct sockaddr_ll *from)
{
	return from->sll_pkttype == PACKET_HOST && from->sll_halen == TDM_MAC_LEN &&
	       memcmp(from->sll_addr, e->span.cfg.mac, TDM_MAC_LEN) == 0;
}

static bool eth_read(void *self, struct tdm_block *rx)
{
	struct span_eth *e = self;
	uint8_t buf[1600];

	for (int i = 0; i < RX_PER_MS; i++) {
		struct sockaddr_ll from = { 0 };
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(e->fd, buf, sizeof(buf), MSG_DONTWAIT,
				     (struct sockaddr *)&from, &len);

		if (n >= 0 && is_peer(e, &from))
			tdm_tdmoe_rx(e->core, str_n(buf, (size_t)n));
		else if (n < 0 && errno != ENETDOWN) /* said once when the interface goes */
			break;
	}
	return tdm_tdmoe_read(e->core, rx);
}

static bool eth_write(void *self, const struct tdm_block *tx)
{
	struct span_eth *e = self;
	struct str out = tdm_tdmoe_write(e->core, tx);

	if (sendto(e->fd, out.p, out.len, MSG_DONTWAIT, (struct sockaddr *)&e->to, sizeof(e->to)) <
	    0) {
		atomic_fetch_add_explicit(&e->tx_dropped, 1, memory_order_relaxed);
		return true;
	}
	atomic_fetch_add_explicit(&e->tx_packets, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&e->tx_octets, out.len, memory_order_relaxed);
	return true;
}

static unsigned eth_alarms(void *self)
{
	return tdm_tdmoe_alarms(((struct span_eth *)self)->core);
}

static bool eth_up(void *self)
{
	return eth_alarms(self) == 0;
}

static int32_t eth_rate_ppb(void *self)
{
	return tdm_tdmoe_rate_ppb(((struct span_eth *)self)->core);
}

static void eth_status(const void *self, struct tdm_status *out)
{
	const struct span_eth *e = self;

	tdm_tdmoe_status(e->core, out);
	out->tx_packets = e->tx_packets;
	out->tx_octets = e->tx_octets;
	out->tx_dropped = e->tx_dropped;
}

/* The loop's thread. -------------------------------------------------------------------------- */

static void eth_look(struct io_span *s)
{
	const struct span_eth *e = (struct span_eth *)s;
	const char *why = tdm_tdmoe_wrong(e->core);
	unsigned alarms = eth_alarms(s);
	char to[TDM_MAC_TEXT_MAX];

	tdm_mac_print(s->cfg.mac, to);
	if (alarms & TDM_MISMATCH && why)
		io_span_say(s, false, "what comes from %s does not fit: %s", to, why);
	else if (alarms & TDM_LOS)
		io_span_say(s, false, "nothing comes from %s on %s", to, s->cfg.interface);
	else if (alarms)
		io_span_say(s, false, "%s does not hear us", to);
	else
		io_span_say(s, true, "joined with %s on %s, clock %s", to, s->cfg.interface,
			    s->cfg.clock_slave ? "slave" : "master");
}

static void eth_close(struct io_span *s)
{
	struct span_eth *e = (struct span_eth *)s;

	if (e->fd >= 0)
		close(e->fd);
	mem_drop(s);
}

static int open_socket(struct span_eth *e, struct tg_diag *diag)
{
	const struct gw_span_cfg *c = &e->span.cfg;
	unsigned index = if_nametoindex(c->interface);
	int size = SOCKET_BUF;

	if (!index)
		return tg_fail(diag, TG_EIO, 0, "", "span %u: there is no interface %s", c->number,
			       c->interface);
	e->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(TDM_TDMOE_ETHERTYPE));
	if (e->fd < 0)
		return tg_fail(diag, TG_EIO, 0, "",
			       "span %u: no packets of our own on Ethernet: %s%s", c->number,
			       strerror(errno), errno == EPERM ? " (it needs CAP_NET_RAW)" : "");
	e->to = (struct sockaddr_ll){ .sll_family = AF_PACKET,
				      .sll_protocol = htons(TDM_TDMOE_ETHERTYPE),
				      .sll_ifindex = (int)index,
				      .sll_halen = TDM_MAC_LEN };
	if (bind(e->fd, (struct sockaddr *)&e->to, sizeof(e->to)) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "span %u: interface %s: %s", c->number,
			       c->interface, strerror(errno));
	memcpy(e->to.sll_addr, c->mac, TDM_MAC_LEN);
	setsockopt(e->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return TG_OK;
}

static struct io_span *eth_open(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg,
				struct tg_diag *diag)
{
	struct span_eth *e = MEM_NEW(m, struct span_eth);
	struct tdm_tdmoe_cfg k = { .kind = cfg->kind,
				   .law = cfg->law,
				   .subaddr = cfg->subaddr,
				   .depth_ms = cfg->buffer_ms,
				   .max_depth_ms = TDM_RECV_GROWS / TDM_BLOCK,
				   .los_ms = cfg->los_ms,
				   .slave = cfg->clock_slave };

	(void)l;
	if (!e)
		return NULL;
	*e = (struct span_eth){ .span = { .driver = &io_span_eth, .cfg = *cfg }, .fd = -1 };
	e->core = tdm_tdmoe_new(m, &k);
	if (e->core && open_socket(e, diag) == 0) {
		eth_look(&e->span);
		return &e->span;
	}
	eth_close(&e->span);
	return NULL;
}

const struct io_span_driver io_span_eth = {
	.open = eth_open,
	.close = eth_close,
	.look = eth_look,
	.ops = { .read = eth_read,
		 .write = eth_write,
		 .up = eth_up,
		 .alarms = eth_alarms,
		 .status = eth_status,
		 .rate_ppb = eth_rate_ppb },
};
