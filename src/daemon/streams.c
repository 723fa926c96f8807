/* SPDX-License-Identifier: GPL-3.0-or-later */
/* streams: TCP, TLS and SCTP of SIP between io and the gateway. */
#include "base/log.h"
#include "daemon/wire_internal.h"

static struct wire_stream *stream_of(struct wire *w, sip_path_id path)
{
	for (int i = 0; i < WIRE_STREAMS; i++)
		if (w->stream[i].path == path && w->stream[i].tcp)
			return &w->stream[i];
	return NULL;
}

void wire_streams_out(struct wire *w, const struct gw_out *out)
{
	struct wire_stream *s = stream_of(w, out->sip.stream);

	if (!s)
		return;
	if (out->sip.what == SIP_OUT_OPEN)
		io_tcp_connect(s->tcp, out->sip.path, &out->sip.to, out->sip.identity);
	else if (out->sip.what == SIP_OUT_CLOSE)
		io_tcp_close(s->tcp, out->sip.path);
	else
		io_tcp_send(s->tcp, out->sip.path, out->sip.octets);
}

static void tell(struct wire *w, uint32_t id, struct sip_path_event ev)
{
	tick_t now = io_loop_now(w->loop);

	gw_sip_path(w->gw, now, id, &ev);
	wire_drain(w, now);
}

static int on_accepted(void *self, const struct addr *from, uint32_t *id)
{
	struct wire_stream *s = self;
	tick_t now = io_loop_now(s->wire->loop);
	int err = gw_sip_accept(s->wire->gw, now, s->path, from, id);

	wire_drain(s->wire, now);
	return err;
}

static void on_up(void *self, uint32_t id, bool authenticated, struct str names)
{
	struct wire_stream *s = self;

	tell(s->wire, id,
	     (struct sip_path_event){
		     .type = SIP_PATH_UP, .authenticated = authenticated, .names = names });
}

static void on_down(void *self, uint32_t id, const char *why)
{
	struct wire_stream *s = self;
	char text[ADDR_TEXT_MAX];

	log_info(LOG_IO, NULL, "SIP %s %s: a connection is over: %s",
		 s->tls			       ? "TLS"
		 : s->path == GW_SIP_SCTP_PATH ? "SCTP"
					       : "TCP",
		 addr_print(&s->shown, text), why);
	tell(s->wire, id, (struct sip_path_event){ .type = SIP_PATH_DOWN });
}

static void on_blocked(void *self, uint32_t id, bool blocked)
{
	struct wire_stream *s = self;

	tell(s->wire, id,
	     (struct sip_path_event){ .type = blocked ? SIP_PATH_BLOCKED : SIP_PATH_WRITABLE });
}

static size_t room(void *self, uint32_t id)
{
	return gw_sip_room(((struct wire_stream *)self)->wire->gw, id);
}

static void on_rx(void *self, uint32_t id, struct str octets)
{
	struct wire_stream *s = self;
	tick_t now = io_loop_now(s->wire->loop);

	gw_sip_rx(s->wire->gw, now, id, NULL, octets);
	wire_drain(s->wire, now);
}

static int open_one(struct wire *w, struct wire_stream *s, struct addr *bind, struct tg_diag *diag)
{
	struct io_tcp_user user = { on_accepted, on_up, on_down, on_blocked, room, on_rx, s };
	struct tg_diag why = TG_DIAG_NONE;

	s->wire = w;
	s->tcp = s->path == GW_SIP_SCTP_PATH
			 ? io_tcp_open_sctp(w->mem, w->loop, bind, &user, &why)
			 : io_tcp_open(w->mem, w->loop, bind, s->tls, &user, &why);
	if (!s->tcp)
		return tg_fail(diag, TG_EIO, 0, "", "SIP: %.120s", why.text);
	bind->port = io_tcp_local(s->tcp)->port;
	return 0;
}

int wire_streams_open(struct wire *w, struct tg_diag *diag)
{
	struct gw_tls_cfg *t = &w->running->sip_tls;
	struct io_tls_cfg cfg = { t->certificate, t->key, t->ca, t->verify_client };
	int err = 0;

	w->stream[0].path = GW_SIP_TCP_PATH;
	w->stream[1].path = GW_SIP_TLS_PATH;
	w->stream[2].path = GW_SIP_SCTP_PATH;
	if (w->running->sip_tcp_bind.family)
		err = open_one(w, &w->stream[0], &w->running->sip_tcp_bind, diag);
	if (err == 0 && w->running->sip_sctp_bind.family)
		err = open_one(w, &w->stream[2], &w->running->sip_sctp_bind, diag);
	if (err < 0 || !t->bind.family)
		return err;
	w->stream[1].tls = io_tls_new(w->mem, &cfg, diag);
	return w->stream[1].tls ? open_one(w, &w->stream[1], &t->bind, diag) : TG_EINVAL;
}

void wire_streams_close(struct wire *w)
{
	for (int i = 0; i < WIRE_STREAMS; i++) {
		io_tcp_shut(w->stream[i].tcp);
		io_tls_free(w->stream[i].tls);
	}
}

void wire_streams_reload(struct wire *w)
{
	struct tg_diag diag = TG_DIAG_NONE;

	if (!w->stream[1].tls)
		return;
	if (io_tls_reload(w->stream[1].tls, &diag) < 0)
		log_error(LOG_IO, NULL, "TLS goes on with the certificate it has: %s", diag.text);
	else
		log_notice(LOG_IO, NULL, "the certificate was read again");
}
