/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every row of every interworking table drives the gateway: mappings on and off in each profile, and
 * the precedence of header and body. (Rules: test_rules. Causes and statuses: test_interwork.) Rows that nothing here drives are counted: there are none but the
 * exceptions that say why. What is expected stands here, not in the tables.
 */
#include "interwork/encap.h"
#include "unit/gateway/rows.h"

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
	{ IW_MAP_NAME,
	  RFC,
	  0,
	  "c7:20416c696365",
	  "From: \"Alice\" <sip:+49200@",
	  { .name = PAI, .value = "\"Bob\" <sip:+49201@x>" },
	  0xc7,
	  "20 42 6f 62" },
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

/* Not driven here: the called number is in every call, `mapping called off` changes nothing; the trunk
 * group is no parameter, test_trunk_group has it; Geolocation goes from SIP to SIP, test_border has it;
 * Referred-By is of a REFER, test_transfer has it. */
static const enum iw_map map_exceptions[] = { IW_MAP_CALLED, IW_MAP_TRUNK_GROUP, IW_MAP_GEOLOCATION,
					      IW_MAP_REFERRED_BY };

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

/* RFC 4904 5, 6: towards SIP in Contact, of who hides his number without it; from SIP it chooses. */
static void one_trunk_group(uint8_t base, int change)
{
	bool on = change != 0;

	begin(base, change >= 0 ? IW_TABLE_MAP : -1, IW_MAP_TRUNK_GROUP, on);
	call_from_trunk("");
	assert_int_equal(on, strstr(w.invite,
				    "Contact: <sip:+49200;tgrp=TG-1;trunk-context=example.com@"
				    "192.0.2.1:5060>") != NULL);
	over_from_trunk();
	call_from_trunk("0a:8417940200");
	assert_int_equal(on, strstr(w.invite, "Contact: <sip:anonymous;tgrp=TG-1;") != NULL);
	over_from_trunk();
	call_from_sip(&(struct dial){ .uri = "sip:100;tgrp=TG-1;trunk-context=example.com@h" });
	assert_int_equal(on, strstr(world_log(&w, 3), "trunk group") != NULL);
	over_from_sip();
	end();
}

static void test_trunk_group(void **state)
{
	(void)state;
	for (int base = 0; base < IW_NR_BASES; base++)
		for (int change = -1; change < 2; change++)
			one_trunk_group((uint8_t)base, change);
}

/* --- progress: RFC 3398 7.2.9 and 8.2.3, every event and every status --- */
static void test_events(void **state)
{
	char line[24];

	(void)state;
	begin(IW_RFC3398, -1, 0, 0);
	for (unsigned event = 0; event < 128; event++) {
		unsigned status = event == 1 ? 180 : event >= 4 && event <= 6 ? 181 : 183;

		call_from_sip(&(struct dial){ 0 });
		trunk_acm(&w, w.sent.cic, 0, false);
		w.progress[0] = '\0';
		trunk_cpg(&w, w.sent.cic, (uint8_t)event);
		snprintf(line, sizeof(line), "SIP/2.0 %u ", status);
		if (strncmp(w.progress, line, strlen(line)) != 0)
			fail_msg("event %u: %.24s, wanted %u", event, w.progress, status);
		over_from_sip();
		if (w.sent.type == ISUP_IAM)
			trunk_rel(&w, w.sent.cic, 16);
	}
	w.trace[0] = '\0';
	end();
}

static void test_progress(void **state)
{
	static const struct {
		unsigned status;
		const char *first, *later; /* messages without and after an ACM */
	} rows[] = {
		{ 180, "ACM:5 ring:5:etsi", "CPG:5" },
		{ 181, "ACM:5 CPG:5", "CPG:5" },
		{ 199, "", "" },
	};

	(void)state;
	begin(IW_RFC3398, -1, 0, 0);
	for (unsigned status = 101; status < 200; status++) {
		const char *first = "ACM:5", *later = "CPG:5";

		for (size_t i = 0; i < NR_OF(rows); i++)
			if (rows[i].status == status) {
				first = rows[i].first;
				later = rows[i].later;
			}
		call_from_trunk("");
		w.trace[0] = '\0';
		respond(status, NULL, NULL);
		saw(&w, first);
		respond(183, NULL, NULL);
		w.trace[0] = '\0';
		respond(status, NULL, NULL);
		saw(&w, status == 180 ? "" : later); /* alerting is not told twice */
		over_from_trunk();
	}
	end();
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
	assert_int_equal(iw_encap(&x, &iam, true, str_of(phone_sdp(&w)), NULL, &e), 1);
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
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_trunk_group),
		cmocka_unit_test(test_causes_and_statuses_are_driven),
		cmocka_unit_test(test_precedence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
