/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway: the ways in and the one way out. An input goes into a stack; while its outputs are
 * drained, what the stacks say is handled, one thing at a time, until something is to go out.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/core.h"
#include "gateway/presence.h"
#include "gateway/registration.h"
#include "gateway/registry.h"
#include "gateway/transfer.h"
#include "interwork/cause.h"

/* Start and end. ------------------------------------------------------------------------------ */
static int add_paths(struct gw *g, const struct gw_env *env)
{
	int err = sip_stack_path_add(g->sip, GW_SIP_PATH, &env->sip_local);

	if (err == 0 && env->sip_tcp.family)
		err = sip_stack_path_add_stream(g->sip, GW_SIP_TCP_PATH, SIP_TCP, &env->sip_tcp);
	if (err == 0 && env->sip_tls.family)
		err = sip_stack_path_add_stream(g->sip, GW_SIP_TLS_PATH, SIP_TLS, &env->sip_tls);
	if (err == 0 && env->sip_sctp.family)
		err = sip_stack_path_add_stream(g->sip, GW_SIP_SCTP_PATH, SIP_SCTP, &env->sip_sctp);
	return err;
}

/* With what of it a new configuration changes. */
static struct sip_cfg sip_cfg_of(const struct gw *g)
{
	return (struct sip_cfg){
		.product = str_of(g->product),
		.t1_ms = g->cfg->sip_t1_ms,
		.methods = 1u << SIP_REGISTER | (g->cfg->sip_messages ? 1u << SIP_MESSAGE : 0),
		.isup_bodies = true,
		.location_bodies = true,
		.max_subscriptions = GW_MAX_TRANSFERS + GW_MAX_WATCHERS,
		.events = STR(GW_PRESENCE_EVENT),
		.no_events = !g->cfg->sip_presence,
		.sips = g->cfg->sip_sips,
		.features = { .rel100 = SIP_REL100_SUPPORTED,
			      .update = true,
			      .refer = true,
			      .replaces = true,
			      .precondition = true,
			      .session_expires_s = g->cfg->sip_session_expires_s,
			      .min_se_s = g->cfg->sip_min_se_s,
			      .info = true },
		.resolve = true,
		.max_calls = g->max_calls + 64, /* those that are being refused, too */
	};
}

static int init_sip(struct gw *g, const struct gw_env *env)
{
	struct sip_cfg cfg = sip_cfg_of(g);

	cfg.rng = env->rng;
	cfg.classify = env->inbox;
	g->sip = sip_stack_new(g->mem, &cfg);
	if (!g->sip)
		return TG_ENOMEM;
	return add_paths(g, env);
}

static void init_values(struct gw *g, const struct gw_env *env)
{
	char text[ADDR_TEXT_MAX];

	g->rng = env->rng;
	g->inbox = env->inbox;
	str_copyz(g->fingerprint, sizeof(g->fingerprint), str_of(env->fingerprint));
	g->numbering = IW_NUMBERING_DEFAULT;
	str_copyz(g->product, sizeof(g->product), str_of(env->product));
	if (env->sip_local.port == 5060)
		addr_print_host(&env->sip_local, text);
	else
		addr_print(&env->sip_local, text);
	memcpy(g->host, text, sizeof(g->host));
	g->max_calls = g->cfg->max_calls;
	g->start_timer.kind = GW_TM_START;
	g->registration_timer.kind = GW_TM_REGISTER;
	g->sip_local[SIP_UDP] = env->sip_local;
	g->sip_local[SIP_TCP] = env->sip_tcp;
	g->sip_local[SIP_TLS] = env->sip_tls;
	g->sip_local[SIP_SCTP] = env->sip_sctp;
	g->orphan_timer.kind = GW_TM_ORPHANS;
	timerq_init(&g->timers);
	list_init(&g->work);
	list_init(&g->checks);
	list_init(&g->calls);
	list_init(&g->media_due);
	list_init(&g->over);
	list_init(&g->clear);
	list_init(&g->history);
	for (int i = 0; i < GW_MAX_SPANS; i++)
		g->span_up[i] = true;
}

