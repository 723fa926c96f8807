/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_linkset: MTP's link sets as they are configured: what is wrong with them, and what MTP3 is
 * made of. */
#include <string.h>

#include "gateway/config.h"

#define BAD(d, ...) tg_fail(d, TG_EINVAL, 0, "", __VA_ARGS__)
#define NI_NATIONAL 2

int gw_linkset_find(const struct gw_cs7_cfg *c, const char *name)
{
	for (unsigned i = 0; i < c->nr_linksets; i++)
		if (strcmp(c->linkset[i].name, name) == 0)
			return (int)i;
	return -1;
}

struct gw_linkset_cfg *gw_linkset_add(struct gw_cs7_cfg *c, const char *name)
{
	int at = gw_linkset_find(c, name);
	struct gw_linkset_cfg *s;

	if (at >= 0)
		return &c->linkset[at];
	if (c->nr_linksets == MTP3_MAX_LINKSETS)
		return NULL;
	s = &c->linkset[c->nr_linksets++];
	memset(s, 0, sizeof(*s));
	str_copyz(s->name, sizeof(s->name), str_of(name));
	s->ni = NI_NATIONAL;
	return s;
}

/* What it was before is forgotten. */
struct gw_link_cfg *gw_link_add(struct gw_linkset_cfg *s, uint8_t slc)
{
	unsigned i = 0;

	while (i < s->nr_links && s->link[i].slc != slc)
		i++;
	if (i == MTP3_SET_LINKS)
		return NULL;
	s->nr_links += i == s->nr_links;
	memset(&s->link[i], 0, sizeof(s->link[i]));
	s->link[i].slc = slc;
	return &s->link[i];
}

const struct gw_link_cfg *gw_link(const struct gw_cs7_cfg *c, unsigned n)
{
	for (unsigned i = 0; i < c->nr_linksets; n -= c->linkset[i++].nr_links)
		if (n < c->linkset[i].nr_links)
			return &c->linkset[i].link[n];
	return NULL;
}

int gw_link_find(const struct gw_cs7_cfg *c, const char *linkset, unsigned slc)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->nr_linksets; n += c->linkset[i++].nr_links)
		for (unsigned k = 0; k < c->linkset[i].nr_links; k++)
			if (c->linkset[i].link[k].slc == slc &&
			    strcmp(c->linkset[i].name, linkset) == 0)
				return (int)(n + k);
	return -1;
}

/* Checks. --------------------------------------------------------------------------------------- */

static uint32_t own_pc(const struct gw_config *c)
{
	if (c->cs7.has_pc || !c->nr_trunks)
		return c->cs7.pc;
	return c->trunk[0].opc;
}

static int check_timeslot(const struct gw_config *c, const struct gw_linkset_cfg *s,
			  const struct gw_link_cfg *k, struct tg_diag *d)
{
	unsigned i = 0, max;

	while (i < c->nr_spans && c->span[i].number != k->span)
		i++;
	if (i == c->nr_spans)
		return BAD(d, "linkset %s: link %u: there is no span %u", s->name, k->slc, k->span);
	max = c->span[i].kind == TDM_E1 ? 31 : 24;
	if (k->ts < 1 || k->ts > max)
		return BAD(d, "linkset %s: link %u: span %u has timeslots 1 to %u", s->name, k->slc,
			   k->span, max);
	for (unsigned t = 0; t < c->nr_trunks; t++)
		for (unsigned r = 0; r < c->trunk[t].nr_ranges; r++) {
			const struct gw_range_cfg *x = &c->trunk[t].range[r];
			if (x->span == k->span && x->first_ts <= k->ts && k->ts <= x->last_ts)
				return BAD(d,
					   "linkset %s: link %u: timeslot %u of span %u is a "
					   "circuit of trunk %s",
					   s->name, k->slc, k->ts, k->span, c->trunk[t].name);
		}
	return 0;
}

static bool same_place(const struct gw_link_cfg *a, const struct gw_link_cfg *b)
{
	if (a->packet != b->packet || a->m2pa != b->m2pa)
		return false;
	if (a->m2pa)
		return a->tcp == b->tcp && addr_eq(&a->local, &b->local) &&
		       addr_eq(&a->remote, &b->remote);
	return a->packet ? strcmp(a->path, b->path) == 0 : a->span == b->span && a->ts == b->ts;
}

/* Each place carries one link. */
static int check_place(const struct gw_config *c, const struct gw_linkset_cfg *s,
		       const struct gw_link_cfg *k, struct tg_diag *d)
{
	const struct gw_link_cfg *o;

	for (unsigned n = 0; (o = gw_link(&c->cs7, n)) && o != k; n++)
		if (same_place(o, k))
			return BAD(d, "linkset %s: link %u: another link is there too", s->name,
				   k->slc);
	for (unsigned i = 0; k->packet && i < c->nr_spans; i++)
		if (strcmp(c->span[i].path, k->path) == 0)
			return BAD(d, "linkset %s: link %u: its path is that of span %u", s->name,
				   k->slc, c->span[i].number);
	if (k->m2pa && k->local.family != k->remote.family)
		return BAD(d, "linkset %s: link %u: one end has IPv4 and the other IPv6", s->name,
			   k->slc);
	return k->packet || k->m2pa ? 0 : check_timeslot(c, s, k, d);
}

static const struct {
	unsigned bits;
	const char *format;
} codes[] = {
	[MTP3_ITU] = { 14, "3 8 3" },
	[MTP3_ANSI] = { 24, "8 8 8" },
	[MTP3_CHINA] = { 24, "8 8 8" },
	[MTP3_JAPAN] = { 16, "5 4 7" },
};

