/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The call flows of RFC 3666 (the gateway's legs), RFC 3398, RFC 3578 and RFC 3372, message for
 * message: a row each in rfc_flows.def. The run writes doc/conformance-flows.md
 * (TG_GOLDEN_UPDATE=1), which is compared. sim_flows.c and sim_hold.c have the values and variants of
 * RFC 3398's and RFC 3578's flows.
 *
 * A script is words: "dial:URI" and "hangup" are the phone's that calls; "iam:CALLED" the
 * exchange's from 3145551111 ("iamx": with interworking), "clear" the hangup of the phone that was called, "answers:STATUS" what it does with the next call; "acm:N" (Q.763 3.5: 0
 * no indication, 1 free, 2 free and in-band information), "acmcause:N", "cpg:N", "anm", "con", "rel:N",
 * "sus", "res", "sam:DIGITS"; "grow:DIGITS" an INVITE that continues another (RFC 3578) and "ack:NR"
 * the ACK to the refusal of the NR-th; "wait:MS", "cut" and "mend" the IP network, "hold", "resume",
 * "cic:N" the circuit of what comes from the exchange from here on, "record": only what follows counts.
 *
 * What must be in messages, each "MESSAGE:what" with what = "text" (of SIP), or "XX=octets" (a parameter
 * of ISUP, its code in hex), one a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"
#include "unit/support.h"

struct flow {
	const char *rfc, *section, *name;
	void (*configure)(struct gw_config *c);
	const char *variant; /* of the trunk; NULL: that of ITU-T */
	struct sim_plan phone;
	const char *script;
	const char *flow;
	const char *values; /* NULL: none */
	const char *note;   /* what is another than in the figure, and why; NULL: nothing */
};

#define RINGS(ms)                                                                               \
	{                                                                                       \
		.progress = 180, .ring_ms = ms, .answer = 200, .hangup_ms = -1, .cancel_ms = -1 \
	}
#define ANSWERS                                                                               \
	{                                                                                     \
		.progress = 0, .ring_ms = 20, .answer = 200, .hangup_ms = -1, .cancel_ms = -1 \
	}
#define SILENT                                                                 \
	{                                                                      \
		.progress = 0, .ring_ms = -1, .hangup_ms = -1, .cancel_ms = -1 \
	}
#define MOVED                                                                                   \
	{                                                                                       \
		.progress = 0, .ring_ms = 300, .answer = 302, .hangup_ms = -1, .cancel_ms = -1, \
		.header = "Contact", .value = "<sip:30777@198.51.100.1:5060>"                   \
	}
#define NO_ACK                                                                  \
	{                                                                       \
		.ring_ms = -1, .hangup_ms = -1, .cancel_ms = -1, .no_ack = true \
	}
#define REFUSES(st)                                                                          \
	{                                                                                    \
		.progress = 0, .ring_ms = 20, .answer = st, .hangup_ms = -1, .cancel_ms = -1 \
	}

/* --- configurations --- */
static void route(struct gw_config *c, enum gw_side from, const char *prefix, enum gw_side to,
		  const char *name, uint8_t choice)
{
	struct gw_route_cfg *r = gw_config_route_add(c);

	assert_non_null(r);
	*r = (struct gw_route_cfg){ .from = from, .to = to, .choice = choice };
	str_copyz(r->prefix, sizeof(r->prefix), str_of(prefix));
	str_copyz(r->to_name, sizeof(r->to_name), str_of(name));
}

/* North America: national numbers are +1's. */
static void america(struct gw_config *c)
{
	str_copyz(c->trunk[0].numbering.country, sizeof(c->trunk[0].numbering.country), STR("1"));
	route(c, GW_SIDE_SIP, "+", GW_SIDE_TRUNK, "east", 0);
}

static void with_tones(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "tones");

	america(c);
	assert_non_null(p);
	assert_int_equal(iw_profile_set(p, IW_TABLE_RULE, IW_RULE_ERROR_TONE, 1), 0);
	strcpy(c->peer[0].interworking, "tones");
	c->trunk[0].ringback = DSP_RINGBACK_US;
}

static void one_circuit(struct gw_config *c)
{
	america(c);
	c->trunk[0].nr_ranges = 1;
	c->trunk[0].range[0].last_ts = 1;
}

static void profile_without_t11(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "patient");

	america(c);
	assert_non_null(p);
	assert_int_equal(iw_profile_set(p, IW_TABLE_RULE, IW_RULE_T11, 0), 0);
	strcpy(c->peer[0].interworking, "patient");
}