static int init(struct gw *g, const struct gw_config *cfg, const struct gw_env *env)
{
	int err;

	g->cfg = gw_config_copy(g->mem, cfg);
	if (!g->cfg)
		return TG_ENOMEM;
	init_values(g, env);
	g->legs = ids_new(g->mem, 2 * (size_t)g->max_calls);
	if (!g->legs)
		return TG_ENOMEM;
	g->registration = MEM_ARRAY(g->mem, GW_MAX_REGISTRATIONS, struct gw_registration);
	if (!g->registration)
		return TG_ENOMEM;
	err = htab_init(&g->by_call_id, g->mem, g->max_calls, &g->rng);
	if (!err)
		err = gw_channels_init(&g->channels, g->mem, env->rtp, env->nr_rtp);
	if (!err)
		err = gw_inside_init(&g->inside, g->mem, env->first_inside, env->nr_inside);
	if (!err)
		err = gw_objects_init(&g->objects, g->mem, gw_nr_objects(env->nr_rtp));
	if (!err)
		err = init_sip(g, env);
	if (!err)
		err = gw_registry_init(g);
	if (!err)
		err = gw_registrations_swap(g);
	if (!err)
		err = gw_presence_init(g);
	return err ? err : gw_trunks_init(g);
}

struct gw *gw_new(struct mem *parent, const struct gw_config *cfg, const struct gw_env *env)
{
	struct mem *m = mem_sub(parent, "gateway");
	struct gw *g = m ? MEM_NEW(m, struct gw) : NULL;

	if (!g) {
		mem_free(m);
		return NULL;
	}
	g->mem = m;
	if (init(g, cfg, env) < 0) {
		mem_free(m);
		return NULL;
	}
	return g;
}

void gw_free(struct gw *g)
{
	if (!g)
		return;
	gw_objects_fini(&g->objects);
	mem_free(g->mem);
}

/* A call may have new ones while the media side has not let go of the old. */
unsigned gw_nr_objects(unsigned nr_channels)
{
	return 2 * nr_channels + 16;
}

void gw_start(struct gw *g, tick_t now)
{
	g->now = g->due = now;
	g->started = true;
	gw_start_some(g);
}

/* Configuration. ------------------------------------------------------------------------------ */
static bool trunk_same(const struct gw_trunk_cfg *a, const struct gw_trunk_cfg *b)
{
	if (strcmp(a->name, b->name) != 0 || a->opc != b->opc || a->dpc != b->dpc ||
	    a->ni != b->ni || a->hunt != b->hunt || a->nr_ranges != b->nr_ranges)
		return false;
	if (memcmp(a->timer_ms, b->timer_ms, sizeof(a->timer_ms)) != 0 ||
	    a->check_percent != b->check_percent || a->min_digits != b->min_digits ||
	    a->overlap_s != b->overlap_s || a->reserve != b->reserve ||
	    a->sls_bits != b->sls_bits || a->repeats != b->repeats ||
	    a->incoming_international != b->incoming_international ||
	    memcmp(&a->transit, &b->transit, sizeof(a->transit)) != 0)
		return false;
	for (unsigned i = 0; i < a->nr_ranges; i++) {
		const struct gw_range_cfg *ra = &a->range[i], *rb = &b->range[i];
		if (ra->span != rb->span || ra->first_ts != rb->first_ts ||
		    ra->last_ts != rb->last_ts || ra->first_cic != rb->first_cic ||
		    ra->direction != rb->direction)
			return false;
	}
	return true;
}

/* Of the trunks that are in both; the name of the first that is not the same. */
static bool variants_same(const struct gw_config *a, const struct gw_config *b, const char **name)
{
	for (unsigned i = 0; i < a->nr_trunks; i++)
		for (unsigned k = 0; k < b->nr_trunks; k++) {
			*name = a->trunk[i].name;
			if (strcmp(*name, b->trunk[k].name) == 0 &&
			    !gw_config_variant_same(a, &a->trunk[i], b, &b->trunk[k]))
				return false;
		}
	return true;
}

static bool trunks_same(const struct gw_config *a, const struct gw_config *b)
{
	bool same = a->nr_trunks == b->nr_trunks;

	for (unsigned i = 0; same && i < a->nr_trunks; i++)
		same = trunk_same(&a->trunk[i], &b->trunk[i]) &&
		       gw_config_variant_same(a, &a->trunk[i], b, &b->trunk[i]);
	return same;
}

