/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every row of every interworking table drives the gateway: mappings on and off in each profile, rules as
 * each profile has them and changed, precedence of header and body, events and statuses of progress.
 * (Causes and statuses: test_interwork.) Rows that nothing here drives are counted: there are none but the
 * exceptions that say why. What is expected stands here, not in the tables.
 */
#include <stdio.h>
#include <stdlib.h>

#include "interwork/encap.h"
#include "isup/params.h"
#include "unit/gateway/world.h"

static struct world w;
static struct iw_profile mine;

/* The gateway with a profile of our own, derived from `base`, and a row of it changed. */
static void with_mine(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "mine");

	assert_non_null(p);
	*p = mine;
	strcpy(p->name, "mine");
	strcpy(c->peer[0].interworking, "mine");
	c->peer[0].nr_codecs = 2;
	c->peer[0].codec[0] = SDP_PCMA;
	c->peer[0].codec[1] = SDP_CLEARMODE;
}

static void begin(uint8_t base, int table, unsigned key, unsigned value)
{
	mine = (struct iw_profile){ .base = base };
	if (table >= 0)
		assert_int_equal(iw_profile_set(&mine, (enum iw_table)table, (uint16_t)key,
						(uint16_t)value),
				 0);
	world_open_with(&w, with_mine);
	w.host = NULL;
}

static void end(void)
{
	w.deaf_phone = false;
	world_wait(&w, 70000);
	w.trace[0] = '\0';
	world_close(&w);
}

/* --- what a call shows --- */
static struct str unhex(const char *hex, uint8_t *buf)
{
	size_t n = 0;
	unsigned v;

	for (; hex[2 * n] && hex[2 * n] != ' '; n++) {
		assert_int_equal(sscanf(hex + 2 * n, "%2x", &v), 1);
		buf[n] = (uint8_t)v;
	}
	return str_n((const char *)buf, n);
}

