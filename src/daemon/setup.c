/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup: building the objects from the configuration; each failure is one line that says what
 * and what to do. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "daemon/wire_internal.h"
#include "io/random.h"
#include "io/sock.h"
#include "ops/vty.h"

#define LATE_RECORDS	 8192
#define NTP_EPOCH	 2208988800 /* s from 1900 to 1970 (RFC 3550 4) */
#define MTP_QUEUE	 4096
#define CATCH_UP	 100 /* ms: the clock of a virtual span is ours, nobody is ahead of it */
#define OUTSIDE_CATCH_UP 240 /* ms: each tick left out is a gap for the far end of a span */

static const char product[] = "trunkgate/" TG_VERSION;

int setup_loop(struct wire *w, struct tg_diag *diag)
{
	w->loop = io_loop_new(w->mem, diag);
	if (!w->loop)
		return TG_EIO;
	io_loop_on_turn(w->loop, wire_turn, w);
	return io_loop_signals(w->loop, wire_on_signal, w, diag);
}

/* What can be written into a message: of "any address" the one that leads to the first peer, or
 * to the world. */
static struct addr shown_for(const struct gw_config *c, const struct addr *bound)
{
	struct addr world = { ADDR_IP4, 9, { 192, 0, 2, 1 } }, source;
	struct addr shown = *bound;

	if (!addr_is_any(bound))
		return shown;
	if (io_sock_source(c->nr_peers && c->peer[0].addr.family ? &c->peer[0].addr : &world,
			   &source) < 0 ||
	    source.family != bound->family) {
		log_error(LOG_IO, NULL, "no address of this machine leads anywhere: set `bind`");
		return shown;
	}
	memcpy(shown.ip, source.ip, sizeof(shown.ip));
	return shown;
}

static int setup_streams(struct wire *w, struct tg_diag *diag)
{
	int err = wire_streams_open(w, diag);

	for (int i = 0; i < WIRE_STREAMS; i++)
		if (w->stream[i].tcp)
			w->stream[i].shown = shown_for(w->running, io_tcp_local(w->stream[i].tcp));
	return err;
}

void setup_dns(struct wire *w, const struct gw_config *c)
{
	const struct addr *server = c->dns_server.family ? &c->dns_server : NULL;
	struct tg_diag why = TG_DIAG_NONE;
	struct io_dns *dns = io_dns_new(w->mem, w->loop, server, &why);

	if (!dns) {
		log_error(LOG_IO, NULL, "%s; host names %s", why.text,
			  w->dns ? "go on as before" : "cannot be found");
		return;
	}
	io_dns_free(w->dns);
	w->dns = dns;
}

static int setup_sip(struct wire *w, struct tg_diag *diag)
{
	const struct sip_classify_cfg inbox = { .rng = io_random(),
						.source_rate = w->running->sip_source_limit };
	struct io_udp_user user = { wire_on_sip, wire_on_sip_failed, w };
	struct tg_diag why = TG_DIAG_NONE;

	w->inbox = sip_classify_new(w->mem, &inbox);
	if (!w->inbox)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	w->sip = io_udp_open(w->mem, w->loop, &w->running->sip_bind, &user, &why);
	if (!w->sip)
		return tg_fail(diag, TG_EIO, 0, "", "SIP: %.80s; --sip takes another", why.text);
	w->running->sip_bind.port = io_udp_local(w->sip)->port;
	w->sip_shown = shown_for(w->running, io_udp_local(w->sip));
	setup_dns(w, w->running);
	return setup_streams(w, diag);
}

static int setup_vty(struct wire *w, struct tg_diag *diag)
{
	struct addr *at = &w->running->vty_bind;
	struct tg_diag why = TG_DIAG_NONE;
	int err = io_sock_tcp_check(at, &why);

	if (err == 0)
		err = ops_vty_listen(at, &why);
	if (err < 0)
		return tg_fail(diag, TG_EIO, 0, "", "VTY: %.80s; --vty takes another", why.text);
	if (!at->port && io_sock_tcp_listening(&at->port) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "VTY: its port is not known");
	return TG_OK;
}

