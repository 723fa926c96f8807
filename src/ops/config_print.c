/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_print: a node a function, in the order in which reading needs them: spans before trunks,
 * trunks and peers before routes. Every value is written, defaults too: what a file says does not
 * change when a later version has another default. */
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "ops/config_text.h"

#define LINE_MAX_LEN 256

const char *const ops_codec_word[SDP_NR_CODECS] = {
	[SDP_PCMU] = "pcmu",
	[SDP_PCMA] = "pcma",
	[SDP_G722] = "g722",
	[SDP_G726_16] = "g726-16",
	[SDP_G726_24] = "g726-24",
	[SDP_G726_32] = "g726-32",
	[SDP_G726_40] = "g726-40",
	[SDP_AAL2_G726_16] = "aal2-g726-16",
	[SDP_AAL2_G726_24] = "aal2-g726-24",
	[SDP_AAL2_G726_32] = "aal2-g726-32",
	[SDP_AAL2_G726_40] = "aal2-g726-40",
	[SDP_GSM] = "gsm",
	[SDP_L16] = "l16",
	[SDP_G729] = "g729",
	[SDP_OPUS] = "opus",
	[SDP_CLEARMODE] = "clearmode",
};

const char *const ops_srtp_word[GW_NR_SRTP] = {
	[GW_SRTP_REFUSE] = "refuse",
	[GW_SRTP_ACCEPT] = "accept",
	[GW_SRTP_BEST_EFFORT] = "best-effort",
	[GW_SRTP_SDES] = "sdes",
	[GW_SRTP_DTLS] = "dtls",
};

const char *ops_timer_word(int timer)
{
	return isup_timer_row(&isup_itu, timer)->name;
}

const char *const ops_overlap_word[GW_NR_OVERLAP] = { "none", "invites", "info" };
const char *const ops_redirect_word[GW_NR_REDIRECT] = { "release", "route", "follow" };
const char *const ops_hunt_word[5] = {
	[GW_HUNT_LONGEST_IDLE] = "longest-idle",
	[GW_HUNT_ASCENDING] = "ascending",
	[GW_HUNT_DESCENDING] = "descending",
	[GW_HUNT_ROUND_ROBIN] = "round-robin",
	[GW_HUNT_METHOD_1] = NULL, /* dual-seizure method 1 */
};

const char *const ops_direction_word[3] = {
	[ISUP_BOTH_WAYS] = "both",
	[ISUP_OUTGOING_ONLY] = "outgoing",
	[ISUP_INCOMING_ONLY] = "incoming",
};

const char *const ops_network_word[4] = { "international", "international-spare", "national",
					  "national-spare" };

int ops_word_find(const char *const *words, int nr, const char *word)
{
	for (int i = 0; i < nr; i++)
		if (words[i] && strcasecmp(words[i], word) == 0)
			return i;
	return -1;
}

struct out {
	ops_line_fn *say;
	void *ctx;
};

__attribute__((format(printf, 2, 3))) static void say(const struct out *o, const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	o->say(o->ctx, line);
}

static void print_rtp(const struct out *o, const struct gw_media_cfg *m)
{
	if (m->srtp != GW_SRTP_REFUSE)
		say(o, " srtp %s", ops_srtp_word[m->srtp]);
	if (m->learn)
		say(o, " rtp-learn");
	if (m->metrics)
		say(o, " rtcp-xr");
	if (m->no_rtcp)
		say(o, " no rtcp");
	if (m->rtcp_mux)
		say(o, " rtcp-mux");
	if (m->comfort_noise)
		say(o, " comfort-noise");
	if (m->fixed_buffer)
		say(o, " receive-buffer fixed");
}