/* "20:0401 3d:0a": code in hex, octets; 00 without octets takes one away */
static void put_params(struct isup_msg *m, const char *params)
{
	uint8_t buf[200];

	for (const char *p = params; p && *p;) {
		unsigned code = (unsigned)strtoul(p, NULL, 16);
		struct str v = unhex(strchr(p, ':') + 1, buf);

		if (v.len)
			assert_int_equal(isup_put(m, (enum isup_param_code)code, v), 0);
		else
			isup_del(m, (enum isup_param_code)code);
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
}

static const char *param(const struct isup_msg *m, unsigned code)
{
	struct str v;

	return isup_get(m, (enum isup_param_code)code, &v) ? hex_of(v) : "none";
}

/* An IAM from +49200 to 200 with these parameters: the INVITE, or the REL. */
static void call_from_trunk(const char *params)
{
	const struct isup_nci nci = { 0 };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	isup_put_nci(&m, &nci);
	isup_put_fci(&m, &fci);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	put_params(&m, "04:03900200 0a:8413940200");
	put_params(&m, params);
	w.invite[0] = '\0';
	w.sent.type = 0;
	trunk_send(&w, &m, 5);
}

static void over_from_trunk(void)
{
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
}

struct dial {
	const char *uri, *from, *to, *name, *value, *sdp;
};

static void call_from_sip(const struct dial *d)
{
	struct sip_extra extra = { STR(""), STR("") };
	struct sip_invite inv = { .path = 1, .target = w.gw_addr };

	inv.uri = str_of(d->uri ? d->uri : "sip:100@192.0.2.1");
	inv.from = str_of(d->from ? d->from : "<sip:+49200@192.0.2.9>");
	inv.to = str_of(d->to ? d->to : "<sip:someone@192.0.2.1>");
	inv.body.content_type = STR("application/sdp");
	inv.body.octets = str_of(d->sdp ? d->sdp : phone_sdp(&w));
	if (d->name) {
		extra = (struct sip_extra){ str_of(d->name), str_of(d->value) };
		inv.body.extra = &extra;
		inv.body.nr_extra = 1;
	}
	w.sent.type = 0;
	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
}

static void over_from_sip(void)
{
	if (w.sent.type == ISUP_IAM)
		trunk_rel(&w, w.sent.cic, 16);
	w.trace[0] = '\0';
}

/* A response of the phone with one more header. */
static void respond(unsigned status, const char *name, const char *value)
{
	struct sip_extra extra = { str_of(name ? name : ""), str_of(value ? value : "") };
	struct sip_body body = { .extra = &extra, .nr_extra = name ? 1 : 0 };

	if (status == 200) {
		body.content_type = STR("application/sdp");
		body.octets = str_of(phone_sdp(&w));
	}
	if (status < 200)
		sip_call_progress(w.phone, w.now, w.call, status, &body);
	else if (status == 200)
		sip_call_answer(w.phone, w.now, w.call, &body);
	else
		sip_call_reject(w.phone, w.now, w.call, status, &body);
	world_run(&w);
}

#define DATA                                                                        \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n" \
	"m=audio 40000 RTP/AVP 97\r\na=rtpmap:97 CLEARMODE/8000\r\n"

/* --- mappings --- */
enum { RFC = 1 << IW_RFC3398 | 1 << IW_SIP_T };
enum { ITU = 1 << IW_Q1912_5_A | 1 << IW_Q1912_5_B | 1 << IW_SIP_I, EVERY = RFC | ITU };

struct map_drive {
	enum iw_map map;
	unsigned on; /* in these profiles */
	/* To SIP: an IAM, or for a backward one an ANM; what then is in INVITE or 200. */
	uint8_t backward;
	const char *params, *text;
	/* To ISUP: what is in the IAM, or in ANM for a 200. */
	struct dial dial;
	unsigned code;
	const char *octets; /* anywhere in it */
};

#define PAI "P-Asserted-Identity"

static const struct map_drive map_drives[] = {
	{ IW_MAP_CALLING, EVERY, 0, "", "From: <sip:+49200@", { 0 }, 0x0a, "94 02 00" },
	{ IW_MAP_IDENTITY,
	  EVERY,
	  0,
	  "",
	  PAI ": <sip:+49200@",
	  { .name = PAI, .value = "<sip:+49201@x>" },
	  0x0a,
	  "94 02 01" },
	{ IW_MAP_PRIVACY,
	  EVERY,
	  0,
	  "0a:8417940200",
	  "Privacy: id\r\n",
	  { .name = "Privacy", .value = "id" },
	  0x0a,
	  " 14 | 17 " },
	{ IW_MAP_GENERIC_NUMBER,
	  ITU,
	  0,
	  "c0:068410940309",
	  "From: <sip:+49309@",
	  { .from = "<sip:+49309@x>", .name = PAI, .value = "<sip:+49201@x>" },
	  0xc0,
	  "94 03 09" },
	{ IW_MAP_TO_ORIGINAL,
	  RFC,
	  0,
	  "28:8410940303",
	  "To: <sip:+49303@",
	  { .to = "<sip:+49303@x>" },
	  0x28,
	  "94 03 03" },
	{ IW_MAP_CONNECTED,
	  EVERY,
	  1,
	  "21:8413940302",
	  PAI ": <sip:+49302@",
	  { .name = PAI, .value = "<sip:+49302@x>" },
	  0x21,
	  "94 03 02" },
	{ IW_MAP_DIVERSION,
	  RFC,
	  0,
	  "0b:8410940302 13:0311",
	  "Diversion: <sip:+49302@",
	  { .name = "Diversion", .value = "<sip:+49302@x>;reason=user-busy" },
	  0x0b,
	  "94 03 02" },
	{ IW_MAP_HISTORY_INFO,
	  ITU,
	  0,
	  "0b:8410940302 13:0311",
	  "History-Info: <sip:+49302@",
	  { .name = "History-Info",
	    .value = "<sip:+49302@x>;index=1, <sip:100@x;cause=486>;index=1.1" },
	  0x0b,
	  "94 03 02" },
	{ IW_MAP_CPC,
	  ITU,
	  0,
	  "09:0f",
	  ";cpc=payphone",
	  { .name = PAI, .value = "<sip:+49201;cpc=payphone@x>" },
	  0x09,
	  "0f" },
	{ IW_MAP_OLI,
	  EVERY,
	  0,
	  "ea:1b",
	  ";oli=27",
	  { .name = PAI, .value = "<sip:+49201;oli=27@x>" },
	  0xea,
	  "1b" },
	{ IW_MAP_PORTABILITY,
	  EVERY,
	  0,
	  "07:6010",
	  ";npdi",
	  { .uri = "sip:100;npdi@x" },
	  0x07,
	  "20 10|48 10" },
	{ IW_MAP_CARRIER,
	  EVERY,
	  0,
	  "c5:210526",
	  ";cic=5062",
	  { .uri = "sip:100;cic=5062@x" },
	  0xc5,
	  "21 05 26" },
	{ IW_MAP_HOP_COUNTER, EVERY, 0, "3d:0a", "Max-Forwards: 30\r\n", { 0 }, 0x3d, "17" },
	{ IW_MAP_UUI,
	  EVERY,
	  0,
	  "20:0448",
	  "User-to-User: 0448;encoding=hex",
	  { .name = "User-to-User", .value = "0448;encoding=hex" },
	  0x20,
	  "04 48" },
	{ IW_MAP_UUI,
	  EVERY,
	  1,
	  "20:0448",
	  "User-to-User: 0448;encoding=hex",
	  { .name = "User-to-User", .value = "0448;encoding=hex" },
	  0x20,
	  "04 48" },
	{ IW_MAP_SUBADDRESS,
	  EVERY,
	  0,
	  "03:71058050323233",
	  ";isub=223",
	  { .uri = "sip:100;isub=223@x" },
	  0x03,
	  "71 05 80 50 32 32 33" },
	{ IW_MAP_BEARER, EVERY, 0, "02:02", "CLEARMODE", { .sdp = DATA }, 0x1d, "88 90" },
	{ IW_MAP_PRIORITY,
	  EVERY,
	  0,
	  "3a:020000000000",
	  "Resource-Priority: q735.2",
	  { .name = "Resource-Priority", .value = "q735.2" },
	  0x3a,
	  "42 00 00" },
	{ IW_MAP_DIVERTED,
	  ITU,
	  1,
	  "0c:8490940302 36:0a",
	  "History-Info: <sip:+49302@192.0.2.1;user=phone;cause=486>",
	  { .name = "History-Info", .value = "<sip:+49302@x;cause=486>;index=1" },
	  0x0c,
	  "94 03 02" },
	{ IW_MAP_CHARGE,
	  EVERY,
	  0,
	  "eb:8410940308",
	  "P-Charge-Info: <sip:+49308@",
	  { .name = "P-Charge-Info", .value = "<sip:+49308@x>" },
	  0xeb,
	  "94 03 08" },
	{ IW_MAP_JURISDICTION,
	  EVERY,
	  0,
	  "c4:279307",
	  ";rn=723970",
	  { .name = PAI, .value = "<sip:+49201;rn=723970@x>" },
	  0xc4,
	  "27 93 07" },
};

static const char *to_sip(const struct map_drive *d)
{
	if (!d->backward) {
		call_from_trunk(d->params);
		return w.invite;
	}
	struct isup_msg anm = trunk_msg(ISUP_ANM);
	uint16_t cic;

	call_from_sip(&(struct dial){ 0 });
	cic = w.sent.cic;
	put_params(&anm, d->params);
	trunk_says(&w, ISUP_ACM, cic);
	trunk_send(&w, &anm, cic);
	trunk_rel(&w, cic, 16);
	w.trace[0] = '\0';
	return w.ok;
}

static const char *to_isup(const struct map_drive *d)
{
	if (!d->backward) {
		call_from_sip(&d->dial);
		assert_int_equal(w.sent.type, ISUP_IAM);
		return param(&w.sent, d->code);
	}
	call_from_trunk("08:80");
	respond(180, NULL, NULL);
	respond(200, d->dial.name, d->dial.value);
	assert_int_equal(w.sent.type, ISUP_ANM);
	return param(&w.sent, d->code);
}

/* Any of the words, which '|' parts; " 14 " stands for a whole octet. */
static bool any_in(const char *octets, const char *words)
{
	char padded[600];
	struct str rest = str_of(words), one;

	snprintf(padded, sizeof(padded), " %s ", octets);
	while (rest.len) {
		char text[60];

		rest = str_split(rest, '|', &one);
		str_copyz(text, sizeof(text), one);
		if (strstr(padded, text))
			return true;
	}
	return false;
}

/* Without its header a body of ISUP would say the same: SIP-I's legs are not asked in that direction. */
static void one_map(const struct map_drive *d, uint8_t base, int change)
{
	bool on = change >= 0 ? change != 0 : (d->on >> base & 1) != 0;
	const char *got;

	begin(base, change >= 0 ? IW_TABLE_MAP : -1, d->map, on);
	got = to_sip(d);
	if ((strstr(got, d->text) != NULL) != on)
		fail_msg("%s, %s, %s: %s", iw_base_names[base], iw_map_rows[d->map].name,
			 on ? "on" : "off", got);
	if (!d->backward)
		over_from_trunk();
	got = to_isup(d);
	if (any_in(got, d->octets) != on)
		fail_msg("%s, %s, %s: %02x is %s", iw_base_names[base], iw_map_rows[d->map].name,
			 on ? "on" : "off", d->code, got);
	if (d->backward)
		over_from_trunk();
	else
		over_from_sip();
	end();
}

/* Not driven: the called number is in every call; `mapping called off` changes nothing. */
static const enum iw_map map_exceptions[] = { IW_MAP_CALLED };

static void test_mappings(void **state)
{
	bool driven[IW_NR_MAPS] = { false };
	unsigned missing = 0;

	(void)state;
	for (size_t i = 0; i < NR_OF(map_exceptions); i++)
		driven[map_exceptions[i]] = true;
	for (size_t i = 0; i < NR_OF(map_drives); i++) {
		for (int base = 0; base < IW_NR_BASES; base++)
			for (int change = -1; change < 2; change++)
				one_map(&map_drives[i], (uint8_t)base, change);
		driven[map_drives[i].map] = true;
	}
	for (unsigned m = 0; m < IW_NR_MAPS; m++)
		if (!driven[m]) {
			print_error("not driven: mapping %s\n", iw_map_rows[m].name);
			missing++;
		}
	assert_int_equal(missing, 0);
}

/* --- rules: what a call shows, as one word --- */
static char word[200];

static const char *say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(word, sizeof(word), fmt, ap);
	va_end(ap);
	return word;
}

