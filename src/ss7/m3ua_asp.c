/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * m3ua_asp: the machines of an association: our ASPUP (RFC 4666 4.3.4.1, 4.3.4.2), our ASPAC in an
 * AS (4.3.4.3, 4.3.4.4), and what we know of the other end (figure 3).
 */
#include "ss7/m3ua_core.h"

#define DO(step, a)          \
	{                    \
		do_##step, a \
	}
#define SILENT_TRIES 3 /* unanswered ASPUPs that are worth a line */
#define SILENT_T_ACK 5 /* so many T(ack) without an ASPUP are */

bool m3ua_leads(const struct m3ua_asp *a)
{
	switch (a->cfg.role) {
	case M3UA_ROLE_ASP:
		return true;
	case M3UA_ROLE_IPSP: /* 4.3.4.1.2: either may; in the single exchange it is the client */
		return a->cfg.exchange == M3UA_DOUBLE || !a->cfg.server;
	case M3UA_ROLE_SG:
		break;
	}
	return false;
}

bool m3ua_follows(const struct m3ua_asp *a)
{
	return a->cfg.role != M3UA_ROLE_ASP;
}

static int64_t t_ack_ms(const struct m3ua_asp *a)
{
	return a->cfg.t_ack_ms ? a->cfg.t_ack_ms : M3UA_T_ACK_MS;
}

/* Our ASPUP. ------------------------------------------------------------------------------------ */

static void send_plain(struct m3ua_asp *a, enum m3ua_type t)
{
	struct wr w;

	m3ua_msg_begin(a, t, &w);
	if (t == M3UA_ASPUP && a->cfg.has_id)
		m3ua_put_u32(&w, M3UA_P_ASP_ID, a->cfg.id);
	m3ua_msg_send(a, &w, 0);
}

static void do_aspup(void *self, int arg, const void *ev)
{
	struct m3ua_asp *a = self;

	(void)ev;
	if (!arg)
		a->nr_tries = 0;
	else if (++a->nr_tries == SILENT_TRIES)
		m3ua_trouble(a, "no answer to ASPUP");
	send_plain(a, M3UA_ASPUP);
	timerq_arm(&a->m->timers, &a->t_ack, tick_add_ms(a->m->now, t_ack_ms(a)));
}

static void do_aspdn(void *self, int arg, const void *ev)
{
	struct m3ua_asp *a = self;

	(void)arg, (void)ev;
	send_plain(a, M3UA_ASPDN);
	timerq_arm(&a->m->timers, &a->t_ack, tick_add_ms(a->m->now, t_ack_ms(a)));
}

static void do_stop(void *self, int arg, const void *ev)
{
	struct m3ua_asp *a = self;

	(void)arg, (void)ev;
	timerq_cancel(&a->m->timers, &a->t_ack);
}

static void do_wait(void *self, int arg, const void *ev)
{
	struct m3ua_asp *a = self;

	(void)ev;
	timerq_arm(&a->m->timers, &a->t_ack, tick_add_ms(a->m->now, arg * t_ack_ms(a)));
}

/* 1.4.7 and ours: nothing but the association is there. */
static void do_silent(void *self, int arg, const void *ev)
{
	struct m3ua_asp *a = self;
	struct m3ua_member *mb = m3ua_member_of(a, 0);

	(void)arg, (void)ev;
	if (mb && mb->peer.state == M3UA_PEER_DOWN)
		m3ua_trouble(a, "it is connected, but sends no ASPUP");
}

static void do_members(void *self, int event, const void *ev)
{
	struct m3ua_member *mb;

	(void)ev;
	for (unsigned i = 0; (mb = m3ua_member_of(self, i)); i++) {
		fsm_feed(&mb->traffic, (uint8_t)event, NULL);
		m3ua_as_update(mb->as);
	}
}

/* 4.3.4.1: an ASPUP ACK that nobody asked for puts us to ASP-INACTIVE, and back we go. */
static void do_restart(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb;
	bool active = false;

	(void)arg, (void)ev;
	for (unsigned i = 0; (mb = m3ua_member_of(self, i)); i++)
		active = active || mb->traffic.state == M3UA_TRAFFIC_ACTIVE;
	if (active)
		m3ua_send_error(self, M3UA_E_UNEXPECTED, NULL, (struct str){ 0 });
}

