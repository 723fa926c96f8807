/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/stack: the stack itself: its tables, its inputs, its clock; see <trunkgate/sip/stack.h>. */
#include <assert.h>

#include "sip/classify.h"
#include "sip/conn.h"
#include "sip/hunt.h"
#include "sip/session.h"
#include "sip/subscription.h"

static void set_default(uint32_t *v, uint32_t value)
{
	if (*v == 0)
		*v = value;
}

/* Bounded so that no sum of them overflows. */
static int take_cfg(struct sip_stack *s, const struct sip_cfg *cfg)
{
	struct sip_cfg *c = &s->cfg;

	*c = *cfg;
	set_default(&c->t1_ms, 500);
	set_default(&c->t2_ms, 4000);
	set_default(&c->t4_ms, 5000);
	set_default(&c->max_calls, 1000);
	if (c->max_calls > IDS_MAX)
		return TG_EINVAL;
	set_default(&c->max_transactions, 4 * c->max_calls + 64);
	set_default(&c->max_out, 64);
	set_default(&c->max_connections, 1000);
	set_default(&c->max_conns_per_source, 64);
	set_default(&c->max_conn_queue, 65536);
	set_default(&c->max_silence_s, 200);
	if (c->max_out < SIP_OUT_PER_INPUT)
		c->max_out = SIP_OUT_PER_INPUT;
	if (c->max_transactions > 16 * IDS_MAX || c->max_out > IDS_MAX ||
	    c->max_connections > IDS_MAX || c->max_subscriptions > IDS_MAX)
		return TG_EINVAL;
	if (cfg->events.len) {
		c->events = mem_keep(s->mem, cfg->events);
		if (!c->events.p)
			return TG_ENOMEM;
	}
	if (!cfg->product.len)
		return 0;
	c->product = mem_keep(s->mem, cfg->product);
	return c->product.p ? 0 : TG_ENOMEM;
}

static int make_tables(struct sip_stack *s)
{
	const struct rng *rng = &s->cfg.rng;
	size_t nr = s->cfg.max_transactions / 2 + 1;

	if (htab_init(&s->clients, s->mem, nr, rng) < 0 ||
	    htab_init(&s->servers, s->mem, nr, rng) < 0 ||
	    htab_init(&s->targets, s->mem, nr, rng) < 0 ||
	    htab_init(&s->merges, s->mem, nr, rng) < 0 ||
	    htab_init(&s->dialogs, s->mem, 2 * (size_t)s->cfg.max_calls, rng) < 0 ||
	    sip_conn_init(s) < 0 || sip_resolve_init(s) < 0)
		return TG_ENOMEM;
	s->calls = ids_new(s->mem, s->cfg.max_calls);
	if (s->cfg.max_subscriptions)
		s->subscriptions = ids_new(s->mem, s->cfg.max_subscriptions);
	if (s->cfg.max_subscriptions && !s->subscriptions)
		return TG_ENOMEM;
	/* What a user does about an output that he is shown needs room behind the rest. */
	s->out_size = 4 * s->cfg.max_out;
	s->out = MEM_ARRAY(s->mem, s->out_size, struct sip_out);
	s->in_octets = mem_alloc(s->mem, SIP_MAX_MESSAGE);
	s->scratch = mem_alloc(s->mem, SIP_MAX_MESSAGE);
	return s->calls && s->out && s->in_octets && s->scratch ? 0 : TG_ENOMEM;
}

struct sip_stack *sip_stack_new(struct mem *parent, const struct sip_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "sip stack");
	struct sip_stack *s = m ? MEM_NEW(m, struct sip_stack) : NULL;

	if (!s) {
		mem_free(m);
		return NULL;
	}
	s->mem = m;
	list_init(&s->retired);
	list_init(&s->all_subscriptions);
	timerq_init(&s->timers);
	if (take_cfg(s, cfg) < 0 || make_tables(s) < 0) {
		mem_free(m);
		return NULL;
	}
	return s;
}

void sip_stack_free(struct sip_stack *s)
{
	if (s)
		mem_free(s->mem);
}

/* Two keyed hashes, under the keys of two tables. */
struct sip_key sip_key_of(const struct sip_stack *s, const struct str *parts, unsigned nr)
{
	struct sip_key k = { htab_hash(&s->servers, parts[0]), htab_hash(&s->clients, parts[0]) };

	for (unsigned i = 1; i < nr; i++) {
		k.a = htab_mix(&s->servers, k.a, parts[i]);
		k.b = htab_mix(&s->clients, k.b, parts[i]);
	}
	return k;
}

/* 7.5, RFC 5626 3.5.1: empty lines alone keep a path alive and mean nothing. */
static bool is_keepalive(struct str octets)
{
	for (size_t i = 0; i < octets.len; i++)
		if (octets.p[i] != '\r' && octets.p[i] != '\n' && octets.p[i] != '\0')
			return false;
	return true;
}