static void sip_t(struct gw_config *c)
{
	america(c);
	strcpy(c->peer[0].interworking, "sip-t");
}

static void sip_i(struct gw_config *c)
{
	america(c);
	strcpy(c->peer[0].interworking, "sip-i");
}

/* The gateway is its own peer: what comes from the trunk for 7... goes through SIP to the trunk. */
static void bridge(struct gw_config *c, const char *profile)
{
	struct gw_peer_cfg *p = gw_config_peer_add(c, "self");

	assert_non_null(p);
	p->addr = c->sip_bind;
	p->nr_codecs = c->peer[0].nr_codecs;
	memcpy(p->codec, c->peer[0].codec, sizeof(p->codec));
	p->ptime_ms = 20;
	str_copyz(p->interworking, sizeof(p->interworking), str_of(profile));
	route(c, GW_SIDE_TRUNK, "7", GW_SIDE_SIP, "self", 0);
	route(c, GW_SIDE_SIP, "7", GW_SIDE_TRUNK, "east", 0);
}

static void bridge_sip_t(struct gw_config *c)
{
	bridge(c, "sip-t");
}

static void bridge_sip_i(struct gw_config *c)
{
	bridge(c, "sip-i");
}

/* Numbers in pieces, both ways (RFC 3578, Q.1912.5 profile C). */
static void bridge_grows(struct gw_config *c, enum gw_overlap how)
{
	struct gw_peer_cfg *p;

	bridge(c, "sip-i");
	p = &c->peer[c->nr_peers - 1];
	p->flow.overlap = how;
	p->flow.overlap_out = how;
	c->trunk[0].overlap_s = 5;
}

static void bridge_sam(struct gw_config *c)
{
	bridge_grows(c, GW_OVERLAP_INFO);
}

static void bridge_invites(struct gw_config *c)
{
	bridge_grows(c, GW_OVERLAP_INVITES);
}

static void isup_preferred(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "preferred");

	america(c);
	assert_non_null(p);
	p->base = IW_SIP_I;
	assert_int_equal(
		iw_profile_set(p, IW_TABLE_RULE, IW_RULE_ISUP_HANDLING, IW_HANDLING_PREFERRED), 0);
	strcpy(c->peer[0].interworking, "preferred");
}

/* 415 (cause 79) from the first: the second is asked. */
static void two_peers(struct gw_config *c)
{
	struct gw_peer_cfg *p = gw_config_peer_add(c, "other");

	assert_non_null(p);
	sip_i(c);
	p->addr = c->peer[0].addr;
	p->addr.ip[3] = 2;
	p->nr_codecs = c->peer[0].nr_codecs;
	memcpy(p->codec, c->peer[0].codec, sizeof(p->codec));
	p->ptime_ms = 20;
	strcpy(p->interworking, "sip-i");
	route(c, GW_SIDE_TRUNK, "+", GW_SIDE_SIP, "phone", 0);
	route(c, GW_SIDE_TRUNK, "+", GW_SIDE_SIP, "other", 1);
	for (uint8_t cause = 1; cause < 128; cause++)
		iw_cause_add(&c->advance, cause);
}

static void collects(struct gw_config *c)
{
	c->trunk[0].overlap_s = 5;
}

static void sends(struct gw_config *c)
{
	collects(c);
	c->peer[0].flow.overlap_out = true;
}

static void follows(struct gw_config *c)
{
	c->peer[0].flow.redirects = GW_REDIRECT_FOLLOW;
}

static void grows(struct gw_config *c)
{
	c->peer[0].flow.overlap = true;
}

#include "sim/rfc_flows.def"

/* --- the words --- */
struct run {
	struct world *w;
	struct sim_call *call;
	unsigned nr_grown;
	bool failed;
};

static void tx(struct world *w, uint8_t type)
{
	struct isup_msg m;

	isup_msg_init(&m, type, 0);
	if (type == ISUP_SUS || type == ISUP_RES)
		isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, 1);
	office_tx(w, &m);
}

static void acm_with_cause(struct world *w, unsigned cause)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_ACM, 0);
	isup_put_bci(&m, &(struct isup_bci){ .charge = 2 });
	isup_put_cause(&m, &(struct isup_cause){ .location = ISUP_LOC_PUBLIC_REMOTE,
						 .value = (uint8_t)cause });
	office_tx(w, &m);
}

