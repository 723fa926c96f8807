/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every rule of the interworking profiles drives the gateway, as each profile has it and changed. Rules
 * that nothing here drives are counted: there are none. What is expected stands here, not in the tables.
 */
#include "unit/gateway/rows.h"

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

static const char *see_error_tone(void)
{
	call_from_trunk("07:0800");
	respond(486, NULL, NULL);
	if (w.sent.type == ISUP_REL)
		return cause_sent();
	say("%s", w.sent.type == ISUP_ACM ? "ACM" : "none");
	over_from_trunk();
	return word;
}

static const char *see_interwork_timer(void)
{
	struct isup_msg acm = trunk_msg(ISUP_ACM);

	call_from_sip(&(struct dial){ 0 });
	put_params(&acm, "12:8381");
	trunk_send(&w, &acm, w.sent.cic);
	world_wait(&w, 31000);
	cause_sent();
	if (w.sent.type != ISUP_REL)
		over_from_sip();
	return word;
}

static const char *see_hex_digits(void)
{
	call_from_sip(&(struct dial){ .uri = "sip:1*%23a@192.0.2.1" });
	if (w.sent.type != ISUP_IAM)
		return "404";
	say("%s", param(&w.sent, 0x04));
	over_from_sip();
	return word;
}

static const char *see_routing_number(void)
{
	call_from_trunk("07:6010 04:8490940301 c0:c08410940305");
	say("%.4s", strstr(w.invite, ";rn=") ? strstr(w.invite, ";rn=") + 4 : "none");
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
	{ IW_RULE_ERROR_TONE, see_error_tone, "17 at 10", "17 at 10", 0, 0, IW_RFC3398, 1, "ACM" },
	{ IW_RULE_INTERWORK_TIMER, see_interwork_timer, "1 at 2", "1 at 2", 0, 0, IW_RFC3398, 60,
	  "no REL" },
	{ IW_RULE_HEX_DIGITS, see_hex_digits, "404", "404", 0, 0, IW_RFC3398, 1, "03 90 b1 ac" },
	{ IW_RULE_ROUTING_NUMBER, see_routing_number, "4930", "+493", 0, 0, IW_RFC3398, 1, "+493" },
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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rules) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