static int check_codes(const struct gw_config *c, const struct gw_linkset_cfg *s, struct tg_diag *d)
{
	if (ss7_pc_bits(&c->cs7.format) != codes[s->variant].bits)
		return BAD(d,
			   "linkset %s: its point codes have %u bits: say `point-code format %s`",
			   s->name, codes[s->variant].bits, codes[s->variant].format);
	if (!s->has_adjacent)
		return BAD(d, "linkset %s: who is at the other end? say `adjacent-point-code`",
			   s->name);
	if (s->adjacent_pc == own_pc(c))
		return BAD(d, "linkset %s: the adjacent point code is our own", s->name);
	if (s->variant != c->cs7.linkset[0].variant || s->ni != c->cs7.linkset[0].ni)
		return BAD(d, "linksets %s and %s: one network indicator and variant for all",
			   c->cs7.linkset[0].name, s->name);
	return 0;
}

static int check_linkset(const struct gw_config *c, unsigned nr, struct tg_diag *d)
{
	const struct gw_linkset_cfg *s = &c->cs7.linkset[nr];

	if (check_codes(c, s, d) < 0)
		return TG_EINVAL;
	if (gw_cs7_as_find(&c->cs7, s->name) >= 0)
		return BAD(d, "linkset %s: an as has this name", s->name);
	for (unsigned i = 0; i < nr; i++)
		if (c->cs7.linkset[i].adjacent_pc == s->adjacent_pc)
			return BAD(d, "linksets %s and %s have one adjacent point code",
				   c->cs7.linkset[i].name, s->name);
	if (!s->nr_links)
		return BAD(d, "linkset %s has no link", s->name);
	for (unsigned i = 0; i < s->nr_links; i++)
		if (check_place(c, s, &s->link[i], d) < 0)
			return TG_EINVAL;
	return 0;
}

/* MTP3 takes nothing that comes for another point code or with another network indicator. */
static int check_trunk(const struct gw_config *c, const struct gw_trunk_cfg *t, struct tg_diag *d)
{
	for (unsigned i = 0; i < c->cs7.nr_linksets; i++) {
		const struct gw_linkset_cfg *s = &c->cs7.linkset[i];
		char own[SS7_PC_TEXT_MAX];

		if (s->adjacent_pc != t->dpc)
			continue;
		if (t->opc != own_pc(c))
			return BAD(d, "trunk %s: on linkset %s our point code is %s", t->name,
				   s->name, gw_pc_print(c, own_pc(c), own));
		if (t->ni != s->ni)
			return BAD(d, "trunk %s: linkset %s has another network indicator", t->name,
				   s->name);
	}
	return 0;
}

int gw_linkset_check(const struct gw_config *c, struct tg_diag *diag)
{
	unsigned links = 0, routes = 0;

	for (unsigned i = 0; i < c->cs7.nr_linksets; i++) {
		links += c->cs7.linkset[i].nr_links;
		if (check_linkset(c, i, diag) < 0)
			return TG_EINVAL;
	}
	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (check_trunk(c, &c->trunk[i], diag) < 0)
			return TG_EINVAL;
	for (unsigned i = 0; i < c->cs7.nr_routes; i++)
		routes += gw_linkset_find(&c->cs7, c->cs7.route[i].linkset) >= 0;
	if (links > MTP3_MAX_LINKS || routes > MTP3_MAX_ROUTES)
		return BAD(diag, "link sets have %d links and %d routes at most", MTP3_MAX_LINKS,
			   MTP3_MAX_ROUTES);
	return 0;
}

/* What is made of it. --------------------------------------------------------------------------- */

static void fill_links(const struct gw_linkset_cfg *s, unsigned number, struct mtp3_cfg *out)
{
	for (unsigned i = 0; i < s->nr_links; i++)
		out->link[out->nr_links++] =
			(struct mtp3_link_cfg){ .linkset = number,
						.slc = s->link[i].slc,
						.m2pa = s->link[i].m2pa,
						.mtp2 = { .ansi = s->variant == MTP3_ANSI } };
}

static void fill_routes(const struct gw_cs7_cfg *s, struct mtp3_cfg *out)
{
	for (unsigned i = 0; i < s->nr_routes; i++) {
		int set = gw_linkset_find(s, s->route[i].linkset);
		if (set >= 0)
			out->route[out->nr_routes++] =
				(struct mtp3_route_cfg){ .pc = s->route[i].pc,
							 .mask = s->route[i].mask,
							 .linkset = (unsigned)set,
							 .priority = s->route[i].priority };
	}
}

static bool leads_to(const struct mtp3_cfg *m, uint32_t pc)
{
	for (unsigned i = 0; i < m->nr_routes; i++)
		if (((m->route[i].pc ^ pc) & m->route[i].mask) == 0)
			return true;
	return false;
}

void gw_cs7_mtp3_cfg(const struct gw_config *c, struct mtp3_cfg *out)
{
	const struct gw_cs7_cfg *s = &c->cs7;

	out->own_pc = own_pc(c);
	out->ni = s->linkset[0].ni;
	out->variant = s->linkset[0].variant;
	out->nr_linksets = s->nr_linksets;
	for (unsigned i = 0; i < s->nr_linksets; i++) {
		memcpy(out->linkset[i].name, s->linkset[i].name, sizeof(out->linkset[i].name));
		out->linkset[i].adjacent_pc = s->linkset[i].adjacent_pc;
		fill_links(&s->linkset[i], i, out);
	}
	fill_routes(s, out);
	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (leads_to(out, c->trunk[i].dpc)) {
			out->dest[out->nr_dests++] = c->trunk[i].dpc;
			if (c->trunk[i].sls_bits > out->sls_bits)
				out->sls_bits = c->trunk[i].sls_bits;
		}
}
