/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mtp3: see the header. What is told becomes posts to the machines of a link, a set, a route. */
#include <assert.h>
#include <string.h>

#include "base/list.h"
#include "base/log.h"
#include "ss7/mtp3_internal.h"

/* Q.704 16.8, Q.707 5.5, T1.111.4 16.7 (where it differs: `ansi_ms`); not checked against the texts.
 * T18 and T22 are left to the network: a neighbour that has links says what it knows at once. */
static const struct {
	uint32_t ms;
	uint8_t event;
	bool act, inhibit; /* whose event it is; neither: changeover */
	uint32_t ansi_ms;
} timers[MTP3_NR_TIMERS] = {
	[MTP3_T1] = { 800, CHANGE_T1, false, false },
	[MTP3_T2] = { 1400, CHANGE_T2, false, false },
	[MTP3_T4] = { 800, CHANGE_T4, false, false },
	[MTP3_T5] = { 800, CHANGE_T5, false, false },
	[MTP3_T10] = { 45000, 0, false, false },
	[MTP3_T12] = { 1200, INH_T12, false, true },
	[MTP3_T14] = { 2500, INH_T14, false, true },
	[MTP3_T15] = { 2500, 0, false, false },
	[MTP3_T16] = { 1700, 0, false, false },
	[MTP3_T17] = { 1000, ACT_T17, true, false },
	[MTP3_T18] = { 2000, 0, false, false },
	[MTP3_T19] = { 68000, 0, false, false, 62000 },
	[MTP3_T20] = { 60000, 0, false, false },
	[MTP3_T21] = { 64000, 0, false, false, 32000 },
	[MTP3_T26] = { 13000, 0, false, false },
	[MTP3_T28] = { 5000, 0, false, false },
	[MTP3_SLT_T1] = { 5000, ACT_SLT_T1, true, false },
	[MTP3_SLT_T2] = { 60000, ACT_SLT_T2, true, false },
};

uint32_t mtp3_timer_default_ms(enum mtp3_variant variant, enum mtp3_timer timer)
{
	if (variant == MTP3_ANSI && timers[timer].ansi_ms)
		return timers[timer].ansi_ms;
	return timers[timer].ms;
}

/* Posts. ---------------------------------------------------------------------------------------- */

void mtp3_post(struct mtp3 *t, struct fsm *f, uint8_t event)
{
	assert(t->nr_posts < MTP3_POSTS);
	t->post[(t->next_post + t->nr_posts++) % MTP3_POSTS] = (struct mtp3_post){ f, event };
}

void mtp3_run(struct mtp3 *t)
{
	while (t->nr_posts) {
		struct mtp3_post p = t->post[t->next_post];

		t->next_post = (t->next_post + 1) % MTP3_POSTS;
		t->nr_posts--;
		fsm_feed(p.fsm, p.event, NULL);
	}
}

void mtp3_arm(struct mtp3_link *k, enum mtp3_timer timer)
{
	timerq_arm(&k->t->timers, &k->timer[timer],
		   tick_add_ms(k->t->now, k->t->cfg.timer_ms[timer]));
}

void mtp3_cancel(struct mtp3_link *k, enum mtp3_timer timer)
{
	timerq_cancel(&k->t->timers, &k->timer[timer]);
}

/* Making. --------------------------------------------------------------------------------------- */

static bool make_level2(struct mtp3 *t, struct mtp3_link *k)
{
	struct m2pa_cfg cfg = { .ansi = k->cfg->mtp2.ansi, .max_queued = k->cfg->mtp2.max_queued };

	if (!k->cfg->m2pa) {
		k->mtp2 = mtp2_new(t->mem, &k->cfg->mtp2);
		k->l2 = k->mtp2 ? mtp2_level2(k->mtp2) : k->l2;
		return k->mtp2;
	}
	memcpy(cfg.timer_ms, k->cfg->mtp2.timer_ms, sizeof(cfg.timer_ms));
	k->m2pa = m2pa_new(t->mem, &cfg);
	k->l2 = k->m2pa ? m2pa_level2(k->m2pa) : k->l2;
	return k->m2pa;
}