static const char *cause_sent(void)
{
	struct isup_cause c;

	if (w.sent.type != ISUP_REL || isup_get_cause(&w.sent, &c) < 0)
		return say("no REL");
	return say("%u at %u", c.value, c.location);
}

static const char *see_refused(unsigned status, const char *reason)
{
	call_from_trunk("");
	respond(status, reason ? "Reason" : NULL, reason);
	return cause_sent();
}

static const char *see_reason_in(void)
{
	return see_refused(486, "Q.850;cause=20;location=RLN");
}

static const char *see_486(void)
{
	return see_refused(486, NULL);
}

static const char *see_603(void)
{
	return see_refused(603, NULL);
}

static const char *see_302(void)
{
	return see_refused(302, NULL);
}

static const char *see_no_answer(void)
{
	w.deaf_phone = true;
	call_from_trunk("");
	world_wait(&w, 40000);
	return cause_sent();
}

static const char *see_bye(void)
{
	call_from_sip(&(struct dial){ 0 });
	trunk_says(&w, ISUP_CON, w.sent.cic);
	phone_hangup(&w, NULL);
	return cause_sent();
}

static const char *see_cancel(void)
{
	call_from_sip(&(struct dial){ 0 });
	phone_hangup(&w, NULL);
	return cause_sent();
}