static void do_close(void *self, int arg, const void *ev)
{
	struct m3ua_asp *a = self;

	(void)arg, (void)ev;
	a->leaving = true;
}

static bool leads(const void *self, const void *ev)
{
	(void)ev;
	return m3ua_leads(self);
}

static const struct fsm_state up_states[M3UA_UP_NR_STATES] = {
	[M3UA_UP_DOWN] = { .name = "Down", .rest = true },
	[M3UA_UP_SENT] = { .name = "ASPUP sent", .bound = "T(ack)" },
	[M3UA_UP_UP] = { .name = "Up", .rest = true },
	[M3UA_UP_LEAVING] = { .name = "ASPDN sent", .bound = "T(ack)" },
};

static const char *const up_events[M3UA_UP_NR_EVENTS] = {
	[M3UA_UP_EV_ASSOC] = "association up", [M3UA_UP_EV_LOST] = "association down",
	[M3UA_UP_EV_ACK] = "ASPUP ACK",	       [M3UA_UP_EV_DOWN_ACK] = "ASPDN ACK",
	[M3UA_UP_EV_LEAVE] = "management",     [M3UA_UP_EV_T_ACK] = "T(ack)",
};

/* clang-format off */
static const struct fsm_row up_rows[] = {
	{ M3UA_UP_DOWN, M3UA_UP_EV_ASSOC, leads, M3UA_UP_SENT, { DO(aspup, 0) } },
	{ M3UA_UP_DOWN, M3UA_UP_EV_ASSOC, NULL, M3UA_UP_DOWN, { DO(wait, SILENT_T_ACK) } },
	{ M3UA_UP_DOWN, M3UA_UP_EV_T_ACK, NULL, M3UA_UP_DOWN, { DO(silent, 0) } },
	{ M3UA_UP_DOWN, M3UA_UP_EV_LOST, NULL, M3UA_UP_DOWN, { DO(stop, 0) } },
	{ M3UA_UP_DOWN, M3UA_UP_EV_LEAVE, NULL, M3UA_UP_DOWN, { DO(stop, 0), DO(close, 0) } },

	{ M3UA_UP_SENT, M3UA_UP_EV_ACK, NULL, M3UA_UP_UP,
	  { DO(stop, 0), DO(members, M3UA_TRAFFIC_EV_UP) } },
	{ M3UA_UP_SENT, M3UA_UP_EV_T_ACK, NULL, M3UA_UP_SENT, { DO(aspup, 1) } },
	{ M3UA_UP_SENT, M3UA_UP_EV_LEAVE, NULL, M3UA_UP_LEAVING, { DO(aspdn, 0) } },

	{ M3UA_UP_UP, M3UA_UP_EV_ACK, NULL, M3UA_UP_UP,
	  { DO(restart, 0), DO(members, M3UA_TRAFFIC_EV_UP) } },
	/* 4.3.4.2: not asked for: back to where we were */
	{ M3UA_UP_UP, M3UA_UP_EV_DOWN_ACK, NULL, M3UA_UP_SENT,
	  { DO(members, M3UA_TRAFFIC_EV_DOWN), DO(aspup, 0) } },
	{ M3UA_UP_UP, M3UA_UP_EV_LEAVE, NULL, M3UA_UP_LEAVING,
	  { DO(members, M3UA_TRAFFIC_EV_DOWN), DO(aspdn, 0) } },

	{ M3UA_UP_LEAVING, M3UA_UP_EV_DOWN_ACK, NULL, M3UA_UP_DOWN,
	  { DO(stop, 0), DO(close, 0) } },
	{ M3UA_UP_LEAVING, M3UA_UP_EV_T_ACK, NULL, M3UA_UP_DOWN, { DO(close, 0) } },
	{ M3UA_UP_LEAVING, M3UA_UP_EV_LEAVE, NULL, FSM_SAME, { }, IGNORE("it does already") },
	{ M3UA_UP_LEAVING, M3UA_UP_EV_ACK, NULL, FSM_SAME, { }, IGNORE("crossed our ASPDN") },

	{ FSM_ANY, M3UA_UP_EV_LOST, NULL, M3UA_UP_DOWN,
	  { DO(stop, 0), DO(members, M3UA_TRAFFIC_EV_DOWN) } },
	{ FSM_ANY, M3UA_UP_EV_ASSOC, NULL, FSM_SAME, { }, IGNORE("told once; a restart is a loss first") },
	{ FSM_ANY, M3UA_UP_EV_ACK, NULL, FSM_SAME, { }, IGNORE("we sent no ASPUP") },
	{ FSM_ANY, M3UA_UP_EV_DOWN_ACK, NULL, FSM_SAME, { }, IGNORE("down already") },
	{ FSM_ANY, M3UA_UP_EV_T_ACK, NULL, FSM_SAME, { }, IGNORE("stopped") },
};
/* clang-format on */

