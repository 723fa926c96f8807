/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * leg_sip_early: what is signalled before the answer beyond plain responses. Towards who called:
 * 18x that are acknowledged go out one at a time (RFC 3262 3). From who is called: an INVITE may
 * reach several, and each branch has its own description and P-Early-Media (RFC 5009).
 */
#include "gateway/leg_sip.h"
#include "interwork/backward.h"
#include "interwork/progress.h"
#include "isup/params.h"

#define MAX_WAITING  8
#define MAX_BRANCHES 8

/* Responses to who called. --------------------------------------------------------------------- */
struct waiting {
	struct list link;
	struct isup_msg m;
};

void gw_sip_early_init(struct gw_sip_leg *l, const struct sip_msg *invite)
{
	struct gw *g = l->leg.gw;
	enum sip_rel100 mode = l->peer.flow.rel100;
	bool required = sip_msg_has_token(invite, SIP_HDR_REQUIRE, STR("100rel"));

	sip_call_set_reliable(g->sip, l->sip, mode);
	l->reliable = required || (mode >= SIP_REL100_USED &&
				   sip_msg_has_token(invite, SIP_HDR_SUPPORTED, STR("100rel")));
	l->authorizes = l->trusted &&
			sip_msg_has_token(invite, SIP_HDR_P_EARLY_MEDIA, STR("supported"));
}

/* RFC 3261 13.2.1: what an acknowledged response has said is not said again. Without an offer in the
 * INVITE ours goes into the first of them (RFC 3262 5). */
static struct sip_body describe(struct gw_sip_leg *l, const struct isup_msg *m, bool *offers)
{
	struct sip_body body = gw_sip_body(l);

	*offers = l->reliable && !l->agreed && !l->we_offered && gw_sip_make_offer(l) == 0;
	if (*offers)
		return gw_sip_body(l);
	if (l->described || (l->peer.flow.bare_progress && !iw_progress_in_band(m)))
		body.octets = STR("");
	return body;
}

static unsigned put_extras(struct gw_sip_leg *l, const struct isup_msg *m, struct sip_extra *extra,
			   char reason[IW_REASON_MAX])
{
	struct isup_cause c;
	unsigned nr = 0;

	if (isup_get_cause(m, &c) == 0) /* RFC 3398 7.1.6 */
		extra[nr++] =
			(struct sip_extra){ STR("Reason"), str_of(iw_reason_print(&c, reason)) };
	if (l->waits_qos) /* RFC 3312 11 */
		extra[nr++] = (struct sip_extra){ STR("Require"), STR("precondition") };
	if (!l->authorizes)
		return nr;
	/* RFC 5009 8: the backward path is through; nothing is said of it where nothing is to be heard */
	extra[nr] = (struct sip_extra){ STR("P-Early-Media"), STR("sendonly") };
	if (l->peer.flow.bare_progress && !iw_progress_in_band(m) && !l->leg.ringback)
		extra[nr].value = STR("inactive");
	return nr + 1;
}

static int send_progress(struct gw_sip_leg *l, const struct isup_msg *m)
{
	unsigned status = iw_progress_status(&l->iw, m);
	struct sip_extra extra[GW_MAX_EXTRAS];
	struct iw_headers headers = { 0 };
	char reason[IW_REASON_MAX];
	struct gw *g = l->leg.gw;
	struct sip_body body;
	struct iw_encap e;
	bool offers, has_sdp;
	int err;

	if (!status)
		return 0;
	body = describe(l, m, &offers);
	has_sdp = body.octets.len > 0;
	body.nr_extra = put_extras(l, m, extra, reason);
	iw_backward_to_sip(&l->iw, m, &l->leg.plan, g->host, l->leg.call->rec->info.called,
			   &headers);
	body.nr_extra +=
		gw_sip_extras(&headers, extra + body.nr_extra, GW_MAX_EXTRAS - 1 - body.nr_extra);
	if (!l->bare)
		body.nr_extra = gw_sip_put_isup(l, m, &e, &body, extra, body.nr_extra);
	body.extra = extra;
	err = sip_call_progress(g->sip, g->now, l->sip, status, &body);
	if (err == 0) {
		l->we_offered |= offers;
		l->described |= l->reliable && has_sdp;
	} else if (offers) {
		l->sdp_len = 0;
	}
	return err;
}

/* What has no room is lost, as a provisional response may be. */
static void wait(struct gw_sip_leg *l, const struct isup_msg *m)
{
	struct waiting *w = l->nr_waiting < MAX_WAITING ? MEM_NEW(l->leg.call->mem, struct waiting)
							: NULL;

	if (!w) {
		gw_leg_note(&l->leg, "18x", "one is left out: too many wait for their PRACK");
		return;
	}
	w->m = *m;
	list_init(&w->link);
	list_add_tail(&l->waiting, &w->link);
	l->nr_waiting++;
}

void gw_sip_progress(struct gw_sip_leg *l, const struct isup_msg *m)
{
	/* a lost provisional response loses nothing that the final one does not say */
	if (l->nr_waiting || (send_progress(l, m) == TG_ESTATE && l->reliable))
		wait(l, m);
}

void gw_sip_progress_own(struct gw_sip_leg *l)
{
	const struct isup_event progress = { .event = ISUP_EVENT_PROGRESS };
	struct isup_msg m;

	isup_msg_init(&m, ISUP_CPG, 0);
	if (isup_put_event(&m, &progress) < 0)
		return;
	l->bare = true;
	gw_sip_progress(l, &m);
	l->bare = false;
}

