/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_sip_grow: a number from a trunk that goes on to a peer in pieces: an INVITE with the digits there
 * are, and with each SAM another one with all of them (RFC 3578 3.2). Who is answered is the call, the
 * others get CANCEL (3.4); when all have failed and T10 has run out the best of the failures is told.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/leg_sip.h"

#define MAX_INVITES 24

struct invite {
	sip_call_id id;
	bool failed;
};

struct gw_sip_grow {
	bool open; /* more digits may come */
	struct sip_identity_of_call like;
	struct isup_msg iam;
	char unsent[ISUP_MAX_DIGITS + 1];  /* that an INFO is to have */
	struct invite invite[MAX_INVITES]; /* that are not over */
	unsigned nr;
	unsigned status; /* the best failure; 0: none yet */
	struct isup_msg rel;
};

static void close(struct gw_sip_leg *l)
{
	l->grow->open = false;
	timerq_cancel(&l->leg.gw->timers, &l->leg.call->overlap_timer);
}

static void arm(struct gw_sip_leg *l)
{
	struct gw_call *call = l->leg.call;

	call->overlap_timer.kind = GW_TM_OVERLAP;
	timerq_arm(&call->gw->timers, &call->overlap_timer,
		   tick_add_ms(call->gw->now, 1000 * (int64_t)call->overlap_s));
}

static void add(struct gw_sip_leg *l)
{
	l->grow->invite[l->grow->nr++] = (struct invite){ l->sip, false };
}

static bool is_whole(const struct isup_msg *iam)
{
	struct isup_number n;
	size_t len;

	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &n) < 0)
		return true;
	len = strlen(n.digits);
	return len && n.digits[len - 1] == 'F';
}

/* The first INVITE may be over when the next one is sent. */
static bool keep_identity(struct gw_sip_leg *l)
{
	struct sip_identity_of_call *like = &l->grow->like;
	struct mem *m = l->leg.call->mem;

	if (sip_call_identity(l->leg.gw->sip, l->sip, like) < 0)
		return false;
	like->call_id = mem_keep(m, like->call_id);
	like->from = mem_keep(m, like->from);
	like->tag = mem_keep(m, like->tag);
	return like->call_id.p && like->from.p && like->tag.p;
}

const struct sip_identity_of_call *gw_sip_grow_like(const struct gw_sip_leg *l)
{
	return l->grow ? &l->grow->like : NULL;
}

void gw_sip_grow_begin(struct gw_sip_leg *l, const struct isup_msg *iam)
{
	if (!l->leg.call->overlap_s || !l->peer.flow.overlap_out || is_whole(iam))
		return;
	l->grow = MEM_NEW(l->leg.call->mem, struct gw_sip_grow);
	if (!l->grow || !keep_identity(l)) { /* en bloc, with what there is */
		mem_drop(l->grow);
		l->grow = NULL;
		return;
	}
	l->grow->iam = *iam;
	l->grow->open = true;
	add(l);
	gw_leg_note(&l->leg, "overlap", "an %s for each digit, T10 %u s",
		    l->peer.flow.overlap_out == GW_OVERLAP_INFO ? "INFO" : "INVITE",
		    l->leg.call->overlap_s);
	arm(l);
}

static bool take_digits(struct gw_sip_leg *l, const struct isup_msg *sam)
{
	char *called = l->leg.call->rec->info.called;
	struct isup_number n, more;
	size_t room;

	if (isup_get_number(&l->grow->iam, ISUP_P_CALLED_NUMBER, &n) < 0 ||
	    isup_get_number(sam, ISUP_P_SUBSEQUENT_NUMBER, &more) < 0 || !more.digits[0] ||
	    strlen(n.digits) + strlen(more.digits) > ISUP_MAX_DIGITS)
		return false;
	strcat(n.digits, more.digits);
	room = sizeof(l->leg.call->rec->info.called) - strlen(called) - 1;
	strncat(called, more.digits,
		strcspn(more.digits, "F") < room ? strcspn(more.digits, "F") : room);
	return isup_put_number(&l->grow->iam, ISUP_P_CALLED_NUMBER, &n) == 0;
}

/* Q.1912.5 profile C (not checked against the ITU text): the SAM itself; false: not to this peer. */
static bool put_sam(struct gw_sip_leg *l, struct iw_encap *e, struct sip_body *body,
		    struct sip_extra *extra)
{
	struct isup_number n = { 0 };
	struct isup_msg sam;

	strcpy(n.digits, l->grow->unsent);
	isup_msg_init(&sam, ISUP_SAM, 0);
	if (isup_put_number(&sam, ISUP_P_SUBSEQUENT_NUMBER, &n) < 0)
		return false;
	body->extra = extra;
	body->nr_extra = gw_sip_put_isup(l, &sam, e, body, extra, 0);
	return body->octets.len > 0;
}

/* "SubsDigits", as TS 29.163 has them (not checked against its text). */
static void put_digits(struct gw_sip_leg *l, char text[ISUP_MAX_DIGITS + 20], struct sip_body *body)
{
	int digits = (int)strcspn(l->grow->unsent, "F");

	body->content_type = STR("application/x-session-info");
	if (!digits)
		return;
	body->octets =
		str_n(text, (size_t)snprintf(text, ISUP_MAX_DIGITS + 20, "SubsDigits: %.*s\r\n",
					     digits, l->grow->unsent));
}