static bool span_same(const struct gw_span_cfg *a, const struct gw_span_cfg *b)
{
	return a->number == b->number && a->driver == b->driver && a->kind == b->kind &&
	       a->law == b->law && a->clock_slave == b->clock_slave &&
	       a->buffer_ms == b->buffer_ms && a->los_ms == b->los_ms && a->listen == b->listen &&
	       strcmp(a->path, b->path) == 0 && addr_eq(&a->local, &b->local) &&
	       addr_eq(&a->remote, &b->remote) && a->frames == b->frames &&
	       a->octet_aligned == b->octet_aligned && a->crc4 == b->crc4 &&
	       strcmp(a->interface, b->interface) == 0 &&
	       memcmp(a->mac, b->mac, sizeof(a->mac)) == 0 && a->subaddr == b->subaddr &&
	       a->rtp_pt == b->rtp_pt && a->channel == b->channel;
}

static bool spans_same(const struct gw_config *a, const struct gw_config *b)
{
	bool same = a->nr_spans == b->nr_spans;

	for (unsigned i = 0; same && i < a->nr_spans; i++)
		same = span_same(&a->span[i], &b->span[i]);
	return same;
}

static bool streams_same(const struct gw_config *a, const struct gw_config *b)
{
	const struct gw_tls_cfg *x = &a->sip_tls, *y = &b->sip_tls;

	return addr_eq(&a->sip_tcp_bind, &b->sip_tcp_bind) &&
	       addr_eq(&a->sip_sctp_bind, &b->sip_sctp_bind) && addr_eq(&x->bind, &y->bind) &&
	       !strcmp(x->certificate, y->certificate) && !strcmp(x->key, y->key) &&
	       !strcmp(x->ca, y->ca) && x->verify_client == y->verify_client;
}

static bool workers_same(const struct gw_workers_cfg *a, const struct gw_workers_cfg *b)
{
	return a->nr == b->nr && a->nr_cores == b->nr_cores && a->priority == b->priority &&
	       a->send_link == b->send_link &&
	       memcmp(a->core, b->core, a->nr_cores * sizeof(a->core[0])) == 0;
}

static bool sockets_same(const struct gw_config *a, const struct gw_config *b)
{
	return addr_eq(&a->sip_bind, &b->sip_bind) && streams_same(a, b) &&
	       addr_ip_eq(&a->rtp_bind, &b->rtp_bind) && a->rtp_port_first == b->rtp_port_first &&
	       a->rtp_port_last == b->rtp_port_last && addr_eq(&a->vty_bind, &b->vty_bind) &&
	       a->sip_t1_ms == b->sip_t1_ms;
}

int gw_config_swap(struct gw *g, const struct gw_config *cfg, struct tg_diag *diag)
{
	struct gw_config *copy;
	struct sip_cfg sip;
	const char *what = NULL, *trunk;

	if (gw_config_check(cfg, diag) < 0)
		return TG_EINVAL;
	if (!variants_same(g->cfg, cfg, &trunk))
		return tg_fail(
			diag, TG_ENOTSUP, 0, "",
			"trunk %s: its ISUP variant, or what its file says, differs from the "
			"one that runs; only with a new start, with no calls on it",
			trunk);
	if (!trunks_same(g->cfg, cfg))
		what = "trunks";
	else if (!spans_same(g->cfg, cfg))
		what = "spans";
	else if (memcmp(&g->cfg->cs7, &cfg->cs7, sizeof(cfg->cs7)) != 0)
		what = "cs7";
	else if (!sockets_same(g->cfg, cfg))
		what = "sockets and SIP's T1";
	else if (!workers_same(&g->cfg->workers, &cfg->workers))
		what = "media workers";
	else if (g->cfg->rtp_joins != cfg->rtp_joins)
		what = "rtp-joins";
	else if (cfg->max_calls > g->max_calls)
		what = "more calls than at the start";
	if (what)
		return tg_fail(diag, TG_ENOTSUP, 0, "", "%s: only with a new start", what);
	copy = gw_config_copy(g->mem, cfg);
	if (!copy)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory");
	mem_free(g->cfg->mem);
	g->cfg = copy;
	sip = sip_cfg_of(g);
	sip_stack_change(g->sip, &sip);
	if (gw_registrations_swap(g) < 0)
		return TG_ENOMEM;
	return gw_registry_swap(g);
}

/* Inputs. ------------------------------------------------------------------------------------- */
int gw_sip_rx(struct gw *g, tick_t now, sip_path_id path, const struct addr *from,
	      struct str octets)
{
	int err;

