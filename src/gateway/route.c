/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route: longest prefix, what is taken off and put before, and who a SIP address is. */
#include <stdio.h>
#include <string.h>

#include "gateway/route.h"

struct caller {
	enum gw_side side;
	const char *name, *number;
};

static bool matches(const struct gw_route_cfg *r, const struct caller *from)
{
	if (r->choice || (r->from != GW_SIDE_NONE && r->from != from->side))
		return false;
	if (r->from_name[0] && strcmp(r->from_name, from->name) != 0)
		return false;
	return strncmp(from->number, r->prefix, strlen(r->prefix)) == 0;
}

static bool is_better(const struct gw_route_cfg *r, const struct gw_route_cfg *best)
{
	size_t a = strlen(r->prefix), b = best ? strlen(best->prefix) : 0;

	return !best || a > b || (a == b && r->from_name[0] && !best->from_name[0]);
}

const struct gw_route_cfg *gw_route_find(const struct gw_config *c, enum gw_side from,
					 const char *name, const char *number)
{
	const struct caller caller = { from, name, number };
	const struct gw_route_cfg *best = NULL;

	for (unsigned i = 0; i < c->nr_routes; i++)
		if (matches(&c->route[i], &caller) && is_better(&c->route[i], best))
			best = &c->route[i];
	return best;
}

const struct gw_route_cfg *gw_route_next(const struct gw_config *c, const struct gw_route_cfg *r)
{
	const struct gw_route_cfg *next = NULL;

	for (unsigned i = 0; i < c->nr_routes; i++) {
		const struct gw_route_cfg *o = &c->route[i];

		if (o->from == r->from && strcmp(o->prefix, r->prefix) == 0 &&
		    strcmp(o->from_name, r->from_name) == 0 && o->choice > r->choice &&
		    (!next || o->choice < next->choice))
			next = o;
	}
	return next;
}

int gw_route_apply(const struct gw_route_cfg *r, const char *number, char *out)
{
	const char *digits = number + (number[0] == '+');
	bool keeps_plus = digits != number && !r->strip && !r->prepend[0];
	size_t nr = strlen(digits);
	char text[2 * GW_NUMBER_TEXT_MAX];

	digits += r->strip < nr ? r->strip : nr;
	snprintf(text, sizeof(text), "%s%s%s", keeps_plus ? "+" : "", r->prepend, digits);
	nr = strlen(text) - (text[0] == '+');
	if (nr == 0)
		return TG_ETRUNC;
	if (nr > GW_DIGITS_MAX)
		return TG_ELIMIT;
	strcpy(out, text);
	return 0;
}

const struct gw_peer_cfg *gw_peer_find(const struct gw_config *c, const struct addr *from)
{
	const struct gw_peer_cfg *found = NULL;

	for (unsigned i = 0; i < c->nr_peers; i++) {
		const struct gw_peer_cfg *p = &c->peer[i];
		if (addr_eq(&p->addr, from))
			return p;
		if (!found && addr_ip_eq(&p->addr, from))
			found = p;
	}
	return found;
}

const struct gw_peer_cfg *gw_peer_find_name(const struct gw_config *c, const char *name)
{
	for (unsigned i = 0; i < c->nr_peers; i++)
		if (strcmp(c->peer[i].name, name) == 0)
			return &c->peer[i];
	return NULL;
}