static const char *see_reason_out(void)
{
	call_from_sip(&(struct dial){ 0 });
	trunk_rel(&w, w.sent.cic, 17);
	return say("%s", strstr(w.final, "\r\nReason: ") ? "Reason" : "none");
}

static const char *see_iam(unsigned code, const struct dial *d)
{
	call_from_sip(d);
	say("%s", param(&w.sent, code));
	over_from_sip();
	return word;
}

static const char *see_fci(void)
{
	return see_iam(0x07, &(struct dial){ 0 });
}

static const char *see_nci(void)
{
	return see_iam(0x06, &(struct dial){ 0 });
}

static const char *see_category(void)
{
	return see_iam(0x09, &(struct dial){ 0 });
}

static const char *see_medium(void)
{
	return see_iam(0x02, &(struct dial){ 0 });
}

static const char *see_usi(void)
{
	return see_iam(0x1d, &(struct dial){ 0 });
}

static const char *see_caller(void)
{
	return see_iam(0x0a, &(struct dial){ 0 });
}

static const char *see_no_number(void)
{
	return see_iam(0x0a, &(struct dial){ .from = "<sip:bob@192.0.2.9>" });
}

static const char *see_hops(void)
{
	return see_iam(0x3d, &(struct dial){ 0 });
}

static const char *see_delay(void)
{
	return see_iam(0x31, &(struct dial){ 0 });
}

