/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire: see the header. What a core puts out goes into a socket or a queue, never straight into
 * another core: so each core is drained before it hears of anything else.
 */
#include <signal.h>

#include "base/log.h"
#include "daemon/wire_internal.h"
#include "io/file.h"
#include "ops/vty.h"

#define SERVE_MS       5  /* SIP datagrams in a pass */
#define SERVE_MANY     16 /* between two looks at the clock */
#define MEDIA_QUERY_MS 1000
#define TICKS	       64   /* in a turn */
#define RETRY_MS       1    /* a worker's ring was full */
#define STOP_MS	       1500 /* calls have so long to end */

/* Outputs. ------------------------------------------------------------------------------------ */

static void send_sip(struct wire *w, const struct gw_out *out)
{
	if (out->sip.stream) {
		wire_streams_out(w, out);
		return;
	}
	if (io_udp_send(w->sip, &out->sip.to, out->sip.octets) != TG_EIO)
		return;
	if (w->nr_failed < WIRE_MAX_FAILED)
		w->failed[w->nr_failed++] = out->sip.to;
}

static void on_resolved(void *self, uint32_t id, const struct sip_dns_answer *answer)
{
	struct wire *w = self;
	tick_t now = io_loop_now(w->loop);

	gw_sip_resolved(w->gw, now, id, answer);
	wire_drain(w, now);
}

static void ask_dns(struct wire *w, const struct gw_out *out)
{
	/* what cannot be asked counts as unanswered when its time has passed */
	if (!w->dns || io_dns_ask(w->dns, out->resolve.type, out->resolve.name, on_resolved, w,
				  out->resolve.id) < 0)
		log_error(LOG_IO, NULL, "DNS: " STR_FMT " cannot be asked for",
			  STR_ARG(out->resolve.name));
}

static void drain_gw(struct wire *w, tick_t now)
{
	struct gw_out out;

	while (gw_next_out(w->gw, &out)) {
		switch (out.type) {
		case GW_OUT_SIP:
			send_sip(w, &out);
			break;
		case GW_OUT_MTP:
			io_signalling_tx(w->signalling, now, &out.mtp);
			break;
		case GW_OUT_MEDIA:
			wire_to_engine(w, &out);
			break;
		case GW_OUT_DTLS:
			wire_handshake_out(w, &out.dtls);
			break;
		case GW_OUT_RESOLVE:
			ask_dns(w, &out);
			break;
		case GW_OUT_CALL_ENDED:
			break;
		}
	}
}

static void drain_lab(struct wire *w)
{
	struct lab_exchange_out out;

	while (w->lab && lab_exchange_next_out(w->lab->exchange, &out)) {
		if (out.type == LAB_OUT_MTP)
			mtp_local_tx(w->mtp, &out.mtp);
		else
			wire_to_lab_line(w, &out.line);
	}
}

static bool next_mtp(struct wire *w, tick_t now)
{
	struct mtp_prim p;
	uint32_t point;

	if (!mtp_local_next(w->mtp, &point, &p))
		return false;
	if (w->lab && point == w->lab->point_code)
		lab_exchange_mtp_rx(w->lab->exchange, now, &p);
	else
		io_signalling_carrier_rx(w->signalling, now, GW_CS7_LOCAL, &p);
	return true;
}

static bool next_failed(struct wire *w, tick_t now)
{
	if (!w->nr_failed)
		return false;
	gw_sip_send_failed(w->gw, now, GW_SIP_PATH, &w->failed[--w->nr_failed]);
	return true;
}

/* After each input. */
void wire_drain(struct wire *w, tick_t now)
{
	do {
		do {
			drain_gw(w, now);
			drain_lab(w);
		} while (io_signalling_next(w->signalling, now) || next_mtp(w, now) ||
			 next_failed(w, now));
	} while (io_signalling_flush(w->signalling, now));
}

/* Inputs. ------------------------------------------------------------------------------------- */

void wire_on_sip(void *self, const struct addr *from, struct str octets)
{
	struct wire *w = self;

	sip_classify_in(w->inbox, io_loop_now(w->loop), GW_SIP_PATH, from, octets);
}

/* What matters most first, and so long only: what comes meanwhile may matter more. True when
 * something still waits. */
static bool serve_sip(struct wire *w, tick_t now)
{
	tick_t end = tick_add_ms(io_now(), SERVE_MS);
	struct sip_classify_item item;

	for (unsigned nr = 1; sip_classify_next(w->inbox, now, &item); nr++) {
		if (item.refusal) {
			io_udp_send(w->sip, &item.addr, item.octets);
		} else {
			gw_sip_rx(w->gw, now, item.path, &item.addr, item.octets);
			wire_drain(w, now);
		}
		if (nr % SERVE_MANY == 0 && tick_due(end, io_now()))
			return true;
	}
	return false;
}