void gw_sip_progress_next(struct gw_sip_leg *l)
{
	struct waiting *w = list_first(&l->waiting, struct waiting, link);

	if (!w || send_progress(l, &w->m) == TG_ESTATE)
		return;
	list_del(&w->link);
	mem_drop(w);
	l->nr_waiting--;
}

/* The final response says it all. */
void gw_sip_progress_drop(struct gw_sip_leg *l)
{
	struct waiting *w;

	while ((w = list_first(&l->waiting, struct waiting, link))) {
		list_del(&w->link);
		mem_drop(w);
	}
	l->nr_waiting = 0;
}

/* Branches of who is called. ------------------------------------------------------------------- */
enum authorization { NOT_SAID, AUTHORIZED, REFUSED };

struct gw_sip_branch {
	struct list link;
	struct str tag;
	bool agreed;
	enum authorization authorization;
	struct sdp_choice choice; /* its hash and fingerprint are these */
	char hash[GW_HASH_MAX], fingerprint[GW_FINGERPRINT_MAX];
};

static struct gw_sip_branch *branch_of(struct gw_sip_leg *l, struct str tag)
{
	struct gw_sip_branch *b;
	unsigned nr = 0;

	list_for_each(b, &l->branches, link) {
		if (str_eq(b->tag, tag))
			return b;
		nr++;
	}
	b = nr < MAX_BRANCHES ? MEM_NEW(l->leg.call->mem, struct gw_sip_branch) : NULL;
	if (!b)
		return NULL;
	b->tag = mem_keep(l->leg.call->mem, tag);
	list_init(&b->link);
	list_add_tail(&l->branches, &b->link);
	return b->tag.p || !tag.len ? b : NULL;
}

/* RFC 5009 8: backward media; without the header it stays as it was. */
static void authorize(struct gw_sip_branch *b, const struct sip_msg *m)
{
	if (sip_msg_has_token(m, SIP_HDR_P_EARLY_MEDIA, STR("sendrecv")) ||
	    sip_msg_has_token(m, SIP_HDR_P_EARLY_MEDIA, STR("sendonly")))
		b->authorization = AUTHORIZED;
	else if (sip_msg_has_token(m, SIP_HDR_P_EARLY_MEDIA, STR("inactive")) ||
		 sip_msg_has_token(m, SIP_HDR_P_EARLY_MEDIA, STR("recvonly")))
		b->authorization = REFUSED;
}

/* The first that is authorized, else the first that was not refused. */
static struct gw_sip_branch *best(struct gw_sip_leg *l)
{
	struct gw_sip_branch *b, *found = NULL;

	list_for_each(b, &l->branches, link) {
		if (b->agreed && b->authorization == AUTHORIZED)
			return b;
		if (b->agreed && b->authorization == NOT_SAID && !found)
			found = b;
	}
	return found;
}

/* Who is heard goes on being heard while nobody better comes. Nobody: what was through is cut. */
static bool choose(struct gw_sip_leg *l, const struct gw_sip_branch *changed)
{
	struct gw_sip_branch *b = best(l), *was = l->early;

	if (!b && !was)
		return false;
	l->early = b;
	if (b)
		gw_sip_agree(l, &b->choice);
	else
		l->choice.dir = SDP_INACTIVE;
	return b != was || b == changed;
}

static void keep_choice(struct gw_sip_branch *b, const struct sdp_choice *c)
{
	b->choice = *c;
	b->agreed = str_copyz(b->hash, sizeof(b->hash), c->hash) &&
		    str_copyz(b->fingerprint, sizeof(b->fingerprint), c->fingerprint);
	b->choice.hash = str_of(b->hash);
	b->choice.fingerprint = str_of(b->fingerprint);
}

/* Keys of theirs. */
void gw_sip_early_fini(struct gw_sip_leg *l)
{
	struct gw_sip_branch *b;

	if (!l->branches.next) /* it has not begun */
		return;
	list_for_each(b, &l->branches, link)
		explicit_bzero(&b->choice, sizeof(b->choice));
}

bool gw_sip_early_rx(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag)
{
	struct gw_sip_branch *b = m ? branch_of(l, m->to.tag) : NULL;
	struct sdp_choice choice;

	if (!b)
		return false;
	authorize(b, m);
	if (gw_sip_has_sdp(m)) {
		if (!gw_sip_read_answer(l, m, &choice, diag))
			return false;
		keep_choice(b, &choice);
	}
	return choose(l, b);
}

/* RFC 3261 13.2.1: a 2xx without a description stands for what its own branch has said before. */
bool gw_sip_early_answered(struct gw_sip_leg *l, const struct sip_msg *m, struct tg_diag *diag)
{
	struct gw_sip_branch *b;

	if (gw_sip_has_sdp(m))
		return gw_sip_take_answer(l, m, diag);
	b = m ? branch_of(l, m->to.tag) : NULL;
	if (!b || !b->agreed) {
		tg_fail(diag, TG_ENOENT, 0, "RFC 3264 5", "no answer to our offer");
		return false;
	}
	gw_sip_agree(l, &b->choice);
	return true;
}

/* Its UPDATE (RFC 3311): a new description, which has been answered, and a word on who may hear it. */
bool gw_sip_early_updated(struct gw_sip_leg *l, const struct sip_msg *m)
{
	struct gw_sip_branch *b = branch_of(l, m->from.tag);
	bool was = l->early != NULL;

	if (!b)
		return was;
	authorize(b, m);
	if (l->agreed)
		keep_choice(b, &l->choice);
	choose(l, b);
	return was || l->early;
}
