/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * handshakes: DTLS on the sockets of the media worker (RFC 5764 5.1.2): what comes for a leg goes to
 * its session, what the session says goes out by the leg's socket, and its keys go to the gateway.
 */
#include "base/log.h"
#include "daemon/wire_internal.h"

struct wire_handshake {
	struct list link;
	struct wire *wire;
	struct io_dtls_session *session;
	struct io_timer timer;
	uint32_t leg;
	uint16_t channel;
	struct addr remote;
	bool told; /* the gateway knows the outcome */
};

static struct wire_handshake *find(struct wire *w, uint32_t leg)
{
	struct wire_handshake *h;

	list_for_each(h, &w->handshakes, link)
		if (h->leg == leg)
			return h;
	return NULL;
}

static void drop(struct wire_handshake *h)
{
	io_timer_cancel(h->wire->loop, &h->timer);
	io_dtls_close(h->session);
	list_del(&h->link);
	mem_drop(h);
}

static void tell(struct wire_handshake *h)
{
	struct wire *w = h->wire;
	struct io_dtls_keys keys;
	struct gw_keys k = { 0 };
	tick_t now = io_loop_now(w->loop);

	if (h->told || io_dtls_state(h->session) == IO_DTLS_HANDSHAKE)
		return;
	h->told = true;
	if (io_dtls_keys(h->session, &keys) == 0) {
		k.suite = keys.suite;
		k.len = (uint8_t)keys.len;
		memcpy(k.tx, keys.tx, keys.len);
		memcpy(k.rx, keys.rx, keys.len);
		gw_dtls_done(w->gw, now, h->leg, &k, NULL);
		explicit_bzero(&keys, sizeof(keys));
		explicit_bzero(&k, sizeof(k));
	} else {
		gw_dtls_done(w->gw, now, h->leg, NULL, io_dtls_why(h->session));
	}
}

/* What the session has to say, and when it wants to say it again. */
static void serve(struct wire_handshake *h)
{
	struct wire *w = h->wire;
	struct str datagram;
	int left_ms;

	/* whose thread the leg is in does not matter: all have the same sockets */
	while (io_dtls_next_out(h->session, &datagram))
		io_worker_send(w->worker[0].io, h->channel, &h->remote, datagram);
	io_timer_cancel(w->loop, &h->timer);
	left_ms = io_dtls_left_ms(h->session);
	if (left_ms >= 0)
		io_timer_arm(w->loop, &h->timer,
			     tick_add_ms(io_loop_now(w->loop), left_ms ? left_ms : 1));
	tell(h);
}

static void on_timer(void *self)
{
	struct wire_handshake *h = self;
	struct wire *w = h->wire;

	io_dtls_tick(h->session);
	serve(h);
	wire_drain(w, io_loop_now(w->loop));
}

static void begin(struct wire *w, const struct gw_dtls *d)
{
	struct io_dtls_peer peer = { d->hash, d->fingerprint, d->active };
	struct wire_handshake *h = MEM_NEW(w->mem, struct wire_handshake);

	if (h)
		h->session = io_dtls_open(w->dtls, &peer);
	if (!h || !h->session) {
		mem_drop(h);
		gw_dtls_done(w->gw, io_loop_now(w->loop), d->leg, NULL,
			     "no memory, or a fingerprint of an unknown hash");
		return; /* the call is ended: nothing would pass without keys */
	}
	h->wire = w;
	h->timer = (struct io_timer){ .fire = on_timer, .self = h };
	h->leg = d->leg;
	h->channel = d->channel;
	h->remote = d->remote;
	list_add(&w->handshakes, &h->link);
	serve(h);
}

void wire_handshake_out(struct wire *w, const struct gw_dtls *d)
{
	struct wire_handshake *h = find(w, d->leg);

	if (h)
		drop(h);
	if (d->begin)
		begin(w, d);
}

static void rx(struct wire *w, struct io_worker *worker, tick_t now)
{
	struct io_worker_dtls in;

	while (io_worker_dtls(worker, &in)) {
		struct wire_handshake *h = find(w, in.leg);

		if (h) {
			io_dtls_rx(h->session, in.octets);
			serve(h);
		}
		io_worker_dtls_done(worker);
		wire_drain(w, now);
	}
}

void wire_handshakes_rx(struct wire *w, tick_t now)
{
	for (unsigned i = 0; i < w->nr_workers; i++)
		rx(w, w->worker[i].io, now);
}

void wire_handshakes_close(struct wire *w)
{
	struct wire_handshake *h, *next;

	list_for_each_safe(h, next, &w->handshakes, link)
		drop(h);
	io_dtls_free(w->dtls);
}