static void print_codecs(const struct out *o, const struct gw_peer_cfg *p)
{
	char line[LINE_MAX_LEN] = " codecs";
	size_t len = strlen(line);

	for (unsigned i = 0; i < p->nr_codecs; i++)
		if (ops_codec_word[p->codec[i]])
			len += (size_t)snprintf(line + len, sizeof(line) - len, " %s",
						ops_codec_word[p->codec[i]]);
	if (p->nr_codecs)
		say(o, "%s", line);
	if (p->ptime_ms)
		say(o, " ptime %u", p->ptime_ms);
	print_rtp(o, &p->media);
}

static void print_listen(const struct out *o, const struct gw_config *c)
{
	const struct gw_tls_cfg *t = &c->sip_tls;
	char text[ADDR_TEXT_MAX];

	if (c->sip_tcp_bind.family)
		say(o, " listen tcp %s", addr_print(&c->sip_tcp_bind, text));
	if (c->sip_sctp_bind.family)
		say(o, " listen sctp %s", addr_print(&c->sip_sctp_bind, text));
	if (t->bind.family)
		say(o, " listen tls %s certificate %s key %s ca %s%s", addr_print(&t->bind, text),
		    t->certificate, t->key, t->ca, t->verify_client ? " verify-client" : "");
}

static void print_sip(const struct out *o, const struct gw_config *c)
{
	char text[ADDR_TEXT_MAX];

	say(o, "sip");
	say(o, " bind %s", addr_print(&c->sip_bind, text));
	print_listen(o, c);
	if (c->dns_server.family)
		say(o, " dns-server %s", addr_print(&c->dns_server, text));
	say(o, " %saccept-any", c->sip_accept_any ? "" : "no ");
	say(o, " timer T1 %u", c->sip_t1_ms);
	if (c->sip_session_expires_s)
		say(o, " session-expires %u", c->sip_session_expires_s);
	else
		say(o, " no session-expires");
	say(o, " min-se %u", c->sip_min_se_s);
	say(o, " %smessages", c->sip_messages ? "" : "no ");
	say(o, " %spresence", c->sip_presence ? "" : "no ");
	if (c->sip_source_limit)
		say(o, " source-limit %u", c->sip_source_limit);
	say(o, " %sregistrar", c->registrar ? "" : "no ");
	for (unsigned i = 0; i < c->nr_users; i++)
		say(o, " user %s%s%s", c->user[i].name, c->user[i].ha1[0] ? " password-ha1 " : "",
		    c->user[i].ha1);
	say(o, "!");
}

static void print_workers(const struct out *o, const struct gw_workers_cfg *k)
{
	char line[LINE_MAX_LEN] = "";
	size_t len = 0;

	if (k->nr != 1)
		say(o, " workers %u", k->nr);
	for (unsigned i = 0; i < k->nr_cores; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, " %u", k->core[i]);
	if (k->nr_cores)
		say(o, " worker-cores%s", line);
	if (k->priority)
		say(o, " worker-priority %u", k->priority);
}

static void print_media(const struct out *o, const struct gw_config *c)
{
	char text[ADDR_TEXT_MAX];

	say(o, "media");
	say(o, " bind %s", addr_print_ip(&c->rtp_bind, text));
	say(o, " ports %u-%u", c->rtp_port_first, c->rtp_port_last);
	say(o, " receive-buffer %u", c->rtp_buffer_ms);
	print_workers(o, &c->workers);
	if (c->rtp_joins != GW_JOINS_AUTO)
		say(o, " rtp-joins %u", c->rtp_joins);
	print_codecs(o, &c->peer_default);
	say(o, "!");
}

static void print_cesopsn(const struct out *o, const struct gw_span_cfg *s)
{
	char text[ADDR_TEXT_MAX];

	say(o, " local %s", addr_print(&s->local, text));
	say(o, " remote %s", addr_print(&s->remote, text));
	say(o, " frames %u", s->frames);
	if (s->rtp_pt)
		say(o, " rtp payload-type %u", s->rtp_pt);
}