static int rx_bad(struct sip_stack *s)
{
	s->stats.rx_bad++;
	sip_uas_rx_bad(s);
	return TG_EINVAL;
}

int sip_stack_rx_msg(struct sip_stack *s, int parsed)
{
	if (parsed < 0)
		return rx_bad(s);
	s->shown = true;
	if (s->rx.msg.is_request)
		return sip_uas_rx(s);
	sip_uac_rx(s);
	return 0;
}

int sip_stack_rx_busy(struct sip_stack *s, int parsed)
{
	if (parsed < 0 || !s->rx.msg.is_request)
		return sip_stack_rx_msg(s, parsed);
	s->shown = true;
	return sip_uas_rx_busy(s, sip_classify_retry_after(s->cfg.classify));
}

const struct sip_msg *sip_stack_shown(const struct sip_stack *s, struct addr *from)
{
	*from = s->rx.from;
	return s->shown ? &s->rx.msg : NULL;
}

static int rx_datagram(struct sip_stack *s, sip_path_id path, const struct addr *from,
		       struct str octets)
{
	struct sip_rx *rx = &s->rx;

	s->stats.rx++;
	rx->path = sip_path_find(s, path);
	if (!rx->path || rx->path->reliable || is_keepalive(octets)) {
		s->stats.dropped++;
		return rx->path && !rx->path->reliable ? 0 : TG_EINVAL;
	}
	if (octets.len > SIP_MAX_MESSAGE) {
		s->stats.rx_bad++;
		return TG_EINVAL;
	}
	memcpy(s->in_octets, octets.p, octets.len);
	rx->from = *from;
	rx->diag = TG_DIAG_NONE;
	return sip_stack_rx_msg(s, sip_msg_parse(&rx->msg, str_n(s->in_octets, octets.len),
						 &rx->diag));
}

int sip_stack_rx(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *from,
		 struct str octets)
{
	struct sip_conn *c = sip_conn_find(s, path);

	s->now = now;
	sip_out_begin(s, false);
	if (c)
		return sip_stream_rx(c, octets);
	return rx_datagram(s, path, from, octets);
}

/* Runs what is due as long as there is room for what it puts out; the rest stays due. */
static void run_timers(struct sip_stack *s)
{
	struct timer *t;

	while (!s->rx_used && sip_out_room_in(s) && (t = timerq_pop_due(&s->timers, s->now))) {
		if (t->kind < SIP_NR_TRANS_TIMERS)
			sip_trans_timer(t);
		else if (t->kind == SIP_TM_SUBSCRIPTION)
			sip_subscription_timer(t);
		else if (t->kind == SIP_TM_RESOLVE)
			sip_resolve_timer(t, s);
		else if (t->kind == SIP_TM_HUNT)
			sip_hunt_timer(t);
		else if (t->kind >= SIP_TM_CONN_WORK)
			sip_conn_timer(t);
		else
			sip_session_timer(t);
	}
}

int sip_stack_send_failed(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *to)
{
	s->now = now;
	sip_out_begin(s, false);
	if (!sip_path_find(s, path))
		return TG_ENOENT;
	sip_trans_target_failed(s, path, to);
	sip_hunt_sent_failed(s, path, to);
	run_timers(s);
	return 0;
}

void sip_stack_tick(struct sip_stack *s, tick_t now)
{
	s->now = now;
	sip_out_begin(s, false);
	run_timers(s);
}

tick_t sip_stack_deadline(const struct sip_stack *s)
{
	return timerq_deadline(&s->timers);
}

void sip_stack_change(struct sip_stack *s, const struct sip_cfg *cfg)
{
	s->cfg.methods = cfg->methods;
	s->cfg.no_events = cfg->no_events;
	s->cfg.sips = cfg->sips;
	s->cfg.features.session_expires_s = cfg->features.session_expires_s;
	s->cfg.features.min_se_s = cfg->features.min_se_s;
}

void sip_stack_refuse_new(struct sip_stack *s, unsigned status)
{
	s->refuse_status = status >= 300 && status <= 699 ? status : 0;
}

void sip_stack_stats(const struct sip_stack *s, struct sip_stats *out)
{
	*out = s->stats;
	out->calls = (uint32_t)ids_nr(s->calls);
	out->transactions = s->nr_transactions;
	out->timers = (uint32_t)s->timers.nr;
	out->subscriptions = s->subscriptions ? (uint32_t)ids_nr(s->subscriptions) : 0;
	out->connections = (uint32_t)ids_nr(s->conns);
	out->names = s->answer_ids ? (uint32_t)ids_nr(s->answer_ids) : 0;
	out->questions = s->nr_questions;
}
