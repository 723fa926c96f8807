/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_print: a node a function, in the order in which reading needs them: spans before trunks,
 * trunks and peers before routes. Every value is written, defaults too: what a file says does not
 * change when a later version has another default. */
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "ops/config_print.h"

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

const char *const ops_sips_word[OPS_NR_SIPS] = { "accept", "require", "refuse" };
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

void ops_say(const struct ops_out *o, const char *fmt, ...)
{
	char line[OPS_LINE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	o->say(o->ctx, line);
}

static void print_rtp(const struct ops_out *o, const struct gw_media_cfg *m)
{
	if (m->srtp != GW_SRTP_REFUSE)
		ops_say(o, " srtp %s", ops_srtp_word[m->srtp]);
	if (m->learn)
		ops_say(o, " rtp-learn");
	if (m->metrics)
		ops_say(o, " rtcp-xr");
	if (m->no_rtcp)
		ops_say(o, " no rtcp");
	if (m->rtcp_mux)
		ops_say(o, " rtcp-mux");
	if (m->comfort_noise)
		ops_say(o, " comfort-noise");
	if (m->fixed_buffer)
		ops_say(o, " receive-buffer fixed");
	if (m->no_modem_detect)
		ops_say(o, " no modem-detect");
}

static void print_codecs(const struct ops_out *o, const struct gw_peer_cfg *p)
{
	char line[OPS_LINE_MAX] = " codecs";
	size_t len = strlen(line);

	for (unsigned i = 0; i < p->nr_codecs; i++)
		if (ops_codec_word[p->codec[i]])
			len += (size_t)snprintf(line + len, sizeof(line) - len, " %s",
						ops_codec_word[p->codec[i]]);
	if (p->nr_codecs)
		ops_say(o, "%s", line);
	if (p->ptime_ms)
		ops_say(o, " ptime %u", p->ptime_ms);
	print_rtp(o, &p->media);
}

static void print_listen(const struct ops_out *o, const struct gw_config *c)
{
	const struct gw_tls_cfg *t = &c->sip_tls;
	char text[ADDR_TEXT_MAX];

	if (c->sip_tcp_bind.family)
		ops_say(o, " listen tcp %s", addr_print(&c->sip_tcp_bind, text));
	if (c->sip_sctp_bind.family)
		ops_say(o, " listen sctp %s", addr_print(&c->sip_sctp_bind, text));
	if (t->bind.family)
		ops_say(o, " listen tls %s certificate %s key %s ca %s%s",
			addr_print(&t->bind, text), t->certificate, t->key, t->ca,
			t->verify_client ? " verify-client" : "");
}

static void print_sip(const struct ops_out *o, const struct gw_config *c)
{
	char text[ADDR_TEXT_MAX];

	ops_say(o, "sip");
	ops_say(o, " bind %s", addr_print(&c->sip_bind, text));
	print_listen(o, c);
	if (c->dns_server.family)
		ops_say(o, " dns-server %s", addr_print(&c->dns_server, text));
	ops_say(o, " %saccept-any", c->sip_accept_any ? "" : "no ");
	ops_say(o, " timer T1 %u", c->sip_t1_ms);
	if (c->sip_session_expires_s)
		ops_say(o, " session-expires %u", c->sip_session_expires_s);
	else
		ops_say(o, " no session-expires");
	ops_say(o, " min-se %u", c->sip_min_se_s);
	ops_say(o, " %smessages", c->sip_messages ? "" : "no ");
	ops_say(o, " %spresence", c->sip_presence ? "" : "no ");
	ops_say(o, " sips %s", ops_sips_word[c->sip_sips]);
	if (c->sip_source_limit)
		ops_say(o, " source-limit %u", c->sip_source_limit);
	ops_say(o, " %sregistrar", c->registrar ? "" : "no ");
	for (unsigned i = 0; i < c->nr_users; i++)
		ops_say(o, " user %s%s%s", c->user[i].name,
			c->user[i].ha1[0] ? " password-ha1 " : "", c->user[i].ha1);
	ops_say(o, "!");
}

static void print_workers(const struct ops_out *o, const struct gw_workers_cfg *k)
{
	char line[OPS_LINE_MAX] = "";
	size_t len = 0;

	if (k->nr != 1)
		ops_say(o, " workers %u", k->nr);
	for (unsigned i = 0; i < k->nr_cores; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, " %u", k->core[i]);
	if (k->nr_cores)
		ops_say(o, " worker-cores%s", line);
	if (k->priority)
		ops_say(o, " worker-priority %u", k->priority);
	if (k->send_link)
		ops_say(o, " rtp-send link");
}

static void print_media(const struct ops_out *o, const struct gw_config *c)
{
	char text[ADDR_TEXT_MAX];

	ops_say(o, "media");
	ops_say(o, " bind %s", addr_print_ip(&c->rtp_bind, text));
	ops_say(o, " ports %u-%u", c->rtp_port_first, c->rtp_port_last);
	ops_say(o, " receive-buffer %u", c->rtp_buffer_ms);
	print_workers(o, &c->workers);
	if (c->rtp_joins != GW_JOINS_AUTO)
		ops_say(o, " rtp-joins %u", c->rtp_joins);
	print_codecs(o, &c->peer_default);
	ops_say(o, "!");
}

static void print_cesopsn(const struct ops_out *o, const struct gw_span_cfg *s)
{
	char text[ADDR_TEXT_MAX];

	ops_say(o, " local %s", addr_print(&s->local, text));
	ops_say(o, " remote %s", addr_print(&s->remote, text));
	ops_say(o, " frames %u", s->frames);
	if (s->crc4)
		ops_say(o, " crc4");
	if (s->octet_aligned)
		ops_say(o, " octet-aligned");
	if (s->rtp_pt)
		ops_say(o, " rtp payload-type %u", s->rtp_pt);
}

static void print_span(const struct ops_out *o, const struct gw_span_cfg *s)
{
	char mac[TDM_MAC_TEXT_MAX];

	ops_say(o, "span %u", s->number);
	ops_say(o, " driver %s", ops_driver_word[s->driver]);
	if (s->driver == GW_SPAN_UNIX) {
		ops_say(o, " path %s", s->path);
		ops_say(o, " role %s", s->listen ? "listen" : "connect");
	}
	if (gw_span_is_udp(s))
		print_cesopsn(o, s);
	if (s->driver == GW_SPAN_TDMOE)
		ops_say(o, " ethernet %s %s %u", s->interface, tdm_mac_print(s->mac, mac),
			s->subaddr);
	if (s->driver == GW_SPAN_DAHDI)
		ops_say(o, " channel %u", s->channel);
	if (s->driver != GW_SPAN_VIRTUAL) {
		ops_say(o, " clock %s", s->clock_slave ? "slave" : "master");
		ops_say(o, " receive-buffer %u", s->buffer_ms);
	}
	if (s->los_ms != GW_SPAN_LOS_MS)
		ops_say(o, " los-after %u", s->los_ms);
	ops_say(o, " type %s", s->kind == TDM_E1 ? "e1" : "t1");
	ops_say(o, " law %s", s->law == TDM_ALAW ? "a-law" : "mu-law");
	ops_say(o, "!");
}

static void print_range(const struct ops_out *o, const struct gw_range_cfg *r)
{
	ops_say(o, " circuits span %u timeslots %u-%u cic %u%s%s", r->span, r->first_ts, r->last_ts,
		r->first_cic, r->direction ? " direction " : "",
		r->direction ? ops_direction_word[r->direction] : "");
}

static void print_portability(const struct ops_out *o, const struct iw_dialect *d)
{
	if (d->portability == IW_PORTED_CONCATENATED)
		ops_say(o, " number-portability concatenated %u %s", d->routing_digits,
			d->routing_noa ? "routing" : "national");
	else if (d->portability != IW_PORTED_GAP)
		ops_say(o, " number-portability %s", iw_portability_names[d->portability]);
}

/* What a trunk has of its own in calls, where it differs from the default. */
static void print_calls(const struct ops_out *o, const struct gw_trunk_cfg *t)
{
	if (t->check_percent == 100)
		ops_say(o, " continuity-check outgoing always");
	else if (t->check_percent)
		ops_say(o, " continuity-check outgoing percent %u", t->check_percent);
	if (t->two_wire)
		ops_say(o, " continuity-check circuits two-wire");
	if (t->min_digits)
		ops_say(o, " called-digits minimum %u", t->min_digits);
	if (t->overlap_s)
		ops_say(o, " called-digits timer %u", t->overlap_s);
	if (t->repeats != GW_REPEATS_DEFAULT)
		ops_say(o, " repeat-attempts %u", t->repeats);
	if (t->sls_bits)
		ops_say(o, " sls-bits %u", t->sls_bits);
	if (t->reserve)
		ops_say(o, " circuit-reservation");
	if (t->incoming_international)
		ops_say(o, " incoming-international");
	if (t->dialect.caller_name)
		ops_say(o, " caller-name %s", iw_caller_names[t->dialect.caller_name]);
	print_portability(o, &t->dialect);
	if (t->ringback != GW_RINGBACK_TRUNK)
		ops_say(o, " ringback %s", dsp_ringback_name(t->ringback));
	if (t->gain_receive_db)
		ops_say(o, " gain receive %d", t->gain_receive_db);
	if (t->gain_transmit_db)
		ops_say(o, " gain transmit %d", t->gain_transmit_db);
	if (t->transit.delay_ms)
		ops_say(o, " propagation-delay %u", t->transit.delay_ms);
	if (t->transit.initial_hops)
		ops_say(o, " hop-counter %u", t->transit.initial_hops);
	if (t->transit.satellite)
		ops_say(o, " satellite");
	if (t->transit.echo_device)
		ops_say(o, " echo-device");
}

static void print_numbering(const struct ops_out *o, const struct iw_numbering *n)
{
	if (n->country[0])
		ops_say(o, " country-code %s", n->country);
	if (n->area[0])
		ops_say(o, " area-code %s", n->area);
	if (n->noa_local != ISUP_NOA_NATIONAL)
		ops_say(o, " local-numbers %s", ops_noa_word[n->noa_local]);
	if (n->national[0])
		ops_say(o, " prefix national %s", n->national);
	if (n->international[0])
		ops_say(o, " prefix international %s", n->international);
	if (n->context[0])
		ops_say(o, " phone-context %s", n->context);
}

static void print_trunk(const struct ops_out *o, const struct gw_config *c,
			const struct gw_trunk_cfg *t)
{
	char pc[SS7_PC_TEXT_MAX];

	ops_say(o, "trunk %s", t->name);
	ops_say(o, " variant %s%s", t->variant_is_file ? "file " : "",
		t->variant[0] ? t->variant : GW_VARIANT_DEFAULT);
	ops_say(o, " point-code local %s", gw_pc_print(c, t->opc, pc));
	ops_say(o, " point-code remote %s", gw_pc_print(c, t->dpc, pc));
	ops_say(o, " network-indicator %s", ops_network_word[t->ni & 3]);
	if (t->hunt == GW_HUNT_METHOD_1)
		ops_say(o, " dual-seizure method 1");
	else
		ops_say(o, " hunt %s", ops_hunt_word[t->hunt]);
	for (unsigned i = 0; i < t->nr_ranges; i++)
		print_range(o, &t->range[i]);
	print_calls(o, t);
	print_numbering(o, &t->numbering);
	if (t->group[0])
		ops_say(o, " trunk-group %s context %s", t->group, t->group_context);
	for (int i = 0; i < ISUP_NR_TIMERS; i++)
		if (t->timer_ms[i])
			ops_say(o, " timer %s %u", ops_timer_word(i), t->timer_ms[i] / 1000);
	ops_say(o, "!");
}

static void print_change(const struct ops_out *o, const struct iw_change *c)
{
	char buf[IW_WORD_MAX];

	switch (c->table) {
	case IW_TABLE_CAUSE:
		ops_say(o, " cause %u status %u", c->key, c->value);
		break;
	case IW_TABLE_STATUS:
		ops_say(o, " status %u cause %u", c->key, c->value);
		break;
	case IW_TABLE_RULE:
		ops_say(o, " rule %s %s", iw_rule_rows[c->key].name,
			iw_rule_word((enum iw_rule)c->key, c->value, buf));
		break;
	default:
		ops_say(o, " mapping %s %s", iw_map_rows[c->key].name, c->value ? "on" : "off");
	}
}

static void print_profile(const struct ops_out *o, const struct iw_profile *p)
{
	ops_say(o, "interworking %s", p->name);
	ops_say(o, " from %s", iw_base_names[p->base]);
	for (unsigned i = 0; i < p->nr_changes; i++)
		print_change(o, &p->change[i]);
	ops_say(o, "!");
}

static void print_flow(const struct ops_out *o, const struct gw_flow_cfg *f)
{
	static const char *const reliable[] = {
		[SIP_REL100_OFF] = "off",
		[SIP_REL100_SUPPORTED] = "supported",
		[SIP_REL100_USED] = "used",
		[SIP_REL100_REQUIRED] = "required",
	};

	if (f->rel100 != GW_REL100_DEFAULT)
		ops_say(o, " reliable-responses %s", reliable[f->rel100]);
	if (f->bare_progress)
		ops_say(o, " early-sdp in-band");
	if (f->asks_early_media)
		ops_say(o, " early-media-authorization ask");
	if (f->overlap)
		ops_say(o, " overlap %s", ops_overlap_word[f->overlap]);
	if (f->overlap_out)
		ops_say(o, " overlap-out %s", ops_overlap_word[f->overlap_out]);
	if (f->quiet_hold)
		ops_say(o, " hold ignore");
	if (f->quiet_suspend)
		ops_say(o, " suspend ignore");
	if (f->preconditions)
		ops_say(o, " preconditions continuity");
	if (f->no_transfers)
		ops_say(o, " transfers refuse");
	if (f->redirects)
		ops_say(o, " redirects %s", ops_redirect_word[f->redirects]);
	if (f->ringback)
		ops_say(o, " ringback %s", dsp_ringback_name(f->ringback));
}

static void print_peer(const struct ops_out *o, const struct gw_peer_cfg *p)
{
	static const char *const transport[SIP_NR_TRANSPORTS] = {
		[SIP_UDP] = "udp", [SIP_TCP] = "tcp", [SIP_TLS] = "tls", [SIP_SCTP] = "sctp"
	};
	char text[ADDR_TEXT_MAX];

	ops_say(o, "peer %s", p->name);
	if (!p->host[0])
		ops_say(o, " address %s", addr_print(&p->addr, text));
	else if (p->addr.port)
		ops_say(o, " address %s:%u", p->host, p->addr.port);
	else
		ops_say(o, " address %s", p->host);
	if (p->host[0] ? !p->any_transport : p->transport != SIP_UDP)
		ops_say(o, " transport %s", transport[p->transport]);
	if (p->large_by_udp)
		ops_say(o, " large-requests udp");
	if (p->domain[0])
		ops_say(o, " domain %s", p->domain);
	print_codecs(o, p);
	if (p->interworking[0])
		ops_say(o, " interworking %s", p->interworking);
	print_flow(o, &p->flow);
	if (p->keep_alive_s)
		ops_say(o, " keep-alive %u", p->keep_alive_s);
	if (p->login.user[0])
		ops_say(o, " login %s realm %s password-ha1 %s %s", p->login.user, p->login.realm,
			p->login.ha1.hex[SIP_DIGEST_MD5], p->login.ha1.hex[SIP_DIGEST_SHA256]);
	if (p->register_as[0])
		ops_say(o, " register %s expires %u", p->register_as, p->register_expires_s);
	ops_say(o, "!");
}

static void print_advance(const struct ops_out *o, const struct gw_config *c)
{
	char line[OPS_LINE_MAX] = "";
	size_t len = 0;

	for (unsigned cause = 1; cause < 128 && len < sizeof(line) - 8; cause++)
		if (iw_cause_in(&c->advance, (uint8_t)cause))
			len += (size_t)snprintf(line + len, sizeof(line) - len, " %u", cause);
	if (len)
		ops_say(o, "route-advance%s", line);
	else
		ops_say(o, "no route-advance");
}

static void print_route(const struct ops_out *o, const struct gw_route_cfg *r)
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
	ops_say(o, "route %s from %s%s%s%s to %s %s%s", r->prefix[0] ? r->prefix : "any",
		from[r->from], r->from_name[0] ? " " : "", r->from_name, choice,
		r->to == GW_SIDE_TRUNK ? "trunk" : "peer", r->to_name, change);
}

static void print_test_line(const struct ops_out *o, const struct gw_test_line_cfg *t)
{
	unsigned i = 0;

	while (i < 2 && ops_test_use[i] != t->use)
		i++;
	ops_say(o, "test-line %s %s", t->number, ops_test_word[i]);
}

void ops_config_print(const struct gw_config *c, ops_line_fn *say_line, void *ctx)
{
	struct ops_out o = { say_line, ctx };
	char text[ADDR_TEXT_MAX];

	ops_say(&o, "vty %s", addr_print(&c->vty_bind, text));
	ops_say(&o, "call-limit %u", c->max_calls);
	ops_say(&o, "call-history %u", c->call_history);
	ops_say(&o, "!");
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
