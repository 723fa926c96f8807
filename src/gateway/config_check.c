/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_check: what one line of the configuration alone cannot show. Each check says which thing
 * is wrong, and what it clashes with. */
#include <string.h>

#include "gateway/route.h"

#define POINT_CODE_MAX 16383	/* Q.704 2.2: 14 bits */
#define ANSI_CODE_MAX  16777215 /* T1.111.4: 24 bits */

#define BAD(d, ...) tg_fail(d, TG_EINVAL, 0, "", __VA_ARGS__)

static int in_range(const char *what, uint32_t v, uint32_t min, uint32_t max, struct tg_diag *d)
{
	return v >= min && v <= max ? 0 : BAD(d, "%s is %u, not %u to %u", what, v, min, max);
}

static int check_bounds(const struct gw_config *c, struct tg_diag *d)
{
	const struct {
		const char *what;
		uint32_t v, min, max;
	} rows[] = {
		{ "the number of calls", c->max_calls, 1, 100000 },
		{ "the call history", c->call_history, 0, 100000 },
		{ "SIP timer T1 (ms)", c->sip_t1_ms, 10, 60000 },
		{ "the least session interval (s)", c->sip_min_se_s, 90, 86400 },
		{ "the RTP receive buffer (ms)", c->rtp_buffer_ms, 10, 250 },
		{ "the number of media workers", c->workers.nr, 1, GW_MAX_WORKERS },
		{ "the priority of media workers", c->workers.priority, 0, 99 },
		{ "the SIP port", c->sip_bind.port, 1, 65535 },
		{ "the VTY port", c->vty_bind.port, 1, 65535 },
		{ "the first RTP port", c->rtp_port_first, 1024, 65534 },
		{ "the last RTP port", c->rtp_port_last, c->rtp_port_first, 65535 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (in_range(rows[i].what, rows[i].v, rows[i].min, rows[i].max, d) < 0)
			return TG_EINVAL;
	if (c->sip_session_expires_s && c->sip_session_expires_s < c->sip_min_se_s)
		return BAD(d, "session-expires is below min-se");
	if (c->sip_sips == SIP_SIPS_ALWAYS && !c->sip_tls.bind.family)
		return BAD(d, "sips require: nobody could call, there is no listen tls");
	if (c->rtp_port_first == c->rtp_port_last && c->rtp_port_first % 2)
		return BAD(d, "the RTP ports hold no even one");
	if (c->rtp_joins > GW_JOINS_MAX && c->rtp_joins != GW_JOINS_AUTO)
		return BAD(d, "rtp-joins is %u, not 0 to %d", c->rtp_joins, GW_JOINS_MAX);
	if (c->workers.nr_cores && c->workers.nr_cores != c->workers.nr)
		return BAD(d, "worker-cores names %u, and there are %u workers",
			   c->workers.nr_cores, c->workers.nr);
	if (c->sip_bind.family == ADDR_NONE || c->rtp_bind.family == ADDR_NONE)
		return BAD(d, "the SIP and the RTP address must be set");
	return 0;
}

static const struct gw_span_cfg *find_span(const struct gw_config *c, unsigned number)
{
	for (unsigned i = 0; i < c->nr_spans; i++)
		if (c->span[i].number == number)
			return &c->span[i];
	return NULL;
}

static int check_driver(const struct gw_span_cfg *s, struct tg_diag *d)
{
	if (s->buffer_ms < 1 || s->buffer_ms > GW_SPAN_BUFFER_MAX)
		return BAD(d, "span %u: receive-buffer is %u, not 1 to %u", s->number, s->buffer_ms,
			   GW_SPAN_BUFFER_MAX);
	if (s->los_ms < GW_SPAN_LOS_MIN || s->los_ms > GW_SPAN_LOS_MAX)
		return BAD(d, "span %u: los-after is %u, not %u to %u", s->number, s->los_ms,
			   GW_SPAN_LOS_MIN, GW_SPAN_LOS_MAX);
	if (s->driver == GW_SPAN_UNIX && s->path[0] != '/')
		return BAD(d, "span %u: say `path` and a file name that begins with '/'",
			   s->number);
	if (gw_span_is_udp(s) && (!s->local.port || !s->remote.port))
		return BAD(d, "span %u: say `local` and `remote`, an address and a port each",
			   s->number);
	if (gw_span_is_udp(s) && s->local.family != s->remote.family)
		return BAD(d, "span %u: local and remote are not of one address family", s->number);
	if (s->crc4 && (s->driver != GW_SPAN_SATOP || s->kind != TDM_E1))
		return BAD(d, "span %u: crc4 is for an E1 with driver satop", s->number);
	if (s->octet_aligned && (s->driver != GW_SPAN_SATOP || s->kind != TDM_T1))
		return BAD(d, "span %u: octet-aligned is for a T1 with driver satop", s->number);
	if (s->driver == GW_SPAN_TDMOE && !s->interface[0])
		return BAD(d, "span %u: say `ethernet`, our interface, and the far end's address",
			   s->number);
	if (s->driver == GW_SPAN_DAHDI && !s->channel)
		return BAD(d, "span %u: say `channel` and the number of its first DAHDI channel",
			   s->number);
	if (s->driver == GW_SPAN_VIRTUAL && s->clock_slave)
		return BAD(d, "span %u: a virtual span has no clock to be the slave of", s->number);
	return 0;
}

static int check_spans(const struct gw_config *c, struct tg_diag *d)
{
	for (unsigned i = 0; i < c->nr_spans; i++) {
		const struct gw_span_cfg *s = &c->span[i];
		if (s->number >= GW_MAX_SPANS)
			return BAD(d, "span %u: spans are 0 to %u", s->number, GW_MAX_SPANS - 1);
		if (find_span(c, s->number) != s)
			return BAD(d, "span %u stands there twice", s->number);
		if (check_driver(s, d) < 0)
			return TG_EINVAL;
		for (unsigned k = 0; k < i && s->path[0]; k++)
			if (strcmp(c->span[k].path, s->path) == 0)
				return BAD(d, "spans %u and %u have one path", c->span[k].number,
					   s->number);
	}
	return 0;
}

static int check_range(const struct gw_config *c, const struct gw_trunk_cfg *t,
		       const struct gw_range_cfg *r, struct tg_diag *d)
{
	const struct gw_span_cfg *s = find_span(c, r->span);
	unsigned max_ts, cic_max = (1u << gw_config_variant(c, t)->cic_bits) - 1;

	if (!s)
		return BAD(d, "trunk %s: there is no span %u", t->name, r->span);
	max_ts = s->kind == TDM_E1 ? 31 : 24;
	if (r->first_ts < 1 || r->last_ts < r->first_ts || r->last_ts > max_ts)
		return BAD(d, "trunk %s: timeslots %u-%u: span %u has 1 to %u", t->name,
			   r->first_ts, r->last_ts, r->span, max_ts);
	if (r->first_cic + (unsigned)(r->last_ts - r->first_ts) > cic_max)
		return BAD(d, "trunk %s: CICs from %u on go over %u", t->name, r->first_cic,
			   cic_max);
	return 0;
}

/* Q.764 table A.1, or what the variant says. */
static int check_timers(const struct gw_trunk_cfg *t, const struct isup_variant *v,
			struct tg_diag *d)
{
	for (int i = 0; i < ISUP_NR_TIMERS; i++) {
		const struct isup_timer_row *row = isup_timer_row(v, i);
		if (t->timer_ms[i] &&
		    (t->timer_ms[i] < row->min_ms || t->timer_ms[i] > row->max_ms))
			return BAD(d, "trunk %s: timer %s is %u s, not %u to %u (%s)", t->name,
				   row->name, t->timer_ms[i] / 1000, row->min_ms / 1000,
				   row->max_ms / 1000, row->clause);
	}
	return 0;
}

static int check_variant(const struct gw_config *c, const struct gw_trunk_cfg *t, struct tg_diag *d)
{
	const struct isup_variant *v = gw_config_variant(c, t);
	uint32_t max = POINT_CODE_MAX;

	if (!v)
		return BAD(d, "trunk %s: there is no ISUP variant %.80s", t->name, t->variant);
	if (v->cic_bits > 12)
		max = ANSI_CODE_MAX;
	else if (t->sls_bits > 4)
		return BAD(d, "trunk %s: sls-bits %u is ANSI's; there are 4 in Q.704 2.2.4",
			   t->name, t->sls_bits);
	if (t->reserve && !isup_msg_row(v, ISUP_CRM))
		return BAD(d, "trunk %s: circuit-reservation is ANSI's; its variant has no CRM",
			   t->name);
	if (ss7_pc_bits(&c->cs7.format) > 14)
		max = (1u << ss7_pc_bits(&c->cs7.format)) - 1;
	if (t->opc > max || t->dpc > max)
		return BAD(d, "trunk %s: point codes are 0 to %u", t->name, max);
	return check_timers(t, v, d);
}

static int check_trunk(const struct gw_config *c, const struct gw_trunk_cfg *t, struct tg_diag *d)
{
	if (check_variant(c, t, d) < 0)
		return TG_EINVAL;
	if (t->opc == t->dpc)
		return BAD(d, "trunk %s: both ends have the point code %u", t->name, t->opc);
	if (t->ni > 3)
		return BAD(d, "trunk %s: the network indicator is 0 to 3", t->name);
	if (t->nr_ranges == 0)
		return BAD(d, "trunk %s has no circuits", t->name);
	if (t->dialect.portability == IW_PORTED_CONCATENATED && (t->overlap_s || t->min_digits))
		return BAD(d,
			   "trunk %s: numbers that come digit by digit (called-digits) cannot be "
			   "taken apart (number-portability concatenated)",
			   t->name);
	for (unsigned i = 0; i < t->nr_ranges; i++)
		if (check_range(c, t, &t->range[i], d) < 0)
			return TG_EINVAL;
	return 0;
}

static bool overlap(unsigned a_first, unsigned b_first, unsigned a_nr, unsigned b_nr)
{
	return a_first < b_first + b_nr && b_first < a_first + a_nr;
}

/* Two ranges: no timeslot in both; no CIC in both when the signalling points are the same. */
static int check_pair(const struct gw_trunk_cfg *a, const struct gw_range_cfg *ra,
		      const struct gw_trunk_cfg *b, const struct gw_range_cfg *rb,
		      struct tg_diag *d)
{
	unsigned nr_a = ra->last_ts - ra->first_ts + 1u, nr_b = rb->last_ts - rb->first_ts + 1u;

	if (ra->span == rb->span && overlap(ra->first_ts, rb->first_ts, nr_a, nr_b))
		return BAD(d, "trunks %s and %s: timeslots %u-%u and %u-%u of span %u overlap",
			   a->name, b->name, ra->first_ts, ra->last_ts, rb->first_ts, rb->last_ts,
			   ra->span);
	if (a->opc == b->opc && a->dpc == b->dpc &&
	    overlap(ra->first_cic, rb->first_cic, nr_a, nr_b))
		return BAD(d, "trunks %s and %s: CICs from %u and from %u on overlap", a->name,
			   b->name, ra->first_cic, rb->first_cic);
	return 0;
}

static int check_against_earlier(const struct gw_config *c, unsigned trunk, unsigned range,
				 struct tg_diag *d)
{
	const struct gw_trunk_cfg *a = &c->trunk[trunk];

	for (unsigned i = 0; i <= trunk; i++) {
		const struct gw_trunk_cfg *b = &c->trunk[i];
		for (unsigned k = 0; k < (i == trunk ? range : b->nr_ranges); k++)
			if (check_pair(b, &b->range[k], a, &a->range[range], d) < 0)
				return TG_EINVAL;
	}
	return 0;
}

/* Trunks between the same points have one ISUP. */
static int check_siblings(const struct gw_config *c, unsigned at, struct tg_diag *d)
{
	const struct gw_trunk_cfg *t = &c->trunk[at];

	for (unsigned i = 0; i < at; i++) {
		const struct gw_trunk_cfg *o = &c->trunk[i];
		if (!gw_config_same_points(o, t))
			continue;
		if (!gw_config_variant_same(c, o, c, t))
			return BAD(d,
				   "trunks %s and %s: between the same point codes, but not of "
				   "one ISUP variant",
				   o->name, t->name);
		if (memcmp(o->timer_ms, t->timer_ms, sizeof(t->timer_ms)) != 0)
			return BAD(d,
				   "trunks %s and %s: between the same point codes, but their "
				   "timers differ",
				   o->name, t->name);
		if (o->check_percent != t->check_percent || o->min_digits != t->min_digits)
			return BAD(d,
				   "trunks %s and %s: between the same point codes, but their "
				   "continuity-check or called-digits differ",
				   o->name, t->name);
		if (o->reserve != t->reserve)
			return BAD(d,
				   "trunks %s and %s: between the same point codes, but their "
				   "circuit-reservation differs",
				   o->name, t->name);
		if (o->sls_bits != t->sls_bits ||
		    o->incoming_international != t->incoming_international)
			return BAD(d,
				   "trunks %s and %s: between the same point codes, but their "
				   "sls-bits or incoming-international differ",
				   o->name, t->name);
	}
	return 0;
}

static int check_trunks(const struct gw_config *c, struct tg_diag *d)
{
	for (unsigned i = 0; i < c->nr_trunks; i++) {
		if (check_trunk(c, &c->trunk[i], d) < 0 || check_siblings(c, i, d) < 0)
			return TG_EINVAL;
		for (unsigned k = 0; k < c->trunk[i].nr_ranges; k++)
			if (check_against_earlier(c, i, k, d) < 0)
				return TG_EINVAL;
	}
	return 0;
}

static int check_codecs(const char *who, const struct gw_peer_cfg *p, struct tg_diag *d)
{
	if (p->nr_codecs < 1 || p->nr_codecs >= SDP_NR_CODECS)
		return BAD(d, "%s has no codec", who);
	for (unsigned i = 0; i < p->nr_codecs; i++) {
		if (p->codec[i] <= SDP_CODEC_OTHER || p->codec[i] >= SDP_CN)
			return BAD(d, "%s: not a codec for speech or data", who);
		for (unsigned k = 0; k < i; k++)
			if (p->codec[k] == p->codec[i])
				return BAD(d, "%s: a codec stands there twice", who);
	}
	if (p->ptime_ms < 10 || p->ptime_ms > 60 || p->ptime_ms % 10)
		return BAD(d, "%s: ptime is %u, not 10, 20 ... 60", who, p->ptime_ms);
	return 0;
}

static int check_interworking(const struct gw_config *c, const char *who,
			      const struct gw_peer_cfg *p, struct tg_diag *d)
{
	struct iw_profile profile;

	if (gw_config_profile_find(c, p->interworking, &profile))
		return 0;
	return BAD(d, "%s: there is no interworking %s", who, p->interworking);
}

static bool same_place(const struct gw_peer_cfg *a, const struct gw_peer_cfg *b)
{
	return str_caseeq(str_of(a->host), str_of(b->host)) && addr_eq(&a->addr, &b->addr);
}

static int check_peers(const struct gw_config *c, struct tg_diag *d)
{
	if (check_codecs("the default peer", &c->peer_default, d) < 0 ||
	    check_interworking(c, "the default peer", &c->peer_default, d) < 0)
		return TG_EINVAL;
	for (unsigned i = 0; i < c->nr_peers; i++) {
		const struct gw_peer_cfg *p = &c->peer[i];
		if (p->transport == SIP_TCP && !c->sip_tcp_bind.family)
			return BAD(d, "peer %s wants TCP: say `listen tcp` in `sip`", p->name);
		if (p->transport == SIP_SCTP && !c->sip_sctp_bind.family)
			return BAD(d, "peer %s wants SCTP: say `listen sctp` in `sip`", p->name);
		if (p->transport == SIP_TLS && !c->sip_tls.bind.family)
			return BAD(d, "peer %s wants TLS: say `listen tls` in `sip`", p->name);
		if (!p->host[0] && (addr_is_any(&p->addr) || p->addr.port == 0))
			return BAD(d, "peer %s has no address", p->name);
		if (p->host[0] && p->large_by_udp)
			return BAD(d, "peer %s: `large-requests udp` wants an address, not a name",
				   p->name);
		if (check_codecs(p->name, p, d) < 0 || check_interworking(c, p->name, p, d) < 0)
			return TG_EINVAL;
		for (unsigned k = 0; k < i; k++)
			if (same_place(&c->peer[k], p))
				return BAD(d, "peers %s and %s have one address", c->peer[k].name,
					   p->name);
	}
	return 0;
}

static bool is_digits(const char *s, size_t max)
{
	s += *s == '+';
	return strspn(s, "0123456789") == strlen(s) && strlen(s) <= max;
}

static bool trunk_exists(const struct gw_config *c, const char *name)
{
	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (strcmp(c->trunk[i].name, name) == 0)
			return true;
	return false;
}

static bool target_exists(const struct gw_config *c, const struct gw_route_cfg *r)
{
	if (r->to == GW_SIDE_TRUNK)
		return trunk_exists(c, r->to_name);
	if (r->to == GW_SIDE_SIP)
		for (unsigned i = 0; i < c->nr_peers; i++)
			if (strcmp(c->peer[i].name, r->to_name) == 0)
				return true;
	return false;
}

static int check_route(const struct gw_config *c, const struct gw_route_cfg *r, struct tg_diag *d)
{
	if (!is_digits(r->prefix, GW_DIGITS_MAX))
		return BAD(d, "route '%s': a prefix is digits, with a '+' before them or not",
			   r->prefix);
	if (!is_digits(r->prepend, GW_DIGITS_MAX))
		return BAD(d, "route '%s': what is prepended is digits", gw_route_name(r));
	if (r->strip > GW_DIGITS_MAX)
		return BAD(d, "route '%s': no number has %u digits to strip", gw_route_name(r),
			   r->strip);
	if (r->to == GW_SIDE_NONE)
		return BAD(d, "route '%s' leads nowhere", gw_route_name(r));
	if (!target_exists(c, r))
		return BAD(d, "route '%s': there is no %s %s", gw_route_name(r),
			   r->to == GW_SIDE_SIP ? "peer" : "trunk", r->to_name);
	if (r->from_name[0] && (r->from != GW_SIDE_TRUNK || !trunk_exists(c, r->from_name)))
		return BAD(d, "route '%s': there is no trunk %s that it could be from",
			   gw_route_name(r), r->from_name);
	return 0;
}

static int check_routes(const struct gw_config *c, struct tg_diag *d)
{
	for (unsigned i = 0; i < c->nr_routes; i++) {
		const struct gw_route_cfg *r = &c->route[i];
		if (check_route(c, r, d) < 0)
			return TG_EINVAL;
		for (unsigned k = 0; k < i; k++)
			if (c->route[k].from == r->from && c->route[k].choice == r->choice &&
			    strcmp(c->route[k].from_name, r->from_name) == 0 &&
			    strcmp(c->route[k].prefix, r->prefix) == 0)
				return BAD(d, "route '%s' stands there twice", gw_route_name(r));
	}
	return 0;
}

int gw_config_check(const struct gw_config *c, struct tg_diag *diag)
{
	int (*const checks[])(const struct gw_config *, struct tg_diag *) = {
		check_bounds, check_spans, gw_cs7_check, check_trunks, check_peers, check_routes,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i](c, diag) < 0)
			return TG_EINVAL;
	return 0;
}