const struct fsm_def m3ua_up_def = {
	.name = "M3UA: our ASPUP",
	.clause = "RFC 4666 4.3.4.1, 4.3.4.2",
	.states = up_states,
	.events = up_events,
	.rows = up_rows,
	.nr_states = M3UA_UP_NR_STATES,
	.nr_events = M3UA_UP_NR_EVENTS,
	.nr_rows = sizeof(up_rows) / sizeof(up_rows[0]),
	.start = M3UA_UP_DOWN,
};

/* Our ASPAC. ------------------------------------------------------------------------------------ */

static void do_aspac(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb = self;
	const struct m3ua_as_cfg *c = &mb->as->cfg;
	struct wr w;

	(void)arg, (void)ev;
	m3ua_msg_begin(mb->asp, M3UA_ASPAC, &w);
	if (c->has_mode)
		m3ua_put_u32(&w, M3UA_P_TRAFFIC_MODE, c->mode);
	if (c->has_rc)
		m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, c->rc);
	m3ua_msg_send(mb->asp, &w, 0);
}

static void do_aspia(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb = self;
	struct wr w;

	(void)arg, (void)ev;
	m3ua_msg_begin(mb->asp, M3UA_ASPIA, &w);
	if (mb->as->cfg.has_rc)
		m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, mb->as->cfg.rc);
	m3ua_msg_send(mb->asp, &w, 0);
}

static bool is_blocked(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct m3ua_member *)self)->as->blocked;
}

static bool is_up(const void *self, const void *ev)
{
	(void)ev;
	return ((const struct m3ua_member *)self)->asp->fsm.state == M3UA_UP_UP;
}

static void do_arm(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb = self;

	(void)arg, (void)ev;
	timerq_arm(&mb->as->m->timers, &mb->t_ack, tick_add_ms(mb->as->m->now, t_ack_ms(mb->asp)));
}

static void do_disarm(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb = self;

	(void)arg, (void)ev;
	timerq_cancel(&mb->as->m->timers, &mb->t_ack);
}

/* 4.5.3: newly active: what can be reached there? */
static void do_audit(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb = self;

	(void)arg, (void)ev;
	mb->asp->trouble[0] = '\0';
	if (mb->asp->cfg.role == M3UA_ROLE_ASP)
		m3ua_audit(mb);
}

static const struct fsm_state traffic_states[M3UA_TRAFFIC_NR_STATES] = {
	[M3UA_TRAFFIC_INACTIVE] = { .name = "Inactive", .rest = true },
	[M3UA_TRAFFIC_ACTIVATING] = { .name = "ASPAC sent", .bound = "T(ack)" },
	[M3UA_TRAFFIC_ACTIVE] = { .name = "Active", .rest = true },
	[M3UA_TRAFFIC_OVERRIDDEN] = { .name = "Overridden", .rest = true },
	[M3UA_TRAFFIC_LEAVING] = { .name = "ASPIA sent", .bound = "T(ack)" },
};