static void iam_with_interworking(struct world *w, const struct isup_number *to,
				  const struct isup_number *from)
{
	struct isup_msg m;

	isup_msg_init(&m, ISUP_IAM, 0);
	isup_put_nci(&m, &(struct isup_nci){ 0 });
	isup_put_fci(&m, &(struct isup_fci){ .interworking = 1 });
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	isup_put_number(&m, ISUP_P_CALLED_NUMBER, to);
	isup_put_number(&m, ISUP_P_CALLING_NUMBER, from);
	w->office->cic = 1;
	office_tx(w, &m);
}

static bool exchange_word(struct world *w, const char *word, const char *arg)
{
	const struct isup_number from = { .noa = 3, .npi = 1, .si = 3, .digits = "3145551111" };
	struct isup_number to = { .noa = 3, .npi = 1, .inn = 1 };
	unsigned n = (unsigned)atoi(arg);

	if (strcmp(word, "iam") == 0) {
		str_copyz(to.digits, sizeof(to.digits), str_of(arg));
		office_iam(w, &to, &from);
	} else if (strcmp(word, "iamx") == 0) {
		str_copyz(to.digits, sizeof(to.digits), str_of(arg));
		iam_with_interworking(w, &to, &from);
	} else if (strcmp(word, "acm") == 0) {
		office_acm(w, n ? OFFICE_FREE : OFFICE_NO_INDICATION, n == 2);
	} else if (strcmp(word, "acmcause") == 0) {
		acm_with_cause(w, n);
	} else if (strcmp(word, "cpg") == 0) {
		office_cpg(w, (uint8_t)n);
	} else if (strcmp(word, "anm") == 0) {
		office_anm(w);
	} else if (strcmp(word, "con") == 0) {
		office_con(w);
	} else if (strcmp(word, "rel") == 0) {
		office_rel(w, (uint8_t)n, ISUP_LOC_USER);
	} else if (strcmp(word, "cic") == 0) {
		w->office->cic = (uint16_t)n;
	} else if (strcmp(word, "sam") == 0) {
		office_sam(w, arg);
	} else if (strcmp(word, "sus") == 0 || strcmp(word, "res") == 0) {
		tx(w, word[0] == 's' ? ISUP_SUS : ISUP_RES);
	} else {
		return false;
	}
	return true;
}