/* A channel is free again when the worker has said so: a few more than circuits. */
static unsigned nr_channels(const struct gw_config *c)
{
	unsigned circuits = gw_config_nr_circuits(c);
	unsigned nr = circuits < c->max_calls ? circuits : c->max_calls;

	return nr + nr / 16 + 2 + 2 * gw_config_joins(c);
}

static int setup_rtp(struct wire *w, struct tg_diag *diag)
{
	const struct gw_config *c = w->running;
	struct tg_diag why = TG_DIAG_NONE;

	if (io_rtp_ports_open(w->mem, &c->rtp_bind, c->rtp_port_first, c->rtp_port_last,
			      nr_channels(c), &w->rtp, &why) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "RTP: %.80s; --rtp-ports takes others",
			       why.text);
	w->rtp_shown = MEM_ARRAY(w->mem, w->rtp.nr, struct addr);
	if (!w->rtp_shown)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	for (unsigned i = 0; i < w->rtp.nr; i++) {
		w->rtp_shown[i] = shown_for(c, &w->rtp.local[0]);
		w->rtp_shown[i].port = w->rtp.local[i].port;
	}
	return TG_OK;
}

int setup_sockets(struct wire *w, struct tg_diag *diag)
{
	/* the VTY first: its port is that of the first listening socket */
	int err = setup_vty(w, diag);

	if (err == 0)
		err = setup_sip(w, diag);
	return err < 0 ? err : setup_rtp(w, diag);
}

static int setup_dtls(struct wire *w, struct tg_diag *diag)
{
	w->dtls = io_dtls_new(w->mem, diag);
	return w->dtls ? TG_OK : TG_EIO;
}

/* Spans to workers in turn, each behind the lines that the worker has already. */
static void deal_out(struct wire *w)
{
	w->nr_workers = w->running->workers.nr;
	for (unsigned i = 0; i < w->running->nr_spans; i++) {
		w->span_worker[i] = (uint8_t)(i % w->nr_workers);
		w->span_line[i] = (uint8_t)(i / w->nr_workers);
		w->worker[w->span_worker[i]].nr_spans++;
	}
}

/* One for each worker; all know all channels, so that a call can be anybody's. */
static int setup_engines(struct wire *w, struct tg_diag *diag)
{
	const struct gw_config *c = w->running;
	struct med_cfg m = { .nr_channels = w->rtp.nr,
			     .nr_objects = gw_nr_objects(w->rtp.nr),
			     .ntp_origin = (uint64_t)(time(NULL) + NTP_EPOCH) << 32 };
	char host[ADDR_TEXT_MAX];
	bool all = true;

	snprintf(m.cname, sizeof(m.cname), "trunkgate@%s", addr_print_host(&w->rtp_shown[0], host));

	for (unsigned i = 0; i < c->nr_spans; i++) {
		m.law[c->span[i].number] = c->span[i].law;
		if (m.nr_spans <= c->span[i].number)
			m.nr_spans = c->span[i].number + 1;
	}
	w->first_inside = m.nr_spans;
	m.nr_inside = gw_config_nr_inside(c);
	for (unsigned i = 0; i < m.nr_inside; i++)
		m.law[m.nr_spans + i] = i % 2 ? TDM_MULAW : TDM_ALAW;
	m.between = w->between = med_between_new(w->mem, m.nr_spans + m.nr_inside);
	for (unsigned n = 0; n < w->nr_workers; n++) {
		for (unsigned i = 0; i < m.nr_inside; i++)
			m.elsewhere[m.nr_spans + i] = wire_worker_of(w, m.nr_spans + i) != n;
		for (unsigned i = 0; i < c->nr_spans; i++)
			m.elsewhere[c->span[i].number] = w->span_worker[i] != n;
		w->worker[n].engine = med_engine_new(w->mem, &m);
		all = all && w->worker[n].engine;
	}
	return all && m.between ? TG_OK
				: tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the media engine");
}

static void lab_cmd(void *self, const struct ring_rec *rec)
{
	lab_line_cmd(self, rec);
}

static bool lab_report(void *self, struct ring_rec *rec)
{
	return lab_line_report(self, rec);
}