static const char *const traffic_events[M3UA_TRAFFIC_NR_EVENTS] = {
	[M3UA_TRAFFIC_EV_UP] = "ASPUP ACK",
	[M3UA_TRAFFIC_EV_DOWN] = "ASP down",
	[M3UA_TRAFFIC_EV_AC_ACK] = "ASPAC ACK",
	[M3UA_TRAFFIC_EV_IA_ACK] = "ASPIA ACK",
	[M3UA_TRAFFIC_EV_ALTERNATE] = "NTFY Alternate ASP Active",
	[M3UA_TRAFFIC_EV_AS_IDLE] = "NTFY AS-INACTIVE, AS-PENDING",
	[M3UA_TRAFFIC_EV_BLOCK] = "management: out of use",
	[M3UA_TRAFFIC_EV_UNBLOCK] = "management: in use",
	[M3UA_TRAFFIC_EV_T_ACK] = "T(ack)",
};

/* clang-format off */
static const struct fsm_row traffic_rows[] = {
	{ M3UA_TRAFFIC_ACTIVATING, M3UA_TRAFFIC_EV_T_ACK, NULL, M3UA_TRAFFIC_ACTIVATING,
	  { DO(aspac, 0), DO(arm, 0) } },
	{ M3UA_TRAFFIC_ACTIVATING, M3UA_TRAFFIC_EV_AC_ACK, NULL, M3UA_TRAFFIC_ACTIVE,
	  { DO(disarm, 0), DO(audit, 0) } },
	{ M3UA_TRAFFIC_ACTIVATING, M3UA_TRAFFIC_EV_AS_IDLE, NULL, FSM_SAME, { },
	  IGNORE("our ASPAC is on its way") },
	{ M3UA_TRAFFIC_ACTIVATING, M3UA_TRAFFIC_EV_IA_ACK, NULL, FSM_SAME, { },
	  IGNORE("inactive already; T(ack) runs") },

	/* 4.3.4.4: not asked for: back to where we were */
	{ M3UA_TRAFFIC_ACTIVE, M3UA_TRAFFIC_EV_IA_ACK, NULL, M3UA_TRAFFIC_ACTIVATING,
	  { DO(aspac, 0), DO(arm, 0) } },
	{ M3UA_TRAFFIC_ACTIVE, M3UA_TRAFFIC_EV_ALTERNATE, NULL, M3UA_TRAFFIC_OVERRIDDEN, { } },
	/* older than our ASPAC, or the gateway lost it: asking again does no harm (4.3.4.3) */
	{ M3UA_TRAFFIC_ACTIVE, M3UA_TRAFFIC_EV_AS_IDLE, NULL, M3UA_TRAFFIC_ACTIVE,
	  { DO(aspac, 0) } },
	{ M3UA_TRAFFIC_ACTIVE, M3UA_TRAFFIC_EV_AC_ACK, NULL, FSM_SAME, { }, IGNORE("of a repetition") },

	/* 4.3.4.5: nobody serves the AS any more */
	{ M3UA_TRAFFIC_OVERRIDDEN, M3UA_TRAFFIC_EV_AS_IDLE, NULL, M3UA_TRAFFIC_ACTIVATING,
	  { DO(aspac, 0), DO(arm, 0) } },

	/* 4.3.4.4: by the operator */
	{ M3UA_TRAFFIC_ACTIVATING, M3UA_TRAFFIC_EV_BLOCK, NULL, M3UA_TRAFFIC_LEAVING,
	  { DO(aspia, 0), DO(arm, 0) } },
	{ M3UA_TRAFFIC_ACTIVE, M3UA_TRAFFIC_EV_BLOCK, NULL, M3UA_TRAFFIC_LEAVING,
	  { DO(aspia, 0), DO(arm, 0) } },
	{ M3UA_TRAFFIC_OVERRIDDEN, M3UA_TRAFFIC_EV_BLOCK, NULL, M3UA_TRAFFIC_INACTIVE, { } },
	{ M3UA_TRAFFIC_LEAVING, M3UA_TRAFFIC_EV_IA_ACK, NULL, M3UA_TRAFFIC_INACTIVE,
	  { DO(disarm, 0) } },
	{ M3UA_TRAFFIC_LEAVING, M3UA_TRAFFIC_EV_T_ACK, NULL, M3UA_TRAFFIC_LEAVING,
	  { DO(aspia, 0), DO(arm, 0) } },
	{ M3UA_TRAFFIC_LEAVING, M3UA_TRAFFIC_EV_UNBLOCK, NULL, M3UA_TRAFFIC_ACTIVATING,
	  { DO(aspac, 0), DO(arm, 0) } },
	{ M3UA_TRAFFIC_INACTIVE, M3UA_TRAFFIC_EV_UNBLOCK, is_up, M3UA_TRAFFIC_ACTIVATING,
	  { DO(aspac, 0), DO(arm, 0) } },
	{ M3UA_TRAFFIC_INACTIVE, M3UA_TRAFFIC_EV_UNBLOCK, NULL, FSM_SAME, { },
	  IGNORE("ASPAC goes behind ASPUP ACK") },
	{ FSM_ANY, M3UA_TRAFFIC_EV_BLOCK, NULL, FSM_SAME, { }, IGNORE("inactive already") },
	{ FSM_ANY, M3UA_TRAFFIC_EV_UNBLOCK, NULL, FSM_SAME, { }, IGNORE("in use already") },

	{ FSM_ANY, M3UA_TRAFFIC_EV_UP, is_blocked, M3UA_TRAFFIC_INACTIVE, { DO(disarm, 0) } },
	{ FSM_ANY, M3UA_TRAFFIC_EV_UP, NULL, M3UA_TRAFFIC_ACTIVATING,
	  { DO(aspac, 0), DO(arm, 0) } },
	{ FSM_ANY, M3UA_TRAFFIC_EV_DOWN, NULL, M3UA_TRAFFIC_INACTIVE, { DO(disarm, 0) } },
	{ FSM_ANY, M3UA_TRAFFIC_EV_AC_ACK, NULL, FSM_SAME, { }, IGNORE("late") },
	{ FSM_ANY, M3UA_TRAFFIC_EV_IA_ACK, NULL, FSM_SAME, { }, IGNORE("inactive already") },
	{ FSM_ANY, M3UA_TRAFFIC_EV_ALTERNATE, NULL, FSM_SAME, { }, IGNORE("not active") },
	{ FSM_ANY, M3UA_TRAFFIC_EV_AS_IDLE, NULL, FSM_SAME, { }, IGNORE("we are down, or out of use") },
	{ FSM_ANY, M3UA_TRAFFIC_EV_T_ACK, NULL, FSM_SAME, { }, IGNORE("stopped") },
};
/* clang-format on */