/* When there is a dialog. */
static void send_info(struct gw_sip_leg *l)
{
	struct gw_sip_grow *g = l->grow;
	struct sip_extra extra[GW_MAX_EXTRAS];
	char text[ISUP_MAX_DIGITS + 20];
	struct sip_body body = { 0 };
	struct iw_encap e;

	if (!g->unsent[0])
		return;
	if (!put_sam(l, &e, &body, extra))
		put_digits(l, text, &body);
	if (!body.octets.len) /* the stop digit alone */
		g->unsent[0] = '\0';
	else if (sip_call_info(l->leg.gw->sip, l->leg.gw->now, l->sip, &body) == 0)
		g->unsent[0] = '\0';
}

static void take_info_digits(struct gw_sip_leg *l, const struct isup_msg *sam)
{
	struct isup_number more;

	if (isup_get_number(sam, ISUP_P_SUBSEQUENT_NUMBER, &more) < 0)
		return;
	if (strlen(l->grow->unsent) + strlen(more.digits) <= ISUP_MAX_DIGITS)
		strcat(l->grow->unsent, more.digits);
	send_info(l);
}

static void send_invite(struct gw_sip_leg *l)
{
	if (gw_sip_invite_again(l, &l->grow->iam) < 0)
		return;
	l->grow->like.cseq++;
	add(l);
}

void gw_sip_do_grow(void *self, int arg, const void *ev)
{
	const struct gw_sip_input *in = ev;
	struct gw_sip_leg *l = self;

	(void)arg;
	if (!l->grow || !l->grow->open || l->grow->nr == MAX_INVITES || !take_digits(l, in->msg))
		return;
	if (l->peer.flow.overlap_out == GW_OVERLAP_INFO)
		take_info_digits(l, in->msg);
	else
		send_invite(l);
	if (is_whole(&l->grow->iam))
		close(l);
	else
		arm(l);
}

/* The outcome. ---------------------------------------------------------------------------------- */
static bool all_failed(const struct gw_sip_grow *g)
{
	for (unsigned i = 0; i < g->nr; i++)
		if (!g->invite[i].failed)
			return false;
	return true;
}

static void settle(struct gw_sip_leg *l)
{
	struct gw_sip_input in = { .msg = &l->grow->rel, .status = l->grow->status };

	if (!l->grow->open && l->grow->status && all_failed(l->grow)) {
		gw_sip_out_failed(l, &in);
		l->grow->status = 0;
	}
	if (!l->grow->open && l->grow->nr == 0)
		gw_sip_out_ended(l);
}

/* RFC 3261 16.7, but that a number that is too short says least: a 6xx, then the lowest class. */
static bool is_better(unsigned status, unsigned than)
{
	if (!than || (status >= 600) != (than >= 600))
		return !than || status >= 600;
	if (status / 100 != than / 100)
		return status < than;
	return than == 484 && status != 484;
}

static void fail(struct gw_sip_leg *l, const struct sip_event *ev)
{
	struct gw_sip_grow *g = l->grow;
	struct iw_source source;

	for (unsigned i = 0; i < g->nr; i++)
		g->invite[i].failed |= g->invite[i].id == ev->call;
	gw_leg_note(&l->leg, "overlap", "%u for one of %u", ev->status, g->nr);
	if (!is_better(ev->status, g->status))
		return;
	g->status = ev->status;
	iw_response_to_rel(&l->iw, ev->status, ev->msg, ev->local, &g->rel, &source);
}

static void forget(struct gw_sip_grow *g, sip_call_id id)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < g->nr; i++)
		if (g->invite[i].id != id)
			g->invite[nr++] = g->invite[i];
	g->nr = nr;
}

void gw_sip_grow_hangup(struct gw_sip_leg *l)
{
	struct gw *g = l->leg.gw;

	if (!l->grow)
		return;
	close(l);
	for (unsigned i = 0; i < l->grow->nr; i++)
		if (l->grow->invite[i].id != l->sip)
			sip_call_hangup(g->sip, g->now, l->grow->invite[i].id, 0, NULL);
	if (l->grow->nr == 0) /* all have failed */
		gw_sip_out_ended(l);
}

/* 3.4 */
static void answered(struct gw_sip_leg *l, const struct sip_event *ev)
{
	l->sip = ev->call;
	gw_sip_grow_hangup(l);
	mem_drop(l->grow); /* the events of the others are nobody's */
	l->grow = NULL;
}

/* The number is whole; but that INFO needs a dialog, which a 183 makes. One with an ACM in it says that
 * it is. */
static bool progressed(struct gw_sip_leg *l, const struct sip_event *ev)
{
	bool info = l->peer.flow.overlap_out == GW_OVERLAP_INFO;
	struct isup_msg m;

	if (info)
		send_info(l);
	if (info && ev->status == 183 && l->grow->open && !gw_sip_has_isup(l, ev->msg, &m))
		return true;
	close(l);
	return false;
}

bool gw_sip_grow_rx(struct gw_sip_leg *l, const struct sip_event *ev)
{
	if (!l->grow)
		return ev->call != l->sip;
	switch (ev->type) {
	case SIP_EV_PROGRESS:
		return progressed(l, ev);
	case SIP_EV_ANSWERED:
		answered(l, ev);
		return false;
	case SIP_EV_REJECTED:
		if (l->peer.flow.overlap_out == GW_OVERLAP_INFO)
			close(l); /* there is nothing that more digits could go into */
		fail(l, ev);
		settle(l);
		return true;
	case SIP_EV_ENDED:
		forget(l->grow, ev->call);
		settle(l);
		return true;
	default:
		return ev->call != l->sip;
	}
}

void gw_sip_grow_timer(struct gw_leg *leg)
{
	struct gw_sip_leg *l = leg && leg->side == GW_SIDE_SIP ? gw_sip_leg_of(leg) : NULL;

	if (!l || l->leg.over || !l->grow)
		return;
	l->grow->open = false;
	settle(l);
}