/* RFC 3578 3.2: the same Call-ID and From, a number that goes on. */
static void grow(struct run *r, const char *method, const char *digits, unsigned cseq)
{
	static const char sdp[] =
		"v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\n"
		"t=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
	const char *body = strcmp(method, "ACK") == 0 ? "" : sdp;
	struct addr self;
	char text[1500];

	assert_int_equal(addr_parse(&self, STR("192.0.2.1:5060"), 5060), 0);
	snprintf(
		text, sizeof(text),
		"%s sip:%s@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK%u"
		"\r\nFrom: <sip:200@198.51.100.1>;tag=a\r\nTo: <sip:%s@192.0.2.1>\r\n"
		"Call-ID: overlap\r\nCSeq: %u %s\r\nContact: <sip:198.51.100.1>\r\n"
		"Max-Forwards: 70\r\n%sContent-Length: %zu\r\n\r\n%s",
		method, digits, cseq, digits, cseq, method,
		*body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
	world_send(r->w, &r->w->phone[0]->addr, &self, str_of(text));
}

static bool phone_word(struct run *r, const char *word, const char *arg)
{
	static const char from[] = "<sip:+13145551111@198.51.100.1;user=phone>";
	struct world *w = r->w;

	if (strcmp(word, "dial") == 0)
		r->call = phone_dial(w->phone[0], &(struct sim_dial){ .uri = arg, .from = from },
				     &w->phone[0]->plan);
	else if (strcmp(word, "hangup") == 0)
		phone_hangup(r->call);
	else if (strcmp(word, "clear") == 0)
		phone_hangup(phone_incoming(w->phone[0]));
	else if (strcmp(word, "answers") == 0)
		w->phone[0]->plan = (struct sim_plan){ .ring_ms = 10,
						       .answer = (unsigned)atoi(arg),
						       .hangup_ms = -1,
						       .cancel_ms = -1 };
	else if (strcmp(word, "hold") == 0)
		phone_reinvite(r->call, SIM_HOLD);
	else if (strcmp(word, "resume") == 0)
		phone_reinvite(r->call, SIM_RESUME);
	else if (strcmp(word, "grow") == 0)
		grow(r, "INVITE", arg, ++r->nr_grown);
	else if (strcmp(word, "ack") == 0)
		grow(r, "ACK", "1", (unsigned)atoi(arg));
	else
		return false;
	return true;
}

static void run_word(struct run *r, const char *word, const char *arg)
{
	struct world *w = r->w;

	if (strcmp(word, "wait") == 0)
		world_run_ms(w, atoi(arg));
	else if (strcmp(word, "record") == 0)
		record_start(w);
	else if (strcmp(word, "cut") == 0 || strcmp(word, "mend") == 0)
		w->sip_cut = word[0] == 'c';
	else if (!exchange_word(w, word, arg) && !phone_word(r, word, arg))
		fail_msg("no word %s", word);
	world_run_ms(w, 100);
}

static void run_script(struct run *r, const char *script)
{
	char word[120];
	size_t len;

	for (const char *p = script; *p; p += len + (p[len] == ' ')) {
		char *arg;

		len = strcspn(p, " ");
		snprintf(word, sizeof(word), "%.*s", (int)len, p);
		arg = strchr(word, ':');
		if (arg)
			*arg++ = '\0';
		run_word(r, word, arg ? arg : "");
	}
}

/* --- what must be in the messages --- */
static bool isup_has(struct world *w, const char *name, const char *what)
{
	unsigned code = (unsigned)strtoul(what, NULL, 16);
	const char *octets = strchr(what, '=') + 1;
	struct isup_msg m;
	struct str got;

	record_isup(w, name, &m);
	if (!*octets)
		return !isup_get(&m, (enum isup_param_code)code, &got);
	if (!isup_get(&m, (enum isup_param_code)code, &got))
		return false;
	if (str_eq(got, octets_of(octets)))
		return true;
	print_error("it is %s\n", hex_of(got));
	return false;
}

static bool sip_has(struct world *w, const char *name, const char *what)
{
	static char text[4000];
	struct sip_msg m;

	record_sip(w, name, &m);
	/* the whole message, from its first line on; octets of ISUP may be 0 */
	for (size_t i = 0; i < m.octets.len && i < sizeof(text) - 1; i++)
		text[i] = m.octets.p[i] ? m.octets.p[i] : ' ';
	text[m.octets.len < sizeof(text) - 1 ? m.octets.len : sizeof(text) - 1] = '\0';
	return strstr(text, what) != NULL;
}

static bool has(struct world *w, const char *line)
{
	const char *colon = strchr(line, ':');
	char name[32];
	bool ok;

	snprintf(name, sizeof(name), "%.*s", (int)(colon - line), line);
	ok = name[0] == 'i' ? isup_has(w, name, colon + 1) : sip_has(w, name, colon + 1);
	if (!ok)
		print_error("not so: %s\n", line);
	return ok;
}

static bool has_all(struct world *w, const char *values)
{
	char line[200];
	size_t len;
	bool ok = true;

	for (const char *p = values; p && *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)len, p);
		ok &= has(w, line);
	}
	return ok;
}

static bool run_flow(const struct flow *f)
{
	static char got[SIM_RECORDS * 32];
	struct run r = { 0 };
	bool ok;

	r.w = world_new(&(struct world_cfg){ .seed = 1,
					     .office = true,
					     .nr_phones = 2,
					     .sip = { .delay_ms = 5 },
					     .mtp = { .delay_ms = 10 },
					     .variant = f->variant,
					     .isup_phones = f->configure == two_peers ? 2 : 0,
					     .configure = f->configure });
	record_start(r.w);
	r.w->phone[0]->plan = f->phone;
	run_script(&r, f->script);
	world_settle(r.w);
	record_print(r.w, false, got, sizeof(got));
	ok = strcmp(got, f->flow) == 0;
	if (!ok)
		print_error("%s %s, %s\n wanted %s\n    saw %s\n", f->rfc, f->section, f->name,
			    f->flow, got);
	ok = ok && has_all(r.w, f->values);
	world_free(r.w);
	return ok;
}

static void test_flows(void **state)
{
	static char text[16000];
	size_t len;
	int failed = 0;

	(void)state;
	len = (size_t)snprintf(
		text, sizeof(text),
		"# Call flows of the RFCs\n\nWritten by tests/sim/sim_rfc: each is run message for "
		"message through the gateway, with the values\nthat matter in them.\n\n"
		"| RFC | section | flow | result | not as in the figure |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < NR_OF(flows); i++) {
		const struct flow *f = &flows[i];
		bool ok = run_flow(f);

		failed += !ok;
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"| %s | %s | %s | %s | %s |\n", f->rfc, f->section, f->name,
					ok ? "pass" : "FAIL", f->note ? f->note : "");
		assert_true(len < sizeof(text));
	}
	assert_int_equal(failed, 0);
	check_golden(str_n(text, len), "../../doc/conformance-flows.md");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_flows) };

	return cmocka_run_group_tests_name("RFC flows", tests, NULL, NULL);
}
