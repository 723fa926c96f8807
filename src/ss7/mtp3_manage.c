/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages of signalling network management (Q.704 clause 15) and of link tests (Q.707): ITU has
 * the link in the label, ANSI in the message (T1.111.4 clause 15). Not checked against the texts.
 */
#include <string.h>

#include "base/log.h"
#include "ss7/mtp3_internal.h"

/* Those that are about a link, and how many bits they carry besides. */
static bool about_link(uint8_t heading, unsigned *bits)
{
	switch (heading) {
	case MTP3_COO:
	case MTP3_COA:
		*bits = 7;
		return true;
	case MTP3_CBD:
	case MTP3_CBA:
		*bits = 8;
		return true;
	case MTP3_XCO:
	case MTP3_XCA:
		*bits = 24;
		return true;
	default:
		*bits = 0;
		return (heading & 15) == 2 || (heading & 15) == 6;
	}
}

struct mtp3_link *mtp3_find_link(struct mtp3_set *s, uint8_t slc)
{
	for (unsigned i = 0; i < s->nr_links; i++)
		if (s->link[i]->cfg->slc == slc)
			return s->link[i];
	return NULL;
}

static struct mtp3_set *find_set(struct mtp3 *t, uint32_t pc)
{
	for (unsigned i = 0; i < t->cfg.nr_linksets; i++)
		if (t->set[i].cfg->adjacent_pc == pc)
			return &t->set[i];
	return NULL;
}

static uint32_t le(struct str s)
{
	uint32_t v = 0;

	for (size_t i = 0; i < s.len && i < 4; i++)
		v |= (uint32_t)(uint8_t)s.p[i] << 8 * i;
	return v;
}

static unsigned put_le(uint8_t *to, uint32_t v, unsigned bits)
{
	unsigned nr = (bits + 7) / 8;

	for (unsigned i = 0; i < nr; i++)
		to[i] = (uint8_t)(v >> 8 * i);
	return nr;
}

/* Over the given link if there is one, else one of the set that is up, else another set. */
static int send(struct mtp3_set *s, struct mtp3_link *via, struct str msu, uint8_t sls)
{
	struct mtp3_link *up = via;

	for (unsigned i = 0; !up && i < s->nr_links; i++)
		if (s->link[i]->available)
			up = s->link[i];
	for (unsigned i = 0; !up && i < s->nr_links; i++)
		if (s->link[i]->in_service && s->link[i]->act.state >= ACT_ACTIVE)
			up = s->link[i];
	if (!up)
		return mtp3_send(s->t, s->cfg->adjacent_pc, sls, msu);
	up->tx_msu++;
	return up->l2.ops->tx(up->l2.self, s->t->now, msu);
}

int mtp3_snm_tx(struct mtp3_set *s, struct mtp3_link *via, uint8_t heading, uint8_t slc,
		struct str body)
{
	struct mtp_label label = { .opc = s->own_pc,
				   .dpc = s->cfg->adjacent_pc,
				   .ni = s->t->cfg.ni };
	uint8_t octets[16] = { heading }, buf[MTP2_MAX_MSU];
	bool ansi = s->t->cfg.variant == MTP3_ANSI;
	unsigned bits, nr = 1;
	size_t len;

	if (ansi)
		label.priority = 3;
	if (about_link(heading, &bits) && ansi) {
		nr += put_le(octets + 1, le(body) << 4 | (slc & 15), bits + 4);
	} else {
		memcpy(octets + 1, body.len ? body.p : "", body.len < 15 ? body.len : 15);
		nr += (unsigned)body.len;
		label.sls = ansi ? 0 : slc;
	}
	len = mtp3_enc(s->t, &label, str_n(octets, nr), buf);
	return send(s, via, str_n(buf, len), label.sls);
}

/* Inhibiting, from the peer. */
static void inhibit_heard(struct mtp3_link *k, uint8_t heading)
{
	static const struct {
		uint8_t heading, event;
	} events[] = { { MTP3_LIA, INH_LIA },
		       { MTP3_LUA, INH_LUA },
		       { MTP3_LID, INH_LID },
		       { MTP3_LFU, INH_LFU } };
	bool others = false;

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i].heading == heading)
			mtp3_post(k->t, &k->inhibit, events[i].event);
	for (unsigned i = 0; i < k->set->nr_links; i++)
		others = others || (k->set->link[i] != k && k->set->link[i]->available);
	if (heading == MTP3_LIN && k->available && !others) {
		mtp3_snm_tx(k->set, NULL, MTP3_LID, k->cfg->slc, (struct str){ 0 });
	} else if (heading == MTP3_LIN) {
		mtp3_snm_tx(k->set, NULL, MTP3_LIA, k->cfg->slc, (struct str){ 0 });
		k->remote_inhibited = true;
	} else if (heading == MTP3_LUN) {
		mtp3_snm_tx(k->set, NULL, MTP3_LUA, k->cfg->slc, (struct str){ 0 });
		k->remote_inhibited = false;
	} else if (heading == MTP3_LLT && k->inhibit.state == INH_NONE) {
		mtp3_snm_tx(k->set, NULL, MTP3_LFU, k->cfg->slc, (struct str){ 0 });
	}
	mtp3_availability(k);
}