static bool make_link(struct mtp3 *t, unsigned number)
{
	struct mtp3_link *k = &t->link[number];
	const struct mtp3_link_cfg *cfg = &t->cfg.link[number];

	if (cfg->linkset >= t->cfg.nr_linksets || cfg->slc > 15)
		return false;
	*k = (struct mtp3_link){
		.t = t, .set = &t->set[cfg->linkset], .cfg = cfg, .number = number, .insert_at = -1
	};
	if (k->set->nr_links == MTP3_SET_LINKS || mtp3_find_link(k->set, cfg->slc))
		return false;
	k->set->link[k->set->nr_links++] = k;
	for (unsigned i = 0; i < MTP3_NR_TIMERS; i++)
		k->timer[i].kind = (uint16_t)i;
	fsm_init(&k->act, &mtp3_act_def, ACT_INACTIVE, k);
	fsm_init(&k->change, &mtp3_change_def, CHANGE_IDLE, k);
	fsm_init(&k->inhibit, &mtp3_inhibit_def, INH_NONE, k);
	k->held = MEM_ARRAY(t->mem, MTP3_HELD, struct mtp3_held);
	return k->held && make_level2(t, k);
}

static void make_set(struct mtp3 *t, unsigned number)
{
	struct mtp3_set *s = &t->set[number];

	s->t = t;
	s->cfg = &t->cfg.linkset[number];
	s->number = number;
	s->own_pc = s->cfg->own_pc ? s->cfg->own_pc : t->cfg.own_pc;
	fsm_init(&s->fsm, &mtp3_set_def, SET_DOWN, s);
}

static void add_dest(struct mtp3 *t, uint32_t pc)
{
	if (!mtp3_dest(t, pc))
		t->dest[t->nr_dests++] = (struct mtp3_dest){ .pc = pc, .told_available = true };
}

static bool make(struct mtp3 *t)
{
	const struct mtp3_cfg *cfg = &t->cfg;

	if (cfg->nr_linksets > MTP3_MAX_LINKSETS || cfg->nr_links > MTP3_MAX_LINKS ||
	    cfg->nr_routes > MTP3_MAX_ROUTES || cfg->nr_dests > MTP3_MAX_DESTS)
		return false;
	for (unsigned i = 0; i < cfg->nr_linksets; i++)
		make_set(t, i);
	for (unsigned i = 0; i < cfg->nr_links; i++)
		if (!make_link(t, i))
			return false;
	for (unsigned i = 0; i < cfg->nr_routes; i++)
		if (cfg->route[i].linkset >= cfg->nr_linksets)
			return false;
	for (unsigned i = 0; i < cfg->nr_dests; i++)
		add_dest(t, cfg->dest[i]);
	for (unsigned i = 0; i < cfg->nr_linksets; i++)
		add_dest(t, cfg->linkset[i].adjacent_pc);
	return true;
}

static void defaults(struct mtp3_cfg *cfg)
{
	for (unsigned i = 0; i < MTP3_NR_TIMERS; i++)
		if (!cfg->timer_ms[i])
			cfg->timer_ms[i] = mtp3_timer_default_ms(cfg->variant, (enum mtp3_timer)i);
	if (!cfg->sls_bits)
		cfg->sls_bits = cfg->variant == MTP3_ANSI ? 5 : 4;
	if (cfg->sls_bits > (cfg->variant == MTP3_ANSI ? 8 : 4))
		cfg->sls_bits = cfg->variant == MTP3_ANSI ? 8 : 4;
	if (!cfg->users)
		cfg->users = 1u << MTP_SI_ISUP;
}

struct mtp3 *mtp3_new(struct mem *parent, const struct mtp3_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "mtp3");
	struct mtp3 *t = m ? MEM_NEW(m, struct mtp3) : NULL;

	if (t) {
		t->mem = m;
		t->cfg = *cfg;
		defaults(&t->cfg);
		timerq_init(&t->timers);
		mtp3_restart_init(t);
		t->look = true;
	}
	if (!t || !make(t)) {
		mem_free(m);
		return NULL;
	}
	return t;
}

void mtp3_free(struct mtp3 *t)
{
	if (t)
		mem_free(t->mem);
}