const struct fsm_def m3ua_traffic_def = {
	.name = "M3UA: our ASPAC in an AS",
	.clause = "RFC 4666 4.3.4.3, 4.3.4.4",
	.states = traffic_states,
	.events = traffic_events,
	.rows = traffic_rows,
	.nr_states = M3UA_TRAFFIC_NR_STATES,
	.nr_events = M3UA_TRAFFIC_NR_EVENTS,
	.nr_rows = sizeof(traffic_rows) / sizeof(traffic_rows[0]),
	.start = M3UA_TRAFFIC_INACTIVE,
};

/* The other end. -------------------------------------------------------------------------------- */

/* 4.3.4.3: with override the one that was active is told, and is active no more. What was wrong
 * before is over. */
static void do_take_over(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb = self;
	struct m3ua_as *as = mb->as;

	(void)arg, (void)ev;
	mb->asp->trouble[0] = '\0';
	if (as->cfg.mode != M3UA_OVERRIDE)
		return;
	for (unsigned i = 0; i < as->cfg.nr_members; i++)
		if (&as->member[i] != mb)
			fsm_feed(&as->member[i].peer, M3UA_PEER_EV_OVERRIDE, NULL);
}

static void do_alternate(void *self, int arg, const void *ev)
{
	(void)arg, (void)ev;
	m3ua_notify(self, M3UA_STATUS_OTHER, M3UA_OTHER_ALTERNATE);
}