static void print_span(const struct out *o, const struct gw_span_cfg *s)
{
	say(o, "span %u", s->number);
	say(o, " driver %s", ops_driver_word[s->driver]);
	if (s->driver == GW_SPAN_UNIX) {
		say(o, " path %s", s->path);
		say(o, " role %s", s->listen ? "listen" : "connect");
	}
	if (gw_span_is_udp(s))
		print_cesopsn(o, s);
	if (s->driver == GW_SPAN_DAHDI)
		say(o, " channel %u", s->channel);
	if (s->driver != GW_SPAN_VIRTUAL) {
		say(o, " clock %s", s->clock_slave ? "slave" : "master");
		say(o, " receive-buffer %u", s->buffer_ms);
	}
	if (s->los_ms != GW_SPAN_LOS_MS)
		say(o, " los-after %u", s->los_ms);
	say(o, " type %s", s->kind == TDM_E1 ? "e1" : "t1");
	say(o, " law %s", s->law == TDM_ALAW ? "a-law" : "mu-law");
	say(o, "!");
}

static void print_range(const struct out *o, const struct gw_range_cfg *r)
{
	say(o, " circuits span %u timeslots %u-%u cic %u%s%s", r->span, r->first_ts, r->last_ts,
	    r->first_cic, r->direction ? " direction " : "",
	    r->direction ? ops_direction_word[r->direction] : "");
}

static void print_portability(const struct out *o, const struct iw_dialect *d)
{
	if (d->portability == IW_PORTED_CONCATENATED)
		say(o, " number-portability concatenated %u %s", d->routing_digits,
		    d->routing_noa ? "routing" : "national");
	else if (d->portability != IW_PORTED_GAP)
		say(o, " number-portability %s", iw_portability_names[d->portability]);
}

/* What a trunk has of its own in calls, where it differs from the default. */
static void print_calls(const struct out *o, const struct gw_trunk_cfg *t)
{
	if (t->check_percent == 100)
		say(o, " continuity-check outgoing always");
	else if (t->check_percent)
		say(o, " continuity-check outgoing percent %u", t->check_percent);
	if (t->min_digits)
		say(o, " called-digits minimum %u", t->min_digits);
	if (t->overlap_s)
		say(o, " called-digits timer %u", t->overlap_s);
	if (t->repeats != GW_REPEATS_DEFAULT)
		say(o, " repeat-attempts %u", t->repeats);
	if (t->sls_bits)
		say(o, " sls-bits %u", t->sls_bits);
	if (t->reserve)
		say(o, " circuit-reservation");
	if (t->incoming_international)
		say(o, " incoming-international");
	if (t->dialect.caller_name)
		say(o, " caller-name %s", iw_caller_names[t->dialect.caller_name]);
	print_portability(o, &t->dialect);
	if (t->ringback != GW_RINGBACK_TRUNK)
		say(o, " ringback %s", dsp_ringback_name(t->ringback));
	if (t->gain_receive_db)
		say(o, " gain receive %d", t->gain_receive_db);
	if (t->gain_transmit_db)
		say(o, " gain transmit %d", t->gain_transmit_db);
	if (t->transit.delay_ms)
		say(o, " propagation-delay %u", t->transit.delay_ms);
	if (t->transit.initial_hops)
		say(o, " hop-counter %u", t->transit.initial_hops);
	if (t->transit.satellite)
		say(o, " satellite");
	if (t->transit.echo_device)
		say(o, " echo-device");
}

static void print_numbering(const struct out *o, const struct iw_numbering *n)
{
	if (n->country[0])
		say(o, " country-code %s", n->country);
	if (n->area[0])
		say(o, " area-code %s", n->area);
	if (n->noa_local != ISUP_NOA_NATIONAL)
		say(o, " local-numbers %s", ops_noa_word[n->noa_local]);
	if (n->national[0])
		say(o, " prefix national %s", n->national);
	if (n->international[0])
		say(o, " prefix international %s", n->international);
	if (n->context[0])
		say(o, " phone-context %s", n->context);
}