/* From below. ----------------------------------------------------------------------------------- */

/* 14.2.1, 11.6: what nobody here takes is said to the sender. */
static void no_user(struct mtp3_link *k, const struct mtp3_msg *m)
{
	struct mtp3 *t = k->t;
	unsigned octets = mtp3_pc_octets(t->cfg.variant);
	struct mtp_label label = { .opc = m->label.dpc, .dpc = m->label.opc, .ni = t->cfg.ni };
	uint8_t body[5] = { MTP3_UPU }, buf[MTP2_MAX_MSU];

	t->stats.no_user++;
	mtp3_put_pc(t, body + 1, m->label.dpc);
	body[1 + octets] = (uint8_t)(1u << 4 | m->label.si);
	mtp3_send(t, label.dpc, 0, str_n(buf, mtp3_enc(t, &label, str_n(body, 2 + octets), buf)));
}

static void rx_user(struct mtp3_link *k, const struct mtp3_msg *m)
{
	struct mtp3 *t = k->t;

	if (!(t->cfg.users >> m->label.si & 1)) {
		no_user(k, m);
		return;
	}
	t->stats.rx++;
	t->user = (struct mtp_prim){ .type = MTP_TRANSFER, .label = m->label, .sif = m->body };
	t->has_user = true;
}

static void rx_msu(struct mtp3_link *k, struct str octets)
{
	struct mtp3 *t = k->t;
	struct mtp3_msg m;

	k->rx_msu++;
	k->rx_octets += octets.len;
	if (mtp3_dec(t, octets, &m) < 0)
		t->stats.malformed++;
	else if (m.label.ni != t->cfg.ni)
		t->stats.bad_ni++;
	else if (m.label.dpc != k->set->own_pc && m.label.dpc != t->cfg.own_pc)
		t->stats.not_ours++;
	else if (m.label.si == MTP3_SI_SNM)
		mtp3_snm_rx(k, &m);
	else if (m.label.si == MTP3_SI_TEST || m.label.si == MTP3_SI_TEST_SPECIAL)
		mtp3_test_rx(k, &m);
	else
		rx_user(k, &m);
}

static void l2_up(struct mtp3_link *k)
{
	k->in_service = true;
	k->processor_outage = false;
	mtp3_post(k->t, &k->act, ACT_L2_UP);
}

static void l2_down(struct mtp3_link *k, enum mtp2_reason reason)
{
	if (reason != k->reason || k->in_service)
		log_notice(LOG_SS7, NULL, "link %u of %s is out of service: %s", k->cfg->slc,
			   k->set->cfg->name, mtp2_reason_text(reason));
	k->reason = reason;
	mtp3_note_bsnt(k);
	k->in_service = false;
	mtp3_post(k->t, &k->act, ACT_L2_DOWN);
}

static void outage(struct mtp3_link *k, bool is)
{
	log_notice(LOG_SS7, NULL, "link %u of %s: the neighbour's processor is %s", k->cfg->slc,
		   k->set->cfg->name, is ? "out" : "back");
	k->processor_outage = is;
	if (!is)
		k->l2.ops->proceed(k->l2.self, k->t->now);
	mtp3_availability(k);
}

static void pull(struct mtp3_link *k)
{
	struct mtp2_out out;

	while (k->l2.ops->next_out(k->l2.self, &out)) {
		switch (out.type) {
		case MTP2_OUT_MSU:
			rx_msu(k, out.octets);
			break;
		case MTP2_OUT_IN_SERVICE:
			l2_up(k);
			break;
		case MTP2_OUT_OUT_OF_SERVICE:
			l2_down(k, out.reason);
			break;
		case MTP2_OUT_REMOTE_OUTAGE:
			outage(k, true);
			break;
		case MTP2_OUT_OUTAGE_OVER:
			outage(k, false);
			break;
		case MTP2_OUT_CONGESTION:
			mtp3_link_congestion(k, out.level);
			break;
		}
		mtp3_run(k->t);
	}
}

/* Machines speak to level 2, which may speak back. */
static void settle(struct mtp3 *t)
{
	mtp3_run(t);
	for (unsigned i = 0; i < t->cfg.nr_links; i++)
		pull(&t->link[i]);
	t->looked = 0;
}

