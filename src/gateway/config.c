/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config: the configuration value, its defaults and how its things are found and added. */
#include <ctype.h>
#include <string.h>

#include "gateway/config.h"

static struct addr any_ip4(uint16_t port)
{
	return (struct addr){ .family = ADDR_IP4, .port = port };
}

static void set_defaults(struct gw_config *c)
{
	/* the network has no way for the call */
	static const uint8_t advance[] = { 34, 38, 41, 42, 44, 47 };

	c->sip_bind = any_ip4(5060);
	c->rtp_bind = any_ip4(0);
	c->rtp_port_first = 10000;
	c->rtp_port_last = 19999;
	c->rtp_buffer_ms = 40;
	c->workers.nr = 1;
	c->rtp_joins = GW_JOINS_AUTO;
	c->vty_bind = any_ip4(4290);
	c->vty_bind.ip[0] = 127;
	c->vty_bind.ip[3] = 1;
	c->max_calls = 1000;
	c->call_history = 200;
	gw_cs7_defaults(&c->cs7);
	c->sip_t1_ms = 500;
	for (size_t i = 0; i < sizeof(advance); i++)
		iw_cause_add(&c->advance, advance[i]);
	c->sip_session_expires_s = 1800;
	c->sip_min_se_s = 90;
	c->sip_messages = true;
	c->sip_presence = true;
	c->peer_default = (struct gw_peer_cfg){
		.nr_codecs = 2,
		.codec = { SDP_PCMA, SDP_PCMU },
		.ptime_ms = 20,
		.flow = { .rel100 = GW_REL100_DEFAULT },
		.register_expires_s = 3600,
		.any_transport = true,
	};
}

static struct gw_config *config_alloc(struct mem *parent)
{
	struct mem *m = mem_sub(parent, "configuration");
	struct gw_config *c = m ? MEM_NEW(m, struct gw_config) : NULL;

	if (!c) {
		mem_free(m);
		return NULL;
	}
	c->mem = m;
	return c;
}

struct gw_config *gw_config_new(struct mem *parent)
{
	struct gw_config *c = config_alloc(parent);

	if (c)
		set_defaults(c);
	return c;
}

static int copy_variants(struct gw_config *copy, const struct gw_config *c)
{
	int rc = 0;

	copy->nr_variants = 0;
	for (unsigned i = 0; i < c->nr_variants && rc == 0; i++)
		rc = gw_config_variant_set(copy, c->variant[i].path, c->variant[i].text, NULL);
	return rc;
}

struct gw_config *gw_config_copy(struct mem *parent, const struct gw_config *c)
{
	struct gw_config *copy = config_alloc(parent);
	struct mem *m;

	if (!copy)
		return NULL;
	m = copy->mem;
	memcpy(copy, c, sizeof(*copy));
	copy->mem = m;
	if (copy_variants(copy, c) == 0)
		return copy;
	mem_free(m);
	return NULL;
}

/* Letters, digits, '-', '_' and '.', so that a name is one word of the configuration file. */
static bool name_ok(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return len > 0 && len < GW_NAME_MAX;
}

struct gw_trunk_cfg *gw_config_trunk_add(struct gw_config *c, const char *name)
{
	struct gw_trunk_cfg *t;

	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, name) == 0)
			return &c->trunk[i];
	if (c->nr_trunks == GW_MAX_TRUNKS || !name_ok(name))
		return NULL;
	t = &c->trunk[c->nr_trunks++];
	*t = (struct gw_trunk_cfg){ .ni = 2,
				    .repeats = GW_REPEATS_DEFAULT,
				    .ringback = GW_RINGBACK_TRUNK,
				    .numbering = IW_NUMBERING_DEFAULT };
	strcpy(t->name, name);
	return t;
}

struct gw_peer_cfg *gw_config_peer_add(struct gw_config *c, const char *name)
{
	struct gw_peer_cfg *p;

	for (unsigned i = 0; i < c->nr_peers; i++)
		if (strcmp(c->peer[i].name, name) == 0)
			return &c->peer[i];
	if (c->nr_peers == GW_MAX_PEERS || !name_ok(name))
		return NULL;
	p = &c->peer[c->nr_peers++];
	*p = c->peer_default;
	strcpy(p->name, name);
	return p;
}

struct gw_user_cfg *gw_config_user_add(struct gw_config *c, const char *name)
{
	struct gw_user_cfg *u;

	for (unsigned i = 0; i < c->nr_users; i++)
		if (strcmp(c->user[i].name, name) == 0)
			return &c->user[i];
	if (c->nr_users == GW_MAX_USERS || !name_ok(name))
		return NULL;
	u = &c->user[c->nr_users++];
	*u = (struct gw_user_cfg){ 0 };
	strcpy(u->name, name);
	return u;
}

unsigned gw_config_joins(const struct gw_config *c)
{
	if (c->rtp_joins != GW_JOINS_AUTO)
		return c->rtp_joins;
	for (unsigned i = 0; i < c->nr_routes; i++)
		if (c->route[i].to == GW_SIDE_SIP && c->route[i].from != GW_SIDE_TRUNK)
			return GW_JOINS_DEFAULT;
	return 0;
}

unsigned gw_config_nr_inside(const struct gw_config *c)
{
	return 2 * ((gw_config_joins(c) + MED_INSIDE_PAIRS - 1) / MED_INSIDE_PAIRS);
}