static const char *see_bci(void)
{
	call_from_trunk("");
	respond(180, NULL, NULL);
	say("%s", param(&w.sent, 0x11));
	over_from_trunk();
	return word;
}

static const char *see_early_media(void)
{
	call_from_trunk("");
	phone_progress(&w, 183, true);
	say("%s", param(&w.sent, 0x29));
	over_from_trunk();
	return word;
}

/* Of the INVITE for an IAM. */
static const char *see_invite(const char *params, const char *what)
{
	call_from_trunk(params);
	say("%s", strstr(w.invite, what) ? what : "none");
	over_from_trunk();
	return word;
}

static const char *see_no_caller(void)
{
	return see_invite("0a:", "unavailable@unknown.invalid");
}

static const char *see_redirections(void)
{
	unsigned nr = 0;

	call_from_trunk("0b:8410940302 28:8410940303 13:3312");
	for (const char *p = w.invite; (p = strstr(p, "<sip:+4930")); p++)
		nr++;
	over_from_trunk();
	return say("%u", nr);
}

static const char *see_encapsulation(void)
{
	return see_invite("", "application/isup");
}

static const char *see_version(void)
{
	return see_invite("", "version=itu-t92+");
}

static const char *see_handling(void)
{
	return see_invite("", "handling=required");
}

static const char *see_t11(void)
{
	call_from_trunk("");
	world_wait(&w, 19000);
	say("%s", w.sent.type == ISUP_ACM ? "ACM" : "none");
	over_from_trunk();
	return word;
}

static const char *see_group(void)
{
	call_from_trunk("08:03 1a:12340567");
	if (w.sent.type == ISUP_REL)
		return cause_sent();
	say("INVITE");
	over_from_trunk();
	return word;
}