void mtp3_link_rx(struct mtp3 *t, tick_t now, unsigned link, struct str unit)
{
	struct mtp3_link *k = &t->link[link];

	t->now = now;
	k->l2.ops->rx(k->l2.self, now, unit);
	pull(k);
	settle(t);
}

void mtp3_link_rx_repeats(struct mtp3 *t, unsigned link, uint32_t nr)
{
	if (t->link[link].mtp2)
		mtp2_rx_repeats(t->link[link].mtp2, nr);
}

void mtp3_link_rx_errors(struct mtp3 *t, tick_t now, unsigned link, uint32_t nr)
{
	struct mtp3_link *k = &t->link[link];

	t->now = now;
	if (k->l2.ops->rx_errors)
		k->l2.ops->rx_errors(k->l2.self, now, nr);
	settle(t);
}

void mtp3_link_up(struct mtp3 *t, tick_t now, unsigned link, bool up)
{
	struct mtp3_link *k = &t->link[link];

	t->now = now;
	if (k->m2pa && up)
		m2pa_up(k->m2pa, now);
	else if (k->m2pa)
		m2pa_down(k->m2pa, now);
	settle(t);
}

uint16_t mtp3_link_stream(const struct mtp3 *t, unsigned link)
{
	return t->link[link].m2pa ? m2pa_tx_stream(t->link[link].m2pa) : 0;
}

size_t mtp3_link_next_tx(struct mtp3 *t, tick_t now, unsigned link, uint8_t *buf)
{
	struct mtp3_link *k = &t->link[link];
	size_t len;

	t->now = now;
	len = k->l2.ops->next_tx(k->l2.self, now, buf);
	pull(k);
	return len;
}

/* From the users and the operator. -------------------------------------------------------------- */

int mtp3_tx(struct mtp3 *t, tick_t now, const struct mtp_prim *p)
{
	struct mtp_label label = p->label;
	uint8_t buf[MTP2_MAX_MSU], sls = label.sls & (uint8_t)((1u << t->cfg.sls_bits) - 1);
	size_t len;
	int err;

	t->now = now;
	if (p->type != MTP_TRANSFER)
		return TG_EINVAL;
	if (!label.opc)
		label.opc = t->cfg.own_pc;
	label.sls = mtp3_sls_out(t, sls);
	len = mtp3_enc(t, &label, p->sif, buf);
	if (!len)
		return TG_EINVAL;
	err = mtp3_send(t, label.dpc, sls, str_n(buf, len));
	t->stats.tx += err == 0;
	if (err == 0)
		mtp3_sent_over(mtp3_link_to(t, label.dpc, sls), label.dpc);
	settle(t);
	return err;
}

void mtp3_activate(struct mtp3 *t, tick_t now, unsigned link, bool active)
{
	t->now = now;
	mtp3_post(t, &t->link[link].act, active ? ACT_ACTIVATE : ACT_DEACTIVATE);
	settle(t);
}

void mtp3_activate_all(struct mtp3 *t, tick_t now)
{
	for (unsigned i = 0; i < t->cfg.nr_links; i++)
		mtp3_activate(t, now, i, true);
}

void mtp3_inhibit(struct mtp3 *t, tick_t now, unsigned link, bool inhibit)
{
	t->now = now;
	mtp3_post(t, &t->link[link].inhibit, inhibit ? INH_INHIBIT : INH_UNINHIBIT);
	settle(t);
}

/* Time. ----------------------------------------------------------------------------------------- */

static void link_timeout(struct mtp3 *t, struct timer *timer)
{
	struct mtp3_link *k = container_of(timer - timer->kind, struct mtp3_link, timer[0]);
	struct fsm *f = &k->change;

	if (timers[timer->kind].act)
		f = &k->act;
	else if (timers[timer->kind].inhibit)
		f = &k->inhibit;
	mtp3_post(t, f, timers[timer->kind].event);
}

