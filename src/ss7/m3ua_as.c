/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * m3ua_as: application servers: their state (RFC 4666 figure 4), which ASP gets a message (4.3.4.3),
 * what waits while none is active.
 */
#include <string.h>

#include "ss7/m3ua_core.h"

#define DO(step, a)          \
	{                    \
		do_##step, a \
	}

struct m3ua_member *m3ua_member_of(struct m3ua_asp *a, unsigned i)
{
	for (unsigned s = 0; s < a->m->nr_as; s++)
		for (unsigned k = 0; k < a->m->as[s].cfg.nr_members; k++)
			if (a->m->as[s].member[k].asp == a && i-- == 0)
				return &a->m->as[s].member[k];
	return NULL;
}

bool m3ua_member_usable(const struct m3ua_member *mb)
{
	bool own = mb->traffic.state == M3UA_TRAFFIC_ACTIVE;
	bool peer = mb->peer.state == M3UA_PEER_ACTIVE;

	if (mb->asp->cfg.role != M3UA_ROLE_IPSP)
		return m3ua_leads(mb->asp) ? own : peer;
	/* 4.3: one exchange serves both directions, or each has its own */
	return mb->asp->cfg.exchange == M3UA_SINGLE ? own || peer : own && peer;
}

static bool member_up(const struct m3ua_member *mb)
{
	bool own = mb->asp->fsm.state == M3UA_UP_UP;
	bool peer = mb->peer.state != M3UA_PEER_DOWN;

	if (mb->asp->cfg.role != M3UA_ROLE_IPSP)
		return m3ua_leads(mb->asp) ? own : peer;
	return mb->asp->cfg.exchange == M3UA_SINGLE ? own || peer : own && peer;
}

void m3ua_as_update(struct m3ua_as *as)
{
	bool active = false, up = false;

	for (unsigned i = 0; i < as->cfg.nr_members; i++) {
		active = active || m3ua_member_usable(&as->member[i]);
		up = up || member_up(&as->member[i]);
	}
	fsm_feed(&as->fsm,
		 active ? M3UA_AS_EV_ACTIVE
		 : up	? M3UA_AS_EV_INACTIVE
			: M3UA_AS_EV_DOWN,
		 NULL);
}

/* Figure 4. ------------------------------------------------------------------------------------- */

/* 4.3.2: the queue of T(r) is the gateway's, or a peer's. Towards a gateway we keep messages only
 * while our ASPAC is on its way again: what has lost its association is told the users at once. */
static bool recovers(const void *self, const void *ev)
{
	const struct m3ua_as *as = self;

	(void)ev;
	for (unsigned i = 0; i < as->cfg.nr_members; i++)
		if (m3ua_follows(as->member[i].asp) ||
		    as->member[i].traffic.state == M3UA_TRAFFIC_ACTIVATING)
			return true;
	return false;
}

static bool is_gone(const void *self, const void *ev)
{
	return !recovers(self, ev);
}

static bool has_inactive(const void *self, const void *ev)
{
	const struct m3ua_as *as = self;

	(void)ev;
	for (unsigned i = 0; i < as->cfg.nr_members; i++)
		if (member_up(&as->member[i]))
			return true;
	return false;
}

static void do_notify(void *self, int status, const void *ev)
{
	struct m3ua_as *as = self;

	(void)ev;
	for (unsigned i = 0; i < as->cfg.nr_members; i++)
		if (as->member[i].peer.state != M3UA_PEER_DOWN)
			m3ua_notify(&as->member[i], M3UA_STATUS_AS, (uint16_t)status);
}

static void do_available(void *self, int available, const void *ev)
{
	struct m3ua_as *as = self;
	struct m3ua_out *o = m3ua_put_out(as->m, M3UA_OUT_AS, 0, as->number);

	(void)ev;
	log_notice(LOG_SS7, NULL, "AS %s is %s", as->cfg.name,
		   available ? "active" : "not active: no traffic can go to it");
	if (o)
		o->active = available;
}

static void do_arm_r(void *self, int arg, const void *ev)
{
	struct m3ua_as *as = self;

	(void)arg, (void)ev;
	timerq_arm(&as->m->timers, &as->t_r,
		   tick_add_ms(as->m->now, as->cfg.t_r_ms ? as->cfg.t_r_ms : M3UA_T_R_MS));
}

static void do_stop_r(void *self, int arg, const void *ev)
{
	struct m3ua_as *as = self;

	(void)arg, (void)ev;
	timerq_cancel(&as->m->timers, &as->t_r);
}

static void do_flush(void *self, int arg, const void *ev)
{
	struct m3ua_as *as = self;
	unsigned nr = as->nr_pending;

	(void)arg, (void)ev;
	as->nr_pending = 0;
	for (unsigned i = 0; i < nr; i++) {
		const struct mtp_prim p = { .type = MTP_TRANSFER,
					    .label = as->pending[i].label,
					    .sif = str_n(as->pending[i].sif, as->pending[i].len) };
		m3ua_tx(as->m, as->m->now, as->number, &p);
	}
}