const struct gw_test_line_cfg *gw_config_test_line(const struct gw_config *c, const char *number)
{
	for (unsigned i = 0; i < c->nr_test_lines; i++)
		if (strcmp(c->test_line[i].number, number) == 0)
			return &c->test_line[i];
	return NULL;
}

struct gw_test_line_cfg *gw_config_test_line_add(struct gw_config *c, const char *number)
{
	const char *digits = number[0] == '+' ? number + 1 : number;
	struct gw_test_line_cfg *t;

	for (unsigned i = 0; i < c->nr_test_lines; i++)
		if (strcmp(c->test_line[i].number, number) == 0)
			return &c->test_line[i];
	if (c->nr_test_lines == GW_MAX_TEST_LINES || !digits[0] ||
	    strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > GW_DIGITS_MAX)
		return NULL;
	t = &c->test_line[c->nr_test_lines++];
	*t = (struct gw_test_line_cfg){ .use = MED_TS_SILENCE };
	strcpy(t->number, number);
	return t;
}

struct iw_profile *gw_config_profile_add(struct gw_config *c, const char *name)
{
	struct iw_profile *p;

	for (unsigned i = 0; i < c->nr_profiles; i++)
		if (strcmp(c->profile[i].name, name) == 0)
			return &c->profile[i];
	if (c->nr_profiles == GW_MAX_PROFILES || !name_ok(name) || iw_base_find(name) >= 0)
		return NULL;
	p = &c->profile[c->nr_profiles++];
	*p = (struct iw_profile){ .base = IW_RFC3398 };
	strcpy(p->name, name);
	return p;
}

bool gw_config_profile_find(const struct gw_config *c, const char *name, struct iw_profile *out)
{
	int base = iw_base_find(name[0] ? name : "rfc3398");

	*out = (struct iw_profile){ .base = base < 0 ? IW_RFC3398 : (uint8_t)base };
	str_copyz(out->name, sizeof(out->name), str_of(iw_base_names[out->base]));
	for (unsigned i = 0; base < 0 && i < c->nr_profiles; i++)
		if (strcmp(c->profile[i].name, name) == 0) {
			*out = c->profile[i];
			return true;
		}
	return base >= 0;
}

struct iw_profile gw_config_profile(const struct gw_config *c, const char *name)
{
	struct iw_profile p;

	gw_config_profile_find(c, name, &p);
	return p;
}

struct gw_span_cfg *gw_config_span_add(struct gw_config *c, unsigned number)
{
	for (unsigned i = 0; i < c->nr_spans; i++)
		if (c->span[i].number == number)
			return &c->span[i];
	if (number >= GW_MAX_SPANS || c->nr_spans == GW_MAX_SPANS)
		return NULL;
	c->span[c->nr_spans] = (struct gw_span_cfg){ .number = number,
						     .buffer_ms = GW_SPAN_BUFFER_MS,
						     .los_ms = GW_SPAN_LOS_MS,
						     .frames = TDM_BLOCK };
	return &c->span[c->nr_spans++];
}

struct gw_route_cfg *gw_config_route_add(struct gw_config *c)
{
	if (c->nr_routes == GW_MAX_ROUTES)
		return NULL;
	c->route[c->nr_routes] = (struct gw_route_cfg){ .from = GW_SIDE_NONE };
	return &c->route[c->nr_routes++];
}

bool gw_config_same_points(const struct gw_trunk_cfg *a, const struct gw_trunk_cfg *b)
{
	return a->opc == b->opc && a->dpc == b->dpc && a->ni == b->ni;
}

unsigned gw_config_trunk_circuits(const struct gw_trunk_cfg *t)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < t->nr_ranges; i++) {
		const struct gw_range_cfg *r = &t->range[i];
		nr += r->last_ts >= r->first_ts ? r->last_ts - r->first_ts + 1u : 0;
	}
	return nr;
}

unsigned gw_config_nr_circuits(const struct gw_config *c)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < c->nr_trunks; i++)
		nr += gw_config_trunk_circuits(&c->trunk[i]);
	return nr;
}

const struct gw_trunk_cfg *gw_config_group_find(const struct gw_config *c, struct str group,
						struct str context, bool *ours)
{
	const struct gw_trunk_cfg *found = NULL;

	*ours = false;
	for (unsigned i = 0; i < c->nr_trunks && !found; i++) {
		const struct gw_trunk_cfg *t = &c->trunk[i];

		if (!t->group[0] || !str_caseeq(context, str_of(t->group_context)))
			continue;
		*ours = true;
		if (str_caseeq(group, str_of(t->group)))
			found = t;
	}
	return found;
}

struct iw_dialect gw_config_dialect(const struct gw_config *c, const char *trunk)
{
	const struct gw_trunk_cfg *t = gw_config_trunk_find(c, trunk);

	return t ? t->dialect : (struct iw_dialect){ 0 };
}

struct iw_numbering gw_config_numbering(const struct gw_config *c, const char *trunk)
{
	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, trunk) == 0)
			return c->trunk[i].numbering;
	return IW_NUMBERING_DEFAULT;
}

const struct gw_trunk_cfg *gw_config_trunk_find(const struct gw_config *c, const char *name)
{
	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, name) == 0)
			return &c->trunk[i];
	return NULL;
}

enum dsp_ringback_kind gw_config_ringback(const struct gw_config *c, const char *trunk)
{
	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, trunk) == 0)
			return c->trunk[i].ringback;
	return GW_RINGBACK_TRUNK;
}