static void link_heard(struct mtp3_set *s, uint8_t heading, uint8_t slc, struct str body)
{
	struct mtp3_link *k = mtp3_find_link(s, slc);
	uint8_t value[4];
	unsigned bits;

	about_link(heading, &bits);
	if (s->t->cfg.variant == MTP3_ANSI && body.len) {
		k = mtp3_find_link(s, (uint8_t)body.p[0] & 15);
		put_le(value, le(body) >> 4, 24);
		body = str_n(value, (bits + 7) / 8);
	} else if (body.len < (bits + 7) / 8) {
		s->t->stats.malformed++;
		return;
	}
	if (bits == 7 && body.len) {
		value[0] = (uint8_t)body.p[0] & 127;
		body = str_n(value, 1);
	}
	if (k && (heading & 15) == 6)
		inhibit_heard(k, heading);
	else if (k)
		mtp3_change_heard(s, heading, k->cfg->slc, body);
}

static void upu_heard(struct mtp3 *t, struct str body)
{
	static const uint8_t cause[] = { MTP_STATUS_UPU_UNKNOWN, MTP_STATUS_UPU_UNEQUIPPED,
					 MTP_STATUS_UPU_INACCESSIBLE };
	unsigned octets = mtp3_pc_octets(t->cfg.variant), code;
	uint32_t pc;

	if (!mtp3_get_pc(t, body, 0, &pc) || body.len <= octets) {
		t->stats.malformed++;
		return;
	}
	code = (uint8_t)body.p[octets] >> 4;
	t->status = (struct mtp_prim){ .type = MTP_STATUS,
				       .label = { .dpc = pc, .si = (uint8_t)body.p[octets] & 15 },
				       .cause = cause[code < 3 ? code : 0] };
	t->has_status = true;
}

void mtp3_snm_rx(struct mtp3_link *from, const struct mtp3_msg *m)
{
	struct mtp3 *t = from->t;
	struct mtp3_set *s = find_set(t, m->label.opc);
	uint8_t heading;
	unsigned bits;

	if (!m->body.len) {
		t->stats.malformed++;
		return;
	}
	heading = (uint8_t)m->body.p[0];
	if (heading == MTP3_UPU) {
		upu_heard(t, str_from(m->body, 1));
	} else if (heading == MTP3_TFC) {
		mtp3_route_heard(t, from->set, heading, str_from(m->body, 1));
	} else if (!s) {
		t->stats.not_ours++; /* management is between neighbours */
	} else if (heading == MTP3_TRA || heading == MTP3_TRW) {
		mtp3_restart_heard(s, heading);
	} else if (about_link(heading, &bits)) {
		link_heard(s, heading, m->label.sls, str_from(m->body, 1));
	} else if ((heading & 15) == 4 || (heading & 15) == 5) {
		mtp3_route_heard(t, s, heading, str_from(m->body, 1));
	}
}

/* Link tests. ----------------------------------------------------------------------------------- */

static void pattern(const struct mtp3_link *k, uint8_t *to)
{
	memcpy(to, "tgk", 3);
	to[3] = (uint8_t)k->number;
}

static void send_test(struct mtp3_link *k, uint8_t heading, struct str octets)
{
	struct mtp3 *t = k->t;
	bool ansi = t->cfg.variant == MTP3_ANSI;
	struct mtp_label label = { .opc = k->set->own_pc,
				   .dpc = k->set->cfg->adjacent_pc,
				   .sls = ansi ? 0 : k->cfg->slc,
				   .si = ansi ? MTP3_SI_TEST_SPECIAL : MTP3_SI_TEST,
				   .ni = t->cfg.ni,
				   .priority = ansi ? 3 : 0 };
	uint8_t body[2 + 15] = { heading }, buf[MTP2_MAX_MSU];
	size_t len;

	body[1] = (uint8_t)(octets.len << 4 | (ansi ? k->cfg->slc : 0));
	memcpy(body + 2, octets.p, octets.len);
	len = mtp3_enc(t, &label, str_n(body, 2 + octets.len), buf);
	k->l2.ops->tx(k->l2.self, t->now, str_n(buf, len));
}

void mtp3_test_tx(struct mtp3_link *k)
{
	uint8_t octets[MTP3_PATTERN];

	pattern(k, octets);
	send_test(k, MTP3_SLTM, str_n(octets, sizeof(octets)));
}

static bool is_of_link(const struct mtp3_link *k, const struct mtp3_msg *m)
{
	uint8_t slc = m->label.sls;

	if (k->t->cfg.variant == MTP3_ANSI)
		slc = (uint8_t)m->body.p[1] & 15;
	if (m->label.opc == k->set->cfg->adjacent_pc && slc == k->cfg->slc)
		return true;
	log_notice(LOG_SS7, NULL,
		   "link %u of %s: a test from point code %u, link %u: %u, link %u was expected",
		   k->cfg->slc, k->set->cfg->name, m->label.opc, slc, k->set->cfg->adjacent_pc,
		   k->cfg->slc);
	return false;
}

void mtp3_test_rx(struct mtp3_link *k, const struct mtp3_msg *m)
{
	uint8_t own[MTP3_PATTERN];
	size_t len;

	if (m->body.len < 2 || m->body.len < 2 + (len = (uint8_t)m->body.p[1] >> 4)) {
		k->t->stats.malformed++;
		return;
	}
	if (!is_of_link(k, m))
		return;
	pattern(k, own);
	if ((uint8_t)m->body.p[0] == MTP3_SLTM)
		send_test(k, MTP3_SLTA, str_n(m->body.p + 2, len));
	else if ((uint8_t)m->body.p[0] == MTP3_SLTA &&
		 str_eq(str_n(m->body.p + 2, len), str_n(own, sizeof(own))))
		mtp3_post(k->t, &k->act, ACT_SLTA);
}