static void add_lab_line(struct wire *w, struct io_worker_cfg *k)
{
	for (unsigned i = 0; i < w->running->nr_spans; i++)
		if (w->running->span[i].number == w->lab->span && w->cable[i])
			k->line[k->nr_lines++] =
				(struct io_worker_line){ .span = tdm_virtual_end(w->cable[i], 1),
							 .user = lab_line_user(w->lab->line) };
	k->agent[k->nr_agents++] = (struct io_worker_agent){ lab_cmd, lab_report, w->lab->line };
}

static int setup_worker(struct wire *w, unsigned n, struct tg_diag *diag)
{
	const struct gw_workers_cfg *c = &w->running->workers;
	struct io_worker_cfg k = { .engine = w->worker[n].engine,
				   .rtp = &w->rtp,
				   .catch_up_ms = CATCH_UP,
				   .core = c->nr_cores ? c->core[n] + 1u : 0,
				   .priority = c->priority,
				   .send_link = c->send_link,
				   .woken = wire_on_worker,
				   .self = w };

	for (unsigned i = 0; i < w->running->nr_spans; i++) {
		if (w->span_worker[i] != n)
			continue;
		w->span_up[i] = true;
		k.line[k.nr_lines++] =
			(struct io_worker_line){ .span = wire_span_end(w, i),
						 .engine_span = w->running->span[i].number,
						 .clock = w->running->span[i].clock_slave };
		if (w->span[i])
			k.catch_up_ms = OUTSIDE_CATCH_UP;
	}
	wire_links_timeslots(w, n, &k);
	if (w->lab && wire_worker_of(w, w->lab->span) == n)
		add_lab_line(w, &k);
	w->worker[n].io = io_worker_new(w->mem, w->loop, &k, diag);
	return w->worker[n].io ? TG_OK : TG_EIO;
}

static int setup_workers(struct wire *w, struct tg_diag *diag)
{
	int err = TG_OK;

	for (unsigned n = 0; n < w->nr_workers && err == 0; n++) {
		for (unsigned i = 0; i < WIRE_AGENTS && err == 0; i++) {
			w->worker[n].late[i] = ring_new(w->mem, LATE_RECORDS);
			if (!w->worker[n].late[i])
				err = tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
		}
		if (err == 0)
			err = setup_worker(w, n, diag);
	}
	return err;
}

int setup_media(struct wire *w, struct tg_diag *diag)
{
	int err = wire_spans_open(w, diag);

	deal_out(w);
	if (err == 0)
		err = setup_dtls(w, diag);
	if (err == 0)
		err = setup_engines(w, diag);
	if (err == 0 && w->cfg.lab) {
		w->lab = daemon_lab_new(w->mem, w->running, w->cfg.wav, diag);
		err = w->lab ? TG_OK : TG_EINVAL;
	}
	if (err == 0)
		err = setup_signalling(w, diag);
	return err < 0 ? err : setup_workers(w, diag);
}

/* The same point code may be that of several trunks. */
static int attach_points(struct wire *w)
{
	const struct gw_config *c = w->running;
	int err = TG_OK;

	for (unsigned i = 0; i < c->nr_trunks && err == 0; i++) {
		err = mtp_local_attach(w->mtp, c->trunk[i].opc);
		if (err == TG_EEXIST)
			err = TG_OK;
	}
	if (err == 0 && w->lab)
		err = mtp_local_attach(w->mtp, w->lab->point_code);
	return err;
}

int setup_gateway(struct wire *w, struct tg_diag *diag)
{
	struct gw_env env = { .rng = io_random(),
			      .product = product,
			      .sip_local = w->sip_shown,
			      .sip_tcp = w->stream[0].shown,
			      .sip_tls = w->stream[1].shown,
			      .sip_sctp = w->stream[2].shown,
			      .rtp = w->rtp_shown,
			      .nr_rtp = w->rtp.nr,
			      .first_inside = w->first_inside,
			      .nr_inside = gw_config_nr_inside(w->running),
			      .inbox = w->inbox,
			      .fingerprint = io_dtls_fingerprint(w->dtls) };

	w->mtp = mtp_local_new(w->mem, MTP_QUEUE);
	w->gw = gw_new(w->mem, w->running, &env);
	if (!w->mtp || !w->gw)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for the gateway");
	if (attach_points(w) < 0)
		return tg_fail(diag, TG_EINVAL, 0, "", "the point codes cannot be used together");
	return TG_OK;
}