	g->now = now;
	err = sip_stack_rx(g->sip, now, path, from, octets);
	gw_sip_log_rx(g);
	return err;
}

int gw_sip_accept(struct gw *g, tick_t now, sip_path_id path, const struct addr *from,
		  sip_path_id *conn)
{
	g->now = now;
	return sip_stack_accept(g->sip, now, path, from, conn);
}

void gw_sip_path(struct gw *g, tick_t now, sip_path_id conn, const struct sip_path_event *ev)
{
	g->now = now;
	sip_stack_path(g->sip, now, conn, ev);
}

size_t gw_sip_room(const struct gw *g, sip_path_id conn)
{
	return sip_stack_rx_room(g->sip, conn);
}

void gw_sip_send_failed(struct gw *g, tick_t now, sip_path_id path, const struct addr *to)
{
	g->now = now;
	sip_stack_send_failed(g->sip, now, path, to);
}

void gw_sip_resolved(struct gw *g, tick_t now, uint32_t id, const struct sip_dns_answer *answer)
{
	g->now = now;
	sip_stack_resolved(g->sip, now, id, answer);
}

static int rx_transfer(struct gw *g, const struct mtp_prim *p)
{
	const uint8_t *o = (const uint8_t *)p->sif.p;
	struct gw_trunk *t;

	if (p->label.si != MTP_SI_ISUP)
		return TG_ENOTSUP;
	if (p->sif.len < 3)
		return TG_ETRUNC;
	t = gw_trunk_of(g, p->label.opc, p->label.dpc, (uint16_t)(o[0] | o[1] << 8));
	if (!t)
		return TG_ENOENT;
	gw_isup_log_rx(g, t, p->sif);
	return isup_rx(t->isup, g->now, p->label.opc, p->sif);
}

static void set_available(struct gw *g, uint32_t dpc, bool available)
{
	for (unsigned i = 0; i < g->nr_trunks; i++) {
		struct gw_trunk *t = &g->trunk[i];
		struct log_subject subj = { .trunk = t->cfg.name };
		if (t->cfg.dpc != dpc)
			continue;
		if (t->available != available)
			log_notice(LOG_GATEWAY, &subj, "point code %u can %sbe reached", dpc,
				   available ? "" : "not ");
		t->available = available;
		if (!t->shares)
			isup_mtp_available(t->isup, g->now, dpc, available);
	}
}

/* Q.764 2.10: the network is congested; 2.13: there is no ISUP at that point. */
static void status(struct gw *g, const struct mtp_prim *p)
{
	for (unsigned i = 0; i < g->nr_trunks; i++) {
		const struct gw_trunk *t = &g->trunk[i];
		if (t->cfg.dpc != p->label.dpc || t->shares)
			continue;
		if (p->cause == MTP_STATUS_CONGESTION)
			isup_mtp_congested(t->isup, g->now, p->label.dpc);
		else
			isup_user_part_unavailable(t->isup, g->now, p->label.dpc);
	}
}

int gw_mtp_rx(struct gw *g, tick_t now, const struct mtp_prim *p)
{
	g->now = now;
	switch (p->type) {
	case MTP_TRANSFER:
		return rx_transfer(g, p);
	case MTP_PAUSE:
	case MTP_RESUME:
		set_available(g, p->label.dpc, p->type == MTP_RESUME);
		return 0;
	case MTP_STATUS:
		status(g, p);
		return 0;
	}
	return TG_ENOTSUP;
}

/* By the leg that the media side knows; NULL: its call is over. */
static struct gw_call *call_of_media(struct gw *g, uint32_t leg)
{
	struct gw_call *call;

	list_for_each(call, &g->calls, link)
		if (gw_path_stream(call, leg))
			return call;
	return NULL;
}

static void rejected_of_call(struct gw *g, const struct med_rejected *r)
{
	struct gw_channel *ch = gw_channel_find(&g->channels, r->channel);
	struct gw_call *call = ch ? ch->call : NULL;

	if (call && (call->path.stream[0].open.leg == r->leg ||
		     (call->path.stream[1].open.leg == r->leg && !call->path.stream[0].open.leg)))
		memcpy(call->rec->info.rejected, r->nr, sizeof(r->nr));
}

void gw_dtls_done(struct gw *g, tick_t now, uint32_t leg, const struct gw_keys *keys,
		  const char *why)
{
	struct gw_call *call = call_of_media(g, leg);

	g->now = now;
	if (call)
		gw_path_dtls_done(call, leg, keys, why);
}