struct rule_drive {
	enum iw_rule rule;
	const char *(*see)(void);
	/* rfc3398; q1912.5-a and -b; sip-i; sip-t: NULL: as the first, as the second */
	const char *rfc, *itu, *sip_i, *sip_t;
	uint8_t changed_base;
	unsigned value;
	const char *changed;
};

#define USI "90 90 a3"

static const struct rule_drive rule_drives[] = {
	{ IW_RULE_REASON_IN, see_reason_in, "20 at 4", "20 at 4", 0, 0, IW_RFC3398, 0, "17 at 10" },
	{ IW_RULE_REASON_OUT, see_reason_out, "Reason", "Reason", 0, 0, IW_RFC3398, 0, "none" },
	{ IW_RULE_LOCATION, see_486, "17 at 10", "17 at 10", 0, 0, IW_RFC3398, 3, "17 at 3" },
	{ IW_RULE_LOCATION_USER, see_603, "21 at 0", "21 at 10", 0, 0, IW_RFC3398, 4, "21 at 4" },
	{ IW_RULE_REDIRECT_CAUSE, see_302, "23 at 10", "127 at 10", 0, 0, IW_RFC3398, 41,
	  "41 at 10" },
	{ IW_RULE_TIMEOUT_CAUSE, see_no_answer, "18 at 10", "102 at 10", 0, 0, IW_RFC3398, 31,
	  "31 at 10" },
	{ IW_RULE_BYE_CAUSE, see_bye, "16 at 10", "16 at 10", 0, 0, IW_RFC3398, 31, "31 at 10" },
	{ IW_RULE_CANCEL_CAUSE, see_cancel, "16 at 10", "31 at 10", 0, 0, IW_RFC3398, 20,
	  "20 at 10" },
	{ IW_RULE_INTERWORKING, see_fci, "20 00", "48 00", 0, 0, IW_RFC3398, 1, "28 00" },
	{ IW_RULE_ALL_THE_WAY, see_fci, "20 00", "48 00", 0, 0, IW_RFC3398, 0, "00 00" },
	{ IW_RULE_PREFERENCE, see_fci, "20 00", "48 00", 0, 0, IW_RFC3398, 2, "a0 00" },
	{ IW_RULE_ISDN_ACCESS, see_fci, "20 00", "48 00", 0, 0, IW_RFC3398, 1, "20 01" },
	{ IW_RULE_SATELLITE, see_nci, "00", "01", 0, 0, IW_RFC3398, 2, "02" },
	{ IW_RULE_CPC, see_category, "0a", "0a", 0, 0, IW_RFC3398, 9, "09" },
	{ IW_RULE_TMR, see_medium, "03", "03", 0, 0, IW_RFC3398, 0, "00" },
	{ IW_RULE_BACKWARD_INTERWORKING, see_bci, "16 04", "16 01", 0, 0, IW_RFC3398, 1, "16 01" },
	{ IW_RULE_SCREENING, see_caller, "84 13 94 02 00", "84 10 94 02 00", 0, 0, IW_RFC3398, 1,
	  "84 11 94 02 00" },
	{ IW_RULE_NO_CALLER, see_no_caller, "none", "unavailable@unknown.invalid", 0, 0, IW_RFC3398,
	  1, "unavailable@unknown.invalid" },
	{ IW_RULE_HOP_FACTOR, see_hops, "17", "17", 0, 0, IW_RFC3398, 7, "0a" },
	{ IW_RULE_REDIRECT_MAX, see_redirections, "3", "2", 0, 0, IW_RFC3398, 1, "2" },
	{ IW_RULE_ENCAPSULATION, see_encapsulation, "none", "none", "application/isup",
	  "application/isup", IW_RFC3398, 1, "application/isup" },
	{ IW_RULE_ISUP_VERSION, see_version, "none", "none", "version=itu-t92+", "version=itu-t92+",
	  IW_SIP_I, 5, "none" },
	{ IW_RULE_ISUP_HANDLING, see_handling, "none", "none", "handling=required", "none",
	  IW_SIP_T, 1, "handling=required" },
	{ IW_RULE_USER_SERVICE, see_usi, "none", USI, 0, 0, IW_RFC3398, 1, USI },
	{ IW_RULE_EARLY_MEDIA, see_early_media, "01", "01", 0, 0, IW_RFC3398, 1, "none" },
	{ IW_RULE_T11, see_t11, "ACM", "ACM", 0, 0, IW_RFC3398, 0, "none" },
	{ IW_RULE_CUG_CAUSE, see_group, "29 at 2", "29 at 2", "INVITE", "INVITE", IW_RFC3398, 0,
	  "INVITE" },
	{ IW_RULE_DELAY, see_delay, "none", "none", 0, 0, IW_RFC3398, 60, "00 3c" },
	{ IW_RULE_NO_NUMBER, see_no_number, "none", "00 0b", 0, 0, IW_RFC3398, 1, "00 0b" },
};