/* 4.3.4.5: what the AS is like, for one that has come just now. */
static void do_tell(void *self, int arg, const void *ev)
{
	struct m3ua_member *mb = self;

	(void)arg, (void)ev;
	if (mb->as->fsm.state == M3UA_AS_ACTIVE)
		m3ua_notify(mb, M3UA_STATUS_AS, M3UA_AS_STATUS_ACTIVE);
	else if (mb->as->fsm.state == M3UA_AS_PENDING)
		m3ua_notify(mb, M3UA_STATUS_AS, M3UA_AS_STATUS_PENDING);
	else if (mb->as->fsm.state == M3UA_AS_INACTIVE)
		m3ua_notify(mb, M3UA_STATUS_AS, M3UA_AS_STATUS_INACTIVE);
}

static const struct fsm_state peer_states[M3UA_PEER_NR_STATES] = {
	[M3UA_PEER_DOWN] = { .name = "ASP-DOWN", .rest = true },
	[M3UA_PEER_INACTIVE] = { .name = "ASP-INACTIVE", .rest = true },
	[M3UA_PEER_ACTIVE] = { .name = "ASP-ACTIVE", .rest = true },
};

static const char *const peer_events[M3UA_PEER_NR_EVENTS] = {
	[M3UA_PEER_EV_ASPUP] = "ASPUP",	     [M3UA_PEER_EV_ASPDN] = "ASPDN",
	[M3UA_PEER_EV_ASPAC] = "ASPAC",	     [M3UA_PEER_EV_ASPIA] = "ASPIA",
	[M3UA_PEER_EV_CDI] = "SCTP CDI, RI", [M3UA_PEER_EV_OVERRIDE] = "Other ASP in AS Overrides",
};

/* clang-format off */
static const struct fsm_row peer_rows[] = {
	{ M3UA_PEER_DOWN, M3UA_PEER_EV_ASPUP, NULL, M3UA_PEER_INACTIVE, { DO(tell, 0) } },
	{ M3UA_PEER_INACTIVE, M3UA_PEER_EV_ASPUP, NULL, FSM_SAME, { }, IGNORE("acknowledged only") },
	/* the error goes out where the ASPUP is acknowledged */
	{ M3UA_PEER_ACTIVE, M3UA_PEER_EV_ASPUP, NULL, M3UA_PEER_INACTIVE, { } },

	{ M3UA_PEER_INACTIVE, M3UA_PEER_EV_ASPAC, NULL, M3UA_PEER_ACTIVE, { DO(take_over, 0) } },
	{ M3UA_PEER_ACTIVE, M3UA_PEER_EV_ASPIA, NULL, M3UA_PEER_INACTIVE, { } },
	{ M3UA_PEER_ACTIVE, M3UA_PEER_EV_OVERRIDE, NULL, M3UA_PEER_INACTIVE,
	  { DO(alternate, 0) } },

	{ FSM_ANY, M3UA_PEER_EV_ASPDN, NULL, M3UA_PEER_DOWN, { } },
	{ FSM_ANY, M3UA_PEER_EV_CDI, NULL, M3UA_PEER_DOWN, { } },
	{ FSM_ANY, M3UA_PEER_EV_ASPAC, NULL, FSM_SAME, { }, IGNORE("active already, or no ASPUP came") },
	{ FSM_ANY, M3UA_PEER_EV_ASPIA, NULL, FSM_SAME, { }, IGNORE("not active") },
	{ FSM_ANY, M3UA_PEER_EV_OVERRIDE, NULL, FSM_SAME, { }, IGNORE("not active") },
};
/* clang-format on */

const struct fsm_def m3ua_peer_def = {
	.name = "M3UA: the other end in an AS",
	.clause = "RFC 4666 figure 3",
	.states = peer_states,
	.events = peer_events,
	.rows = peer_rows,
	.nr_states = M3UA_PEER_NR_STATES,
	.nr_events = M3UA_PEER_NR_EVENTS,
	.nr_rows = sizeof(peer_rows) / sizeof(peer_rows[0]),
	.start = M3UA_PEER_DOWN,
};