void gw_media_rx(struct gw *g, tick_t now, const struct ring_rec *rec)
{
	struct med_released released;
	struct med_rejected rejected;
	struct gw_channel *ch;
	struct med_counters c;

	g->now = now;
	if (med_released_unpack(rec, &released))
		gw_objects_free(&g->objects, released.slot);
	if (med_rejected_unpack(rec, &rejected))
		rejected_of_call(g, &rejected);
	if (rec->kind == MED_REP_CHECK)
		gw_check_report(g, rec);
	if (rec->kind != MED_REP_COUNTERS && rec->kind != MED_REP_CLOSED)
		return;
	memcpy(&c, rec->body, sizeof(c));
	ch = gw_channel_find(&g->channels, c.channel);
	if (ch && ch->call)
		gw_path_report(ch->call, (enum med_report_kind)rec->kind, &c);
}

void gw_tick(struct gw *g, tick_t now)
{
	g->now = g->due = now;
	sip_stack_tick(g->sip, now);
	gw_sip_log_rx(g); /* one more of a stream */
	for (unsigned i = 0; i < g->nr_trunks; i++)
		if (!g->trunk[i].shares)
			isup_tick(g->trunk[i].isup, now);
}

tick_t gw_deadline(const struct gw *g)
{
	tick_t at = tick_min(timerq_deadline(&g->timers), sip_stack_deadline(g->sip));

	for (unsigned i = 0; i < g->nr_trunks; i++)
		at = tick_min(at, isup_deadline(g->trunk[i].isup));
	return at;
}

static void clear_later(struct gw *g, struct gw_call *call)
{
	if (!list_linked(&call->clear))
		list_add_tail(&g->clear, &call->clear);
}

void gw_shutdown(struct gw *g, tick_t now, bool now_all)
{
	struct gw_call *call;

	g->now = now;
	g->refusing = true;
	gw_registrations_stop(g);
	if (!now_all)
		return;
	list_for_each(call, &g->calls, link)
		clear_later(g, call);
}

int gw_call_clear(struct gw *g, tick_t now, uint32_t nr)
{
	struct gw_call *call;

	g->now = now;
	list_for_each(call, &g->calls, link)
		if (call->rec->info.nr == nr) {
			clear_later(g, call);
			return 0;
		}
	return TG_ENOENT;
}

void gw_call_query(struct gw *g, uint32_t nr)
{
	struct gw_call *call;

	list_for_each(call, &g->calls, link)
		if (call->rec->info.nr == nr) {
			gw_path_query(call);
		}
}

/* Outputs. ------------------------------------------------------------------------------------ */
static bool deliver(struct gw *g)
{
	if (g->queue_len == 0)
		return false;
	gw_join_rx(&g->queue[g->queue_head]);
	g->queue_head = (g->queue_head + 1) % GW_QUEUE;
	g->queue_len--;
	return true;
}

/* What came of one round. */
enum round { NOTHING, HANDLED, OUT };

static enum round from_sip(struct gw *g, struct gw_out *out)
{
	struct sip_out so;

	if (!sip_stack_next_out(g->sip, &so))
		return NOTHING;
	if (so.type == SIP_OUT_EVENT) {
		gw_sip_event(g, &so.event);
		return HANDLED;
	}
	if (so.type == SIP_OUT_RESOLVE) {
		out->type = GW_OUT_RESOLVE;
		out->resolve.id = so.resolve.id;
		out->resolve.type = so.resolve.type;
		out->resolve.name = so.resolve.name;
		return OUT;
	}
	if (so.type == SIP_OUT_SEND)
		gw_sip_log_tx(g, &so);
	out->type = GW_OUT_SIP;
	out->sip.what = so.type;
	out->sip.stream = so.open.path;
	out->sip.identity = so.open.identity;
	out->sip.path = so.send.path;
	out->sip.to = so.send.to;
	out->sip.octets = so.send.octets;
	return OUT;
}

static void put_mtp(const struct gw_trunk *t, const struct isup_out *io, struct gw_out *out)
{
	out->type = GW_OUT_MTP;
	out->mtp = (struct mtp_prim){
		.type = MTP_TRANSFER,
		.label = { .opc = t->cfg.opc,
			   .dpc = io->dpc,
			   .sls = io->sls,
			   .si = MTP_SI_ISUP,
			   .ni = t->cfg.ni },
		.sif = io->octets,
	};
}