static void one_rule(const struct rule_drive *d, uint8_t base, const char *want, int value)
{
	const char *got;

	begin(base, value >= 0 ? IW_TABLE_RULE : -1, d->rule, value >= 0 ? (unsigned)value : 0);
	got = d->see();
	if (strcmp(got, want) != 0)
		fail_msg("%s, rule %s, %d: %s, wanted %s", iw_base_names[base],
			 iw_rule_rows[d->rule].name, value, got, want);
	end();
}

static void test_rules(void **state)
{
	bool driven[IW_NR_RULES] = { false };
	unsigned missing = 0;

	(void)state;
	for (size_t i = 0; i < NR_OF(rule_drives); i++) {
		const struct rule_drive *d = &rule_drives[i];

		one_rule(d, IW_RFC3398, d->rfc, -1);
		one_rule(d, IW_Q1912_5_A, d->itu, -1);
		one_rule(d, IW_Q1912_5_B, d->itu, -1);
		one_rule(d, IW_SIP_I, d->sip_i ? d->sip_i : d->itu, -1);
		one_rule(d, IW_SIP_T, d->sip_t ? d->sip_t : d->rfc, -1);
		one_rule(d, d->changed_base, d->changed, (int)d->value);
		driven[d->rule] = true;
	}
	for (unsigned r = 0; r < IW_NR_RULES; r++)
		if (!driven[r]) {
			print_error("not driven: rule %s\n", iw_rule_rows[r].name);
			missing++;
		}
	assert_int_equal(missing, 0);
}

/* --- causes and statuses: the vectors, which test_interwork drives, have every row --- */
static bool in_vectors(const char *kind, unsigned key)
{
	FILE *f = fopen(TG_SRCDIR "/tests/vectors/interwork.tsv", "r");
	char line[200], start[40];
	bool found = false;

	assert_non_null(f);
	snprintf(start, sizeof(start), "%s\t%u\t", kind, key);
	while (!found && fgets(line, sizeof(line), f))
		found = strncmp(line, start, strlen(start)) == 0;
	fclose(f);
	return found;
}

static void test_causes_and_statuses_are_driven(void **state)
{
	static const enum iw_table tables[] = { IW_TABLE_CAUSE, IW_TABLE_STATUS };
	static const char *const kinds[] = { "cause", "status" };
	unsigned nr = 0;

	(void)state;
	for (unsigned base = 0; base < IW_NR_BASES; base++)
		for (unsigned t = 0; t < NR_OF(tables); t++) {
			const struct iw_profile p = { .base = (uint8_t)base };
			struct iw_row row;

			for (unsigned pos = 0; iw_profile_walk(&p, tables[t], &pos, &row); nr++)
				if (row.key && !in_vectors(kinds[t], row.key))
					fail_msg("%s: %s %u is not driven", iw_base_names[base],
						 kinds[t], row.key);
		}
	assert_true(nr > 300);
}