static void timeout(struct mtp3 *t, struct timer *timer)
{
	if (timer->kind < MTP3_NR_TIMERS)
		link_timeout(t, timer);
	else if (timer->kind == MTP3_KIND_T10)
		mtp3_t10(t, container_of(timer, struct mtp3_dest, t10));
	else if (timer->kind == MTP3_KIND_T15 || timer->kind == MTP3_KIND_T16)
		mtp3_t15(t, container_of(timer, struct mtp3_dest, t15), timer->kind);
	else
		mtp3_restart_timeout(t, timer);
}

void mtp3_tick(struct mtp3 *t, tick_t now)
{
	struct timer *timer = timerq_pop_due(&t->timers, now);

	t->now = now;
	if (timer)
		timeout(t, timer);
	settle(t);
	for (unsigned i = 0; i < t->cfg.nr_links; i++) {
		struct mtp3_link *k = &t->link[i];

		if (!tick_due(k->l2.ops->deadline(k->l2.self), now))
			continue;
		k->l2.ops->tick(k->l2.self, now);
		settle(t);
	}
}

tick_t mtp3_deadline(const struct mtp3 *t)
{
	tick_t at = timerq_deadline(&t->timers);

	for (unsigned i = 0; i < t->cfg.nr_links; i++)
		at = tick_min(at, t->link[i].l2.ops->deadline(t->link[i].l2.self));
	return at;
}

/* Outputs. -------------------------------------------------------------------------------------- */

static bool next_about(struct mtp3 *t, struct mtp3_dest *d, struct mtp_prim *p)
{
	bool available = mtp3_reaches(t, d->pc);

	*p = (struct mtp_prim){ .label = { .dpc = d->pc, .si = MTP_SI_ISUP, .ni = t->cfg.ni } };
	if (available != d->told_available) {
		d->told_available = available;
		p->type = available ? MTP_RESUME : MTP_PAUSE;
		return true;
	}
	if (!d->status_due)
		return false;
	d->status_due = false;
	p->type = MTP_STATUS;
	p->cause = MTP_STATUS_CONGESTION;
	p->congestion_level = mtp3_level(d);
	return true;
}

bool mtp3_next_out(struct mtp3 *t, struct mtp_prim *p)
{
	while (t->look && t->looked < t->nr_dests)
		if (next_about(t, &t->dest[t->looked], p))
			return true;
		else
			t->looked++;
	t->look = false;
	t->looked = 0;
	if (t->has_status) {
		t->has_status = false;
		*p = t->status;
		return true;
	}
	if (!t->has_user)
		return false;
	t->has_user = false;
	*p = t->user;
	return true;
}

/* What the operator sees. ----------------------------------------------------------------------- */

void mtp3_link_info(const struct mtp3 *t, unsigned link, struct mtp3_link_info *i)
{
	const struct mtp3_link *k = &t->link[link];

	*i = (struct mtp3_link_info){
		.linkset = k->set->cfg->name,
		.level2 = k->l2.ops->state(k->l2.self),
		.state = mtp3_act_def.states[k->act.state].name,
		.slc = k->cfg->slc,
		.available = k->available,
		.inhibited = k->inhibit.state == INH_INHIBITED,
		.remote_inhibited = k->remote_inhibited,
		.processor_outage = k->processor_outage,
		.last_reason = k->reason,
		.tx_msu = k->tx_msu,
		.rx_msu = k->rx_msu,
		.tx_octets = k->tx_octets,
		.rx_octets = k->rx_octets,
		.changeovers = k->changeovers,
		.changebacks = k->changebacks,
		.slt_failures = k->slt_failures,
	};
	k->l2.ops->stats(k->l2.self, &i->l2);
}

void mtp3_linkset_info(const struct mtp3 *t, unsigned linkset, struct mtp3_linkset_info *i)
{
	const struct mtp3_set *s = &t->set[linkset];

	*i = (struct mtp3_linkset_info){ .name = s->cfg->name,
					 .state = mtp3_set_def.states[s->fsm.state].name,
					 .adjacent_pc = s->cfg->adjacent_pc,
					 .links = s->nr_links };
	for (unsigned n = 0; n < s->nr_links; n++)
		i->available += s->link[n]->available;
}

void mtp3_stats(const struct mtp3 *t, struct mtp3_stats *out)
{
	*out = t->stats;
}
