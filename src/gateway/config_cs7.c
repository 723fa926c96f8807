/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_cs7: what is wrong with the signalling network as it is configured, and what is made of
 * it. */
#include <stdio.h>
#include <string.h>

#include "gateway/config.h"

#define BAD(d, ...) tg_fail(d, TG_EINVAL, 0, "", __VA_ARGS__)

void gw_cs7_defaults(struct gw_cs7_cfg *c)
{
	c->format = ss7_pc_itu;
}

int gw_cs7_asp_find(const struct gw_cs7_cfg *c, const char *name)
{
	for (unsigned i = 0; i < c->nr_asps; i++)
		if (strcmp(c->asp[i].name, name) == 0)
			return (int)i;
	return -1;
}

int gw_cs7_as_find(const struct gw_cs7_cfg *c, const char *name)
{
	for (unsigned i = 0; i < c->nr_as; i++)
		if (strcmp(c->as[i].name, name) == 0)
			return (int)i;
	return -1;
}

struct gw_asp_cfg *gw_cs7_asp_add(struct gw_cs7_cfg *c, const char *name)
{
	int at = gw_cs7_asp_find(c, name);
	struct gw_asp_cfg *a;

	if (at >= 0)
		return &c->asp[at];
	if (c->nr_asps == GW_CS7_MAX_ASPS)
		return NULL;
	a = &c->asp[c->nr_asps++];
	memset(a, 0, sizeof(*a));
	str_copyz(a->name, sizeof(a->name), str_of(name));
	a->heartbeat_s = GW_CS7_HEARTBEAT;
	a->t_ack_s = 2;
	return a;
}

struct gw_as_cfg *gw_cs7_as_add(struct gw_cs7_cfg *c, const char *name)
{
	int at = gw_cs7_as_find(c, name);
	struct gw_as_cfg *as;

	if (at >= 0)
		return &c->as[at];
	if (c->nr_as == GW_CS7_MAX_AS)
		return NULL;
	as = &c->as[c->nr_as++];
	memset(as, 0, sizeof(*as));
	str_copyz(as->name, sizeof(as->name), str_of(name));
	as->mode = M3UA_OVERRIDE;
	as->recovery_ms = 2000;
	return as;
}

char *gw_pc_print(const struct gw_config *c, uint32_t pc, char *buf)
{
	if (c->cs7.present)
		return ss7_pc_print(&c->cs7.format, pc, buf);
	snprintf(buf, SS7_PC_TEXT_MAX, "%u", pc);
	return buf;
}

/* Checks. --------------------------------------------------------------------------------------- */

static int check_asp(const struct gw_asp_cfg *a, struct tg_diag *d)
{
	if (!a->nr_remote)
		return BAD(d, "asp %s: where is the other end? say `remote-ip`", a->name);
	if (!a->server && !a->remote_port)
		return BAD(d, "asp %s: a client wants a remote port", a->name);
	if (a->server && !a->local_port)
		return BAD(d, "asp %s: a server wants a local port", a->name);
	if (a->tcp && (a->nr_remote > 1 || a->nr_local > 1))
		return BAD(d, "asp %s: TCP has one address at each end", a->name);
	for (unsigned i = 0; i < a->nr_local; i++)
		if (a->local[i].family != a->remote[0].family)
			return BAD(d, "asp %s: one end has IPv4 and the other IPv6", a->name);
	return 0;
}

static int check_as(const struct gw_cs7_cfg *c, unsigned nr, struct tg_diag *d)
{
	const struct gw_as_cfg *as = &c->as[nr];

	if (!as->nr_asps)
		return BAD(d, "as %s has no asp", as->name);
	for (unsigned i = 0; i < as->nr_asps; i++)
		if (gw_cs7_asp_find(c, as->asp[i]) < 0)
			return BAD(d, "as %s: there is no asp %s", as->name, as->asp[i]);
	for (unsigned i = 0; i < nr; i++)
		for (unsigned k = 0; k < as->nr_asps * c->as[i].nr_asps; k++)
			if (strcmp(as->asp[k % as->nr_asps], c->as[i].asp[k / as->nr_asps]) == 0 &&
			    (!as->has_rc || !c->as[i].has_rc || as->rc == c->as[i].rc))
				return BAD(d,
					   "as %s and as %s share an asp: each wants a routing "
					   "context of its own",
					   c->as[i].name, as->name);
	return 0;
}

static int check_route(const struct gw_cs7_cfg *c, const struct gw_cs7_route_cfg *r,
		       struct tg_diag *d)
{
	if (gw_cs7_as_find(c, r->linkset) < 0 && gw_linkset_find(c, r->linkset) < 0)
		return BAD(d, "route: there is no linkset or as %s", r->linkset);
	return 0;
}

int gw_cs7_check(const struct gw_config *c, struct tg_diag *diag)
{
	const struct gw_cs7_cfg *s = &c->cs7;

	for (unsigned i = 0; i < s->nr_asps; i++)
		if (check_asp(&s->asp[i], diag) < 0)
			return TG_EINVAL;
	for (unsigned i = 0; i < s->nr_as; i++)
		if (check_as(s, i, diag) < 0)
			return TG_EINVAL;
	for (unsigned i = 0; i < s->nr_routes; i++)
		if (check_route(s, &s->route[i], diag) < 0)
			return TG_EINVAL;
	return gw_linkset_check(c, diag);
}