void wire_on_sip_failed(void *self, const struct addr *to, const char *why)
{
	struct wire *w = self;
	char text[ADDR_TEXT_MAX];

	log_info(LOG_IO, NULL, "SIP to %s: %s", addr_print(to, text), why);
	gw_sip_send_failed(w->gw, io_loop_now(w->loop), GW_SIP_PATH, to);
	wire_drain(w, io_loop_now(w->loop));
}

void wire_on_worker(void *self)
{
	struct wire *w = self;
	tick_t now = io_loop_now(w->loop);
	struct ring_rec rec;

	while (wire_from_engines(w, &rec)) {
		gw_media_rx(w->gw, now, &rec);
		wire_drain(w, now);
	}
	wire_handshakes_rx(w, now);
	while (wire_from_lab_line(w, &rec)) {
		lab_exchange_line_rx(w->lab->exchange, now, &rec);
		wire_drain(w, now);
	}
	io_signalling_woken(w->signalling);
	wire_spans_look(w, now);
	wire_workers_look(w, now);
}

/* So that `show call` and `show lab calls` have figures that are a second old at most. */
static void on_media_query(void *self)
{
	struct wire *w = self;
	tick_t now = io_loop_now(w->loop);
	struct gw_call_info info;
	unsigned pos = 0;

	while (gw_call_walk(w->gw, &pos, &info) && info.state != GW_CALL_ENDED) {
		if (info.state != GW_CALL_ANSWERED)
			continue;
		gw_call_query(w->gw, info.nr);
		wire_drain(w, now);
	}
	if (w->lab) {
		lab_exchange_listen(w->lab->exchange, now);
		wire_drain(w, now);
	}
	io_timer_arm(w->loop, &w->media_query, tick_add_ms(now, MEDIA_QUERY_MS));
}

/* Time. --------------------------------------------------------------------------------------- */

static bool is_over(struct wire *w, tick_t now)
{
	struct gw_stats stats;

	gw_stats(w->gw, &stats);
	return !stats.calls || tick_due(w->stop_by, now);
}

static tick_t next_wake(struct wire *w, tick_t now, bool late)
{
	tick_t at = gw_deadline(w->gw);

	at = tick_min(at, io_signalling_deadline(w->signalling));
	if (w->lab)
		at = tick_min(at, lab_exchange_deadline(w->lab->exchange));
	if (late)
		at = tick_min(at, tick_add_ms(now, RETRY_MS));
	if (w->stopping)
		at = tick_min(at, w->stop_by);
	return at;
}

tick_t wire_turn(void *self, tick_t now)
{
	struct wire *w = self;
	bool late, waiting = serve_sip(w, now);

	/* a stream's messages come one by one */
	for (int i = 0; i < TICKS && tick_due(gw_deadline(w->gw), now); i++) {
		gw_tick(w->gw, now);
		wire_drain(w, now);
	}
	if (w->lab && tick_due(lab_exchange_deadline(w->lab->exchange), now)) {
		lab_exchange_tick(w->lab->exchange, now);
		wire_drain(w, now);
	}
	io_signalling_tick(w->signalling, now);
	late = wire_retry_late(w);
	if (w->stopping && is_over(w, now))
		io_loop_stop(w->loop, 0);
	return waiting ? now : next_wake(w, now, late);
}

/* Operators and signals. ---------------------------------------------------------------------- */

/* Commands run when libosmocore finds their input, not at a time of the loop's. */
static tick_t vty_now(void *self)
{
	(void)self;
	return io_now();
}

static void vty_changed(void *self)
{
	wire_drain(self, io_now());
}

static const struct gw_config *vty_running(void *self)
{
	return ((struct wire *)self)->running;
}

static int take_config(void *self, const struct gw_config *cfg, struct tg_diag *diag)
{
	struct wire *w = self;
	struct gw_config *copy = gw_config_copy(w->mem, cfg);
	int err;

	if (!copy)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	if (!addr_eq(&cfg->vty_bind, &w->running->vty_bind))
		err = tg_fail(diag, TG_ENOTSUP, 0, "", "the VTY's address is another");
	else
		err = gw_config_swap(w->gw, copy, diag);
	/* before anything is asked for the new peers */
	if (err == 0 && !addr_eq(&w->running->dns_server, &copy->dns_server))
		setup_dns(w, copy);
	wire_drain(w, io_now());
	mem_free(err < 0 ? copy->mem : w->running->mem);
	if (err == 0)
		w->running = copy;
	sip_classify_rate(w->inbox, w->running->sip_source_limit);
	return err;
}