/* --- precedence: a header that says another thing than the body --- */
struct precedence_drive {
	uint8_t code;
	struct dial dial;
	const char *body, *header; /* octets in the body, and in the IAM with this header */
};

static const struct precedence_drive precedence_drives[] = {
	{ 0x04, { .uri = "sip:101@h" }, "03900100", "83 90 01 01" },
	{ 0x0a, { .name = PAI, .value = "<sip:+49201@x>" }, "8413940909", "84 13 94 02 01" },
	{ 0xc0,
	  { .from = "<sip:+49309@x>", .name = PAI, .value = "<sip:+49201@x>" },
	  "068410940909",
	  "06 84 10 94 03 09" },
	{ 0x3d, { 0 }, "05", "17" },
	{ 0x0b,
	  { .name = "History-Info",
	    .value = "<sip:+49302@x>;index=1, <sip:100@x;cause=486>;index=1.1" },
	  "8410940909",
	  "84 10 94 03 02" },
	{ 0x13,
	  { .name = "History-Info",
	    .value = "<sip:+49302@x>;index=1, <sip:100@x;cause=486>;index=1.1" },
	  "0322",
	  "13 11" },
	{ 0x20, { .name = "User-to-User", .value = "0448;encoding=hex" }, "0499", "04 48" },
	{ 0x23, { .uri = "sip:+49100;cic=+49-5062@h" }, "210100", "21 05 26" },
	{ 0x06, { 0 }, "05", "01" },	  /* made here: no check of ours */
	{ 0x31, { 0 }, "0064", "00 64" }, /* the rule's milliseconds: 0 */
	{ 0x09,
	  { .name = PAI, .value = "<sip:+49201;cpc=test@x>" },
	  "0f",
	  "0f" }, /* no row: the body's */
};

static void one_precedence(const struct precedence_drive *d)
{
	static const struct iw_profile sip_i = IW_PROFILE(IW_SIP_I, "");
	const struct iw_ctx x = { .profile = &sip_i };
	struct isup_msg iam = trunk_msg(ISUP_IAM);
	struct sip_extra extra = { STR(""), STR("") };
	struct sip_invite inv = { .path = 1, .target = w.gw_addr };
	char params[40];
	struct iw_encap e;

	begin(IW_SIP_I, -1, 0, 0);
	put_params(&iam, "06:00 07:2000 09:0a 02:03 04:03900100");
	snprintf(params, sizeof(params), "%02x:%s", d->code, d->body);
	put_params(&iam, params);
	assert_int_equal(iw_encap(&x, &iam, true, str_of(phone_sdp(&w)), &e), 1);
	inv.uri = str_of(d->dial.uri ? d->dial.uri : "sip:100@192.0.2.1");
	inv.from = str_of(d->dial.from ? d->dial.from : "<sip:bob@192.0.2.9>");
	inv.to = STR("<sip:someone@192.0.2.1>");
	inv.body.content_type = e.content_type;
	inv.body.octets = e.body;
	if (d->dial.name) {
		extra = (struct sip_extra){ str_of(d->dial.name), str_of(d->dial.value) };
		inv.body.extra = &extra;
		inv.body.nr_extra = 1;
	}
	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
	if (strcmp(param(&w.sent, d->code), d->header) != 0)
		fail_msg("%02x is %s, wanted %s", d->code, param(&w.sent, d->code), d->header);
	over_from_sip();
	end();
}

static void test_precedence(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(precedence_drives); i++)
		one_precedence(&precedence_drives[i]);
	for (size_t k = 0; k < iw_nr_precedence_rows; k++) {
		bool driven = false;

		for (size_t i = 0; i < NR_OF(precedence_drives); i++)
			driven |= precedence_drives[i].code == iw_precedence_rows[k].code;
		if (!driven)
			fail_msg("not driven: precedence of %02x", iw_precedence_rows[k].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mappings),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_causes_and_statuses_are_driven),
		cmocka_unit_test(test_precedence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