static void print_trunk(const struct out *o, const struct gw_config *c,
			const struct gw_trunk_cfg *t)
{
	char pc[SS7_PC_TEXT_MAX];

	say(o, "trunk %s", t->name);
	say(o, " variant %s%s", t->variant_is_file ? "file " : "",
	    t->variant[0] ? t->variant : GW_VARIANT_DEFAULT);
	say(o, " point-code local %s", gw_pc_print(c, t->opc, pc));
	say(o, " point-code remote %s", gw_pc_print(c, t->dpc, pc));
	say(o, " network-indicator %s", ops_network_word[t->ni & 3]);
	if (t->hunt == GW_HUNT_METHOD_1)
		say(o, " dual-seizure method 1");
	else
		say(o, " hunt %s", ops_hunt_word[t->hunt]);
	for (unsigned i = 0; i < t->nr_ranges; i++)
		print_range(o, &t->range[i]);
	print_calls(o, t);
	print_numbering(o, &t->numbering);
	if (t->group[0])
		say(o, " trunk-group %s context %s", t->group, t->group_context);
	for (int i = 0; i < ISUP_NR_TIMERS; i++)
		if (t->timer_ms[i])
			say(o, " timer %s %u", ops_timer_word(i), t->timer_ms[i] / 1000);
	say(o, "!");
}

static void print_change(const struct out *o, const struct iw_change *c)
{
	char buf[IW_WORD_MAX];

	switch (c->table) {
	case IW_TABLE_CAUSE:
		say(o, " cause %u status %u", c->key, c->value);
		break;
	case IW_TABLE_STATUS:
		say(o, " status %u cause %u", c->key, c->value);
		break;
	case IW_TABLE_RULE:
		say(o, " rule %s %s", iw_rule_rows[c->key].name,
		    iw_rule_word((enum iw_rule)c->key, c->value, buf));
		break;
	default:
		say(o, " mapping %s %s", iw_map_rows[c->key].name, c->value ? "on" : "off");
	}
}

static void print_profile(const struct out *o, const struct iw_profile *p)
{
	say(o, "interworking %s", p->name);
	say(o, " from %s", iw_base_names[p->base]);
	for (unsigned i = 0; i < p->nr_changes; i++)
		print_change(o, &p->change[i]);
	say(o, "!");
}

static void print_flow(const struct out *o, const struct gw_flow_cfg *f)
{
	static const char *const reliable[] = {
		[SIP_REL100_OFF] = "off",
		[SIP_REL100_SUPPORTED] = "supported",
		[SIP_REL100_USED] = "used",
		[SIP_REL100_REQUIRED] = "required",
	};

	if (f->rel100 != GW_REL100_DEFAULT)
		say(o, " reliable-responses %s", reliable[f->rel100]);
	if (f->bare_progress)
		say(o, " early-sdp in-band");
	if (f->asks_early_media)
		say(o, " early-media-authorization ask");
	if (f->overlap)
		say(o, " overlap %s", ops_overlap_word[f->overlap]);
	if (f->overlap_out)
		say(o, " overlap-out %s", ops_overlap_word[f->overlap_out]);
	if (f->quiet_hold)
		say(o, " hold ignore");
	if (f->quiet_suspend)
		say(o, " suspend ignore");
	if (f->preconditions)
		say(o, " preconditions continuity");
	if (f->no_transfers)
		say(o, " transfers refuse");
	if (f->redirects)
		say(o, " redirects %s", ops_redirect_word[f->redirects]);
	if (f->ringback)
		say(o, " ringback %s", dsp_ringback_name(f->ringback));
}