static enum round from_isup(struct gw *g, struct gw_out *out)
{
	struct isup_out io;

	for (unsigned i = 0; i < g->nr_trunks; i++) {
		struct gw_trunk *t = &g->trunk[i];
		if (t->shares || !isup_next_out(t->isup, &io))
			continue;
		if (io.type != ISUP_OUT_SEND) {
			gw_isup_event(g, &io);
			return HANDLED;
		}
		gw_isup_log_tx(g, &io);
		put_mtp(t, &io, out);
		return OUT;
	}
	return NOTHING;
}

static bool run_timer(struct gw *g)
{
	/* before the start nobody knows what time it is */
	struct timer *t = g->started ? timerq_pop_due(&g->timers, g->due) : NULL;
	struct gw_leg *l;

	if (!t)
		return false;
	switch (t->kind) {
	case GW_TM_LEG:
		l = container_of(t, struct gw_leg, timer);
		l->ops->expired(l);
		break;
	case GW_TM_OVERLAP:
		gw_overlap_timer(t);
		break;
	case GW_TM_TREATMENT:
		gw_treatment_timer(t);
		break;
	case GW_TM_RENEW:
		gw_sip_renew_timer(t);
		break;
	case GW_TM_START:
		gw_start_some(g);
		break;
	case GW_TM_ORPHANS:
		gw_sip_orphans(g);
		break;
	case GW_TM_PEERS:
		gw_registry_ask(g);
		break;
	case GW_TM_REGISTER:
		gw_registrations_tick(g);
		break;
	case GW_TM_PRESENCE:
		gw_presence_tick(g);
		break;
	}
	return true;
}

static bool clear_one(struct gw *g)
{
	struct gw_call *call = list_first(&g->clear, struct gw_call, clear);

	if (!call)
		return false;
	list_del(&call->clear);
	if (!call->path.released)
		gw_call_release(call, IW_CAUSE_UNSPECIFIED, "by the operator");
	return true;
}

static void put_objects(const struct gw *g, struct gw_out *out)
{
	struct med_open open = { 0 };

	if (out->media.kind == MED_CMD_OPEN || out->media.kind == MED_CMD_MODIFY)
		memcpy(&open, out->media.body, sizeof(open));
	out->slot = open.objects;
	out->objects = g->objects.object[out->slot];
}

static enum round from_media(struct gw *g, struct gw_out *out)
{
	struct gw_call *call = list_first(&g->media_due, struct gw_call, media_due);

	if (gw_check_next(g, &out->media)) {
		out->type = GW_OUT_MEDIA;
		out->slot = 0;
		return OUT;
	}
	if (!call)
		return NOTHING;
	if (gw_path_next(call, &out->media)) {
		out->type = GW_OUT_MEDIA;
		put_objects(g, out);
		return OUT;
	}
	if (gw_path_next_dtls(call, &out->dtls)) {
		out->type = GW_OUT_DTLS;
		return OUT;
	}
	list_del(&call->media_due);
	return HANDLED;
}

static enum round from_calls(struct gw *g, struct gw_out *out)
{
	struct gw_call *call = list_first(&g->over, struct gw_call, over);

	if (!call)
		return NOTHING;
	out->type = GW_OUT_CALL_ENDED;
	out->call_nr = gw_call_finish(call);
	return OUT;
}

/* In this order: what legs say to each other, then what stacks say, then what waits until these
 * are drained. ISUP before SIP: RLC before BYE, CANCEL or a response, ANM before ACK (RFC 3398
 * 7.1, 8.1, 10.2.1). */
static enum round one_round(struct gw *g, struct gw_out *out)
{
	enum round r;

	if (deliver(g))
		return HANDLED;
	/* the media first: an RTP port is open before anybody hears of it */
	r = from_isup(g, out);
	if (r == NOTHING)
		r = from_media(g, out);
	if (r == NOTHING)
		r = from_sip(g, out);
	if (r == NOTHING && (run_timer(g) || gw_circuit_work(g) || clear_one(g)))
		r = HANDLED;
	return r == NOTHING ? from_calls(g, out) : r;
}

bool gw_next_out(struct gw *g, struct gw_out *out)
{
	enum round r;

	do
		r = one_round(g, out);
	while (r == HANDLED);
	return r == OUT;
}