static void do_discard(void *self, int arg, const void *ev)
{
	struct m3ua_as *as = self;

	(void)arg, (void)ev;
	as->lost += as->nr_pending;
	as->nr_pending = 0;
}

static const struct fsm_state as_states[M3UA_AS_NR_STATES] = {
	[M3UA_AS_DOWN] = { .name = "AS-DOWN", .rest = true },
	[M3UA_AS_INACTIVE] = { .name = "AS-INACTIVE", .rest = true },
	[M3UA_AS_ACTIVE] = { .name = "AS-ACTIVE", .rest = true },
	[M3UA_AS_PENDING] = { .name = "AS-PENDING", .bound = "T(r)" },
};

static const char *const as_events[M3UA_AS_NR_EVENTS] = {
	[M3UA_AS_EV_ACTIVE] = "an ASP is active",
	[M3UA_AS_EV_INACTIVE] = "none is active",
	[M3UA_AS_EV_DOWN] = "all are down",
	[M3UA_AS_EV_T_R] = "T(r)",
};

/* clang-format off */
static const struct fsm_row as_rows[] = {
	{ M3UA_AS_DOWN, M3UA_AS_EV_INACTIVE, NULL, M3UA_AS_INACTIVE,	/* DN2IA */
	  { DO(notify, M3UA_AS_STATUS_INACTIVE) } },
	{ M3UA_AS_INACTIVE, M3UA_AS_EV_DOWN, NULL, M3UA_AS_DOWN, { } },	/* IA2DN */
	{ FSM_ANY, M3UA_AS_EV_ACTIVE, NULL, M3UA_AS_ACTIVE,		/* IA2AC */
	  { DO(available, true), DO(notify, M3UA_AS_STATUS_ACTIVE) } },

	/* AC2PN */
	{ M3UA_AS_ACTIVE, M3UA_AS_EV_INACTIVE, recovers, M3UA_AS_PENDING,
	  { DO(arm_r, 0), DO(notify, M3UA_AS_STATUS_PENDING) } },
	{ M3UA_AS_ACTIVE, M3UA_AS_EV_INACTIVE, NULL, M3UA_AS_INACTIVE, { DO(available, false) } },
	{ M3UA_AS_ACTIVE, M3UA_AS_EV_DOWN, recovers, M3UA_AS_PENDING, { DO(arm_r, 0) } },
	{ M3UA_AS_ACTIVE, M3UA_AS_EV_DOWN, NULL, M3UA_AS_DOWN, { DO(available, false) } },
	{ M3UA_AS_ACTIVE, M3UA_AS_EV_ACTIVE, NULL, FSM_SAME, { }, IGNORE("one or more are") },

	{ M3UA_AS_PENDING, M3UA_AS_EV_ACTIVE, NULL, M3UA_AS_ACTIVE,	/* PN2AC */
	  { DO(stop_r, 0), DO(notify, M3UA_AS_STATUS_ACTIVE), DO(flush, 0) } },
	{ M3UA_AS_PENDING, M3UA_AS_EV_T_R, has_inactive, M3UA_AS_INACTIVE, /* PN2IA */
	  { DO(available, false), DO(discard, 0), DO(notify, M3UA_AS_STATUS_INACTIVE) } },
	{ M3UA_AS_PENDING, M3UA_AS_EV_T_R, NULL, M3UA_AS_DOWN,		/* PN2DN */
	  { DO(available, false), DO(discard, 0) } },
	{ M3UA_AS_PENDING, M3UA_AS_EV_DOWN, is_gone, M3UA_AS_DOWN,
	  { DO(stop_r, 0), DO(available, false), DO(discard, 0) } },
	{ M3UA_AS_PENDING, M3UA_AS_EV_INACTIVE, is_gone, M3UA_AS_INACTIVE,
	  { DO(stop_r, 0), DO(available, false), DO(discard, 0) } },
	{ M3UA_AS_PENDING, M3UA_AS_EV_DOWN, NULL, FSM_SAME, { }, IGNORE("T(r) decides") },
	{ M3UA_AS_PENDING, M3UA_AS_EV_INACTIVE, NULL, FSM_SAME, { }, IGNORE("T(r) decides") },

	{ FSM_ANY, M3UA_AS_EV_INACTIVE, NULL, FSM_SAME, { }, IGNORE("as it was") },
	{ FSM_ANY, M3UA_AS_EV_DOWN, NULL, FSM_SAME, { }, IGNORE("as it was") },
	{ FSM_ANY, M3UA_AS_EV_T_R, NULL, FSM_SAME, { }, IGNORE("stopped") },
};
/* clang-format on */