/* What is made of it. --------------------------------------------------------------------------- */

static void fill_asp(const struct gw_asp_cfg *a, struct m3ua_asp_cfg *out)
{
	*out = (struct m3ua_asp_cfg){ .role = a->role,
				      .exchange = a->exchange,
				      .server = a->server,
				      .stream = a->tcp,
				      .has_id = a->has_id,
				      .id = a->id,
				      .t_ack_ms = a->t_ack_s * 1000,
				      .t_beat_ms = a->heartbeat_s * 1000 };
	memcpy(out->name, a->name, sizeof(out->name));
}

static void fill_as(const struct gw_cs7_cfg *c, const struct gw_as_cfg *as, struct m3ua_as_cfg *out)
{
	*out = (struct m3ua_as_cfg){ .has_rc = as->has_rc,
				     .has_na = as->has_na,
				     .has_mode = as->has_mode,
				     .rc = as->rc,
				     .na = as->na,
				     .mode = as->mode,
				     .t_r_ms = as->recovery_ms,
				     .nr_members = as->nr_asps };
	memcpy(out->name, as->name, sizeof(out->name));
	for (unsigned i = 0; i < as->nr_asps; i++)
		out->member[i] = (unsigned)gw_cs7_asp_find(c, as->asp[i]);
}

static void add(uint32_t *list, unsigned *nr, unsigned max, uint32_t pc)
{
	for (unsigned i = 0; i < *nr; i++)
		if (list[i] == pc)
			return;
	if (*nr < max)
		list[(*nr)++] = pc;
}

static bool is_in(const uint32_t *list, unsigned nr, uint32_t pc)
{
	for (unsigned i = 0; i < nr; i++)
		if (list[i] == pc)
			return true;
	return false;
}

static void fill_points(const struct gw_config *c, struct ss7_net_cfg *out)
{
	if (c->cs7.has_pc)
		add(out->own, &out->nr_own, SS7_NET_MAX_OWN, c->cs7.pc);
	for (unsigned i = 0; i < c->nr_trunks; i++) {
		add(out->own, &out->nr_own, SS7_NET_MAX_OWN, c->trunk[i].opc);
		add(out->dest, &out->nr_dests, SS7_NET_MAX_DESTS, c->trunk[i].dpc);
	}
}

static bool has_route(const struct ss7_net_cfg *n, uint32_t pc)
{
	for (unsigned i = 0; i < n->nr_routes; i++)
		if (((n->route[i].pc ^ pc) & n->route[i].mask) == 0)
			return true;
	return false;
}

static void fill_local_routes(uint32_t lab, struct ss7_net_cfg *out)
{
	for (unsigned i = 0; i < out->nr_dests; i++) {
		uint32_t pc = out->dest[i];
		if (has_route(out, pc) || (pc != lab && !is_in(out->own, out->nr_own, pc)))
			continue;
		out->route[out->nr_routes++] = (struct ss7_route_cfg){ .pc = pc,
								       .mask = 0xffffff,
								       .priority = 1,
								       .via = SS7_VIA_CARRIER,
								       .number = GW_CS7_LOCAL };
	}
}

static struct ss7_route_cfg net_route(const struct gw_cs7_cfg *s, const struct gw_cs7_route_cfg *r)
{
	int as = gw_cs7_as_find(s, r->linkset);

	return (struct ss7_route_cfg){ .pc = r->pc,
				       .mask = r->mask,
				       .priority = r->priority,
				       .via = as < 0 ? SS7_VIA_CARRIER : SS7_VIA_AS,
				       .number = as < 0 ? GW_CS7_MTP3 : (unsigned)as };
}

/* A neighbour needs no route of its own. */
static void fill_neighbours(const struct gw_cs7_cfg *s, struct ss7_net_cfg *out)
{
	for (unsigned i = 0; i < s->nr_linksets; i++)
		if (!has_route(out, s->linkset[i].adjacent_pc))
			out->route[out->nr_routes++] =
				(struct ss7_route_cfg){ .pc = s->linkset[i].adjacent_pc,
							.mask = 0xffffff,
							.priority = 1,
							.via = SS7_VIA_CARRIER,
							.number = GW_CS7_MTP3 };
}

void gw_cs7_net_cfg(const struct gw_config *c, uint32_t lab, struct ss7_net_cfg *out)
{
	const struct gw_cs7_cfg *s = &c->cs7;

	out->nr_carriers = GW_CS7_MTP3 + 1;
	out->pc_bits = ss7_pc_bits(&s->format);
	fill_points(c, out);
	out->m3ua.nr_asps = s->nr_asps;
	out->m3ua.nr_as = s->nr_as;
	for (unsigned i = 0; i < s->nr_asps; i++)
		fill_asp(&s->asp[i], &out->m3ua.asp[i]);
	for (unsigned i = 0; i < s->nr_as; i++)
		fill_as(s, &s->as[i], &out->m3ua.as[i]);
	for (unsigned i = 0; i < s->nr_routes; i++)
		out->route[out->nr_routes++] = net_route(s, &s->route[i]);
	fill_neighbours(s, out);
	fill_local_routes(lab, out);
}