static void reload(struct wire *w)
{
	struct gw_config *c;
	struct tg_diag diag = TG_DIAG_NONE;

	wire_streams_reload(w);
	c = w->cfg.reload ? w->cfg.reload(w->mem, w->cfg.self) : NULL;

	if (!c)
		return;
	/* "Any free port" is the one that was found. */
	if (!c->sip_bind.port)
		c->sip_bind.port = w->running->sip_bind.port;
	if (c->sip_tcp_bind.family && !c->sip_tcp_bind.port)
		c->sip_tcp_bind.port = w->running->sip_tcp_bind.port;
	if (c->sip_sctp_bind.family && !c->sip_sctp_bind.port)
		c->sip_sctp_bind.port = w->running->sip_sctp_bind.port;
	if (c->sip_tls.bind.family && !c->sip_tls.bind.port)
		c->sip_tls.bind.port = w->running->sip_tls.bind.port;
	if (!c->vty_bind.port)
		c->vty_bind.port = w->running->vty_bind.port;
	if (take_config(w, c, &diag) < 0)
		log_error(LOG_OPS, NULL,
			  "the configuration read again is not used: %s (start again for it)",
			  diag.text);
	else
		log_notice(LOG_OPS, NULL, "the configuration is read again; new calls use it");
	mem_free(c->mem);
}

static void stop(struct wire *w, tick_t now)
{
	w->stopping = true;
	w->stop_by = tick_add_ms(now, STOP_MS);
	gw_shutdown(w->gw, now, true);
	wire_drain(w, now);
}

void wire_on_signal(void *self, int number)
{
	struct wire *w = self;

	if (number == SIGHUP)
		reload(w);
	else if (w->stopping)
		io_loop_stop(w->loop, 0);
	else
		stop(w, io_loop_now(w->loop));
}

static void attach_vty(struct wire *w)
{
	struct ops_actions act = { .now = vty_now,
				   .changed = vty_changed,
				   .running = vty_running,
				   .commit = take_config,
				   .write_file = io_file_write,
				   .span = wire_span_info,
				   .worker = wire_worker_info,
				   .self = w };
	struct daemon_lab_actions lab = { vty_now, vty_changed, w };

	ops_vty_attach(w->gw, w->cfg.path, &act);
	ops_vty_attach_net(io_signalling_net(w->signalling));
	ops_vty_attach_mtp3(io_signalling_mtp3(w->signalling));
	if (w->lab)
		for (unsigned i = 0; i < w->running->nr_spans; i++)
			if (w->running->span[i].number == w->lab->span && w->cable[i])
				daemon_lab_vty_init(w->lab, w->cable[i], &lab);
}

struct wire *wire_new(struct mem *parent, const struct wire_cfg *cfg, struct tg_diag *diag)
{
	struct mem *m = mem_sub(parent, "daemon");
	struct wire *w = m ? MEM_NEW(m, struct wire) : NULL;

	if (!w) {
		tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
		mem_free(m);
		return NULL;
	}
	w->mem = m;
	list_init(&w->handshakes);
	w->cfg = *cfg;
	w->running = gw_config_copy(m, cfg->config);
	if (!w->running)
		tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	else if (setup_loop(w, diag) == 0 && setup_sockets(w, diag) == 0 &&
		 setup_media(w, diag) == 0 && setup_gateway(w, diag) == 0) {
		attach_vty(w);
		return w;
	}
	wire_free(w);
	return NULL;
}

void wire_free(struct wire *w)
{
	if (!w)
		return;
	ops_vty_fini();
	for (unsigned i = 0; i < w->nr_workers; i++)
		io_worker_free(w->worker[i].io);
	io_signalling_free(w->signalling);
	wire_handshakes_close(w);
	wire_spans_close(w);
	if (w->lab)
		lab_exchange_free(w->lab->exchange);
	if (w->gw)
		gw_free(w->gw);
	io_rtp_ports_close(&w->rtp);
	io_dns_free(w->dns);
	io_udp_close(w->sip);
	wire_streams_close(w);
	io_loop_free(w->loop);
	mem_free(w->mem);
}

const struct addr *wire_sip_local(const struct wire *w)
{
	return io_udp_local(w->sip);
}

const struct addr *wire_vty_local(const struct wire *w)
{
	return &w->running->vty_bind;
}

int wire_run(struct wire *w)
{
	struct tg_diag diag = TG_DIAG_NONE;
	tick_t now = io_now();
	int status;

	if (wire_workers_start(w, &diag) < 0) {
		log_error(LOG_IO, NULL, "%s", diag.text);
		return 1;
	}
	io_signalling_start(w->signalling, now);
	wire_drain(w, now);	 /* destinations become available, or are not */
	wire_spans_look(w, now); /* those that are not joined yet */
	gw_start(w->gw, now);
	wire_drain(w, now);
	w->media_query = (struct io_timer){ .fire = on_media_query, .self = w };
	io_timer_arm(w->loop, &w->media_query, tick_add_ms(now, MEDIA_QUERY_MS));
	status = io_loop_run(w->loop);
	io_signalling_leave(w->signalling, io_now());
	return status;
}