static void print_peer(const struct out *o, const struct gw_peer_cfg *p)
{
	static const char *const transport[SIP_NR_TRANSPORTS] = {
		[SIP_UDP] = "udp", [SIP_TCP] = "tcp", [SIP_TLS] = "tls", [SIP_SCTP] = "sctp"
	};
	char text[ADDR_TEXT_MAX];

	say(o, "peer %s", p->name);
	if (!p->host[0])
		say(o, " address %s", addr_print(&p->addr, text));
	else if (p->addr.port)
		say(o, " address %s:%u", p->host, p->addr.port);
	else
		say(o, " address %s", p->host);
	if (p->host[0] ? !p->any_transport : p->transport != SIP_UDP)
		say(o, " transport %s", transport[p->transport]);
	if (p->large_by_udp)
		say(o, " large-requests udp");
	if (p->domain[0])
		say(o, " domain %s", p->domain);
	print_codecs(o, p);
	if (p->interworking[0])
		say(o, " interworking %s", p->interworking);
	print_flow(o, &p->flow);
	if (p->keep_alive_s)
		say(o, " keep-alive %u", p->keep_alive_s);
	if (p->login.user[0])
		say(o, " login %s realm %s password-ha1 %s %s", p->login.user, p->login.realm,
		    p->login.ha1.hex[SIP_DIGEST_MD5], p->login.ha1.hex[SIP_DIGEST_SHA256]);
	if (p->register_as[0])
		say(o, " register %s expires %u", p->register_as, p->register_expires_s);
	say(o, "!");
}

static void print_advance(const struct out *o, const struct gw_config *c)
{
	char line[LINE_MAX_LEN] = "";
	size_t len = 0;

	for (unsigned cause = 1; cause < 128 && len < sizeof(line) - 8; cause++)
		if (iw_cause_in(&c->advance, (uint8_t)cause))
			len += (size_t)snprintf(line + len, sizeof(line) - len, " %u", cause);
	if (len)
		say(o, "route-advance%s", line);
	else
		say(o, "no route-advance");
}

static void print_route(const struct out *o, const struct gw_route_cfg *r)
{
	static const char *const from[] = {
		[GW_SIDE_NONE] = "any", [GW_SIDE_SIP] = "sip", [GW_SIDE_TRUNK] = "trunk"
	};
	char change[64] = "", choice[16] = "";
	size_t len = 0;

	if (r->strip)
		len = (size_t)snprintf(change, sizeof(change), " strip %u", r->strip);
	if (r->prepend[0])
		snprintf(change + len, sizeof(change) - len, " prepend %s", r->prepend);
	if (r->choice)
		snprintf(choice, sizeof(choice), " choice %u", r->choice + 1u);
	say(o, "route %s from %s%s%s%s to %s %s%s", r->prefix[0] ? r->prefix : "any", from[r->from],
	    r->from_name[0] ? " " : "", r->from_name, choice,
	    r->to == GW_SIDE_TRUNK ? "trunk" : "peer", r->to_name, change);
}

static void print_test_line(const struct out *o, const struct gw_test_line_cfg *t)
{
	unsigned i = 0;

	while (i < 2 && ops_test_use[i] != t->use)
		i++;
	say(o, "test-line %s %s", t->number, ops_test_word[i]);
}

void ops_config_print(const struct gw_config *c, ops_line_fn *say_line, void *ctx)
{
	struct out o = { say_line, ctx };
	char text[ADDR_TEXT_MAX];

	say(&o, "vty %s", addr_print(&c->vty_bind, text));
	say(&o, "call-limit %u", c->max_calls);
	say(&o, "call-history %u", c->call_history);
	say(&o, "!");
	print_advance(&o, c);
	print_sip(&o, c);
	print_media(&o, c);
	for (unsigned i = 0; i < c->nr_spans; i++)
		print_span(&o, &c->span[i]);
	ops_config_print_cs7(c, say_line, ctx);
	for (unsigned i = 0; i < c->nr_trunks; i++)
		print_trunk(&o, c, &c->trunk[i]);
	for (unsigned i = 0; i < c->nr_profiles; i++)
		print_profile(&o, &c->profile[i]);
	for (unsigned i = 0; i < c->nr_peers; i++)
		print_peer(&o, &c->peer[i]);
	for (unsigned i = 0; i < c->nr_test_lines; i++)
		print_test_line(&o, &c->test_line[i]);
	for (unsigned i = 0; i < c->nr_routes; i++)
		print_route(&o, &c->route[i]);
}