const struct fsm_def m3ua_as_def = {
	.name = "M3UA: application server",
	.clause = "RFC 4666 figure 4",
	.states = as_states,
	.events = as_events,
	.rows = as_rows,
	.nr_states = M3UA_AS_NR_STATES,
	.nr_events = M3UA_AS_NR_EVENTS,
	.nr_rows = sizeof(as_rows) / sizeof(as_rows[0]),
	.start = M3UA_AS_DOWN,
};

/* Messages. ------------------------------------------------------------------------------------- */

void m3ua_notify(struct m3ua_member *mb, uint16_t type, uint16_t info)
{
	struct wr w;

	m3ua_msg_begin(mb->asp, M3UA_NTFY, &w);
	m3ua_put_u32(&w, M3UA_P_STATUS, (uint32_t)type << 16 | info);
	if (mb->as->cfg.has_rc)
		m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, mb->as->cfg.rc);
	m3ua_msg_send(mb->asp, &w, 0);
}

static void put_context(struct wr *w, const struct m3ua_as_cfg *c)
{
	if (c->has_na)
		m3ua_put_u32(w, M3UA_P_NETWORK_APPEARANCE, c->na);
	if (c->has_rc)
		m3ua_put_u32(w, M3UA_P_ROUTING_CONTEXT, c->rc);
}

void m3ua_audit(struct m3ua_member *mb)
{
	const struct m3ua_as_cfg *c = &mb->as->cfg;
	uint8_t list[4 * M3UA_MAX_AUDIT];
	struct wr pcs = wr_init(list, sizeof(list)), w;

	if (!c->nr_audit)
		return;
	for (unsigned i = 0; i < c->nr_audit; i++)
		wr_be32(&pcs, c->audit[i] & 0xffffff);
	m3ua_msg_begin(mb->asp, M3UA_DAUD, &w);
	put_context(&w, c);
	m3ua_put_str(&w, M3UA_P_AFFECTED_PC, wr_str(&pcs));
	m3ua_msg_send(mb->asp, &w, 0);
}

void m3ua_audited(struct m3ua *m, unsigned as, unsigned asp, uint32_t affected, bool available)
{
	struct wr w;

	if (as >= m->nr_as || asp >= m->nr_asps)
		return;
	m3ua_msg_begin(&m->asp[asp], available ? M3UA_DAVA : M3UA_DUNA, &w);
	put_context(&w, &m->as[as].cfg);
	m3ua_put_u32(&w, M3UA_P_AFFECTED_PC, affected);
	m3ua_msg_send(&m->asp[asp], &w, 0);
}

/* 1.4.7: one stream for each SLS, and never stream 0 where there are others. */
static uint16_t stream_of(const struct m3ua_asp *a, uint8_t sls)
{
	return a->nr_streams > 1 ? (uint16_t)(1 + sls % (a->nr_streams - 1)) : 0;
}

int m3ua_member_send(struct m3ua_member *mb, const struct mtp_prim *p)
{
	struct wr w;

	m3ua_msg_begin(mb->asp, M3UA_DATA, &w);
	put_context(&w, &mb->as->cfg);
	m3ua_put_transfer(&w, p);
	if (w.err) {
		mb->as->lost++;
		return TG_ELIMIT;
	}
	m3ua_msg_send(mb->asp, &w, stream_of(mb->asp, p->label.sls));
	mb->as->tx++;
	return 0;
}

/* Override: the first that can. Load sharing: by SLS, so that what belongs together stays in order;
 * the share of one that is gone goes to its neighbour. */
static struct m3ua_member *choose(struct m3ua_as *as, uint8_t sls)
{
	unsigned nr = as->cfg.nr_members;
	unsigned first = as->cfg.mode == M3UA_LOADSHARE && nr ? sls % nr : 0;

	for (unsigned i = 0; i < nr; i++) {
		struct m3ua_member *mb = &as->member[(first + i) % nr];
		if (m3ua_member_usable(mb))
			return mb;
	}
	return NULL;
}

static int keep_pending(struct m3ua_as *as, const struct mtp_prim *p)
{
	struct m3ua_pending *k = &as->pending[as->nr_pending];

	if (as->nr_pending == M3UA_PENDING) {
		as->lost++;
		return TG_ELIMIT;
	}
	k->label = p->label;
	k->len = (uint16_t)p->sif.len;
	if (p->sif.len)
		memcpy(k->sif, p->sif.p, p->sif.len);
	as->nr_pending++;
	as->queued++;
	return 0;
}

int m3ua_tx(struct m3ua *m, tick_t now, unsigned as_nr, const struct mtp_prim *p)
{
	struct m3ua_as *as = as_nr < m->nr_as ? &m->as[as_nr] : NULL;
	struct m3ua_member *mb;

	m->now = now;
	if (!as || p->type != MTP_TRANSFER || p->sif.len > MTP_MAX_SIF)
		return TG_EINVAL;
	mb = choose(as, p->label.sls);
	if (mb)
		return m3ua_member_send(mb, p);
	if (as->fsm.state == M3UA_AS_PENDING)
		return keep_pending(as, p);
	as->lost++;
	return TG_ESTATE;
}
