/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The independent sheets in ../shared/standards/interworking, line by line: each has a row here that
 * holds it against the mapping, or says whose matter it is. Skipped with a line where they are not.
 */
#include "interwork/params.h"
#include "interwork/progress.h"
#include "interwork/release.h"
#include "mapping.h"

#define DIR TG_SRCDIR "/../shared/standards/interworking/"

enum what {
	TO_SIP,	 /* `in`: parameters of an IAM; `want`: text of the INVITE */
	TO_ISUP, /* `uri`, `in`: headers; `want`: octets of parameter `code` */
	PROGRESS, /* `code`: status; `in`: "acm" when one was sent; `want`: message types and event */
	STATUS,	  /* `code`: ACM or CPG with the parameters `in`; `want`: status */
	ELSEWHERE, /* `in`: the test that has it; or it is no matter of these tables */
};

struct row {
	const char *line; /* how it begins */
	enum what what;
	uint8_t base;
	const char *country, *uri, *in;
	unsigned code;
	const char *want;
};

#define R   IW_RFC3398
#define Q   IW_Q1912_5_B
#define U   "sip:+33301@x"
#define PAI "P-Asserted-Identity: <sip:+33200@x;user=phone>\r\n"

static const struct row numbers[] = {
	{ "isup->sip\tcalled NOA 4", TO_SIP, R, "", 0, "04:04100310", 0,
	  "INVITE sip:+3001@there;user=phone" },
	{ "isup->sip\tcalled NOA 3", TO_SIP, R, "49", 0, "04:03100310", 0, "INVITE sip:+493001@" },
	{ "isup->sip\tcalled NOA 1", ELSEWHERE, .in = "test_number: test_other_plans" },
	{ "isup->sip\tcalled NOA 2/5", TO_SIP, R, "49", 0, "04:05100310", 0,
	  "INVITE sip:3001@there;user=phone" },
	{ "isup->sip\tST digit F", TO_SIP, R, "", 0, "04:041003f0", 0, "INVITE sip:+300@" },
	{ "isup->sip\tcalling number present", TO_SIP, R, "", 0, "0a:04130310", 0,
	  "From: <sip:+3001@here;user=phone>" },
	{ "isup->sip\tcalling number present", TO_SIP, R, "", 0, "0a:04130310", 0,
	  "P-Asserted-Identity: <sip:+3001@here" },
	{ "isup->sip\tcalling APRI restricted", TO_SIP, R, "", 0, "0a:04170310", 0,
	  "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>" },
	{ "isup->sip\tcalling APRI restricted", TO_SIP, R, "", 0, "0a:04170310", 0,
	  "P-Asserted-Identity: <sip:+3001@" },
	{ "isup->sip\tcalling APRI restricted", TO_SIP, R, "", 0, "0a:04170310", 0,
	  "Privacy: id\r\n" },
	{ "isup->sip\tcalling APRI address not", TO_SIP, R, "", 0, "0a:041b0310", 0, "!3001" },
	{ "isup->sip\tcalling absent", TO_SIP, R, "", 0, "0a:041b0310", 0, "From: <sip:here>" },
	{ "isup->sip\tcalling absent", TO_SIP, Q, "", 0, "0a:041b0310", 0,
	  "From: <sip:unavailable@unknown.invalid>" },
	{ "isup->sip\tscreening indicator", TO_SIP, R, "", 0, "0a:04110310", 0, "P-Asserted" },
	{ "isup->sip\tscreening indicator", TO_SIP, R, "", 0, "0a:04100310", 0, "!P-Asserted" },
	{ "isup->sip\tgeneric number qualifier 6", TO_SIP, Q, "", 0, "c0:0604100310", 0,
	  "From: <sip:+3001@" },
	{ "isup->sip\tgeneric number qualifier 6", TO_SIP, Q, "", 0, "c0:0604140310", 0,
	  "From: \"Anonymous\"" },
	{ "sip->isup\tcalling number digits", TO_ISUP, R, "", U, PAI, 0x0a, "8413330200" },
	{ "sip->isup\tcalling number digits", TO_ISUP, R, "33", U, PAI, 0x0a, "83130200" },
	{ "sip->isup\tcalling number digits", TO_ISUP, R, "", U, PAI "Privacy: none\r\n", 0x0a,
	  "8413330200" },
	{ "sip->isup\tcalling number digits", TO_ISUP, R, "", U, PAI "Privacy: id\r\n", 0x0a,
	  "8417330200" },
	{ "sip->isup\tcalling number digits", TO_ISUP, R, "", U, PAI "Privacy: user\r\n", 0x0a,
	  "8417330200" },
	{ "sip->isup\tcalling number digits", TO_ISUP, R, "", U, PAI "Privacy: header\r\n", 0x0a,
	  "8417330200" },
	{ "sip->isup\tscreening 3", TO_ISUP, Q, "", U, "From: <sip:+33209@x>;tag=1\r\n" PAI, 0xc0,
	  "068410330209" },
	{ "sip->isup\tcalled NOA 3 / 4", TO_ISUP, R, "33", U, "", 0x04, "83900301" },
	{ "sip->isup\tcalled NOA 3 / 4", TO_ISUP, R, "49", U, "", 0x04, "8490330301" },
	{ "sip->isup\tcalled NOA 2/3", ELSEWHERE, .in = "test_number: test_prefixes" },
	{ "both\tCPC", TO_SIP, Q, "", 0, "09:0f", 0, ";cpc=payphone" },
	{ "both\tCPC", TO_SIP, Q, "", 0, "09:0d", 0, ";cpc=test" },
	{ "both\tCPC", TO_ISUP, Q, "", U, "P-Asserted-Identity: <sip:+33200;cpc=data@x>\r\n", 0x09,
	  "0c" },
	{ "both\tCPC", TO_ISUP, Q, "", U, "P-Asserted-Identity: <sip:+33200;cpc=unknown@x>\r\n",
	  0x09, "00" },
	{ "both\tCPC", TO_ISUP, Q, "", U, "P-Asserted-Identity: <sip:+33200;cpc=mobile@x>\r\n",
	  0x09, "10" },
	{ "both\tOLI", TO_SIP, R, "", 0, "ea:1d", 0, ";oli=29" },
	{ "both\tOLI", TO_ISUP, R, "", U, "P-Asserted-Identity: <sip:+33200;isup-oli=29@x>\r\n",
	  0xea, "1d" },
	{ "sip->isup\tTNS", TO_ISUP, R, "", "sip:+33301;cic=+33-5062@x", "", 0x23, "210526" },
	{ "sip->isup\tTNS", TO_ISUP, R, "", "sip:301;cic=5062@x", "", 0xc5, "210526" },
	{ "both\tFCI ported", TO_SIP, R, "", 0, "07:6010 c0:c08410940305", 0, ";npdi;rn=49301" },
	{ "both\tFCI ported", TO_ISUP, R, "", "sip:+33301;npdi;rn=+33305@x", "", 0x04,
	  "8490330305" },
	{ "both\thop counter", TO_SIP, R, "", 0, "3d:0a", 0, "X-Forwards: 30" },
	{ "both\thop counter", TO_ISUP, R, "", U, "", 0x3d, "17" }, /* 70 */
	{ "both\tUUI", TO_SIP, R, "", 0, "20:0456", 0,
	  "User-to-User: 0456;encoding=hex;purpose=isdn-uui" },
	{ "both\tUUI", TO_ISUP, R, "", U, "User-to-User: 0456;encoding=hex;purpose=isdn-uui\r\n",
	  0x20, "0456" },
	{ "sip->isup\tconnected number", ELSEWHERE, .in = "test_params: test_connected" },
	{ "isup->sip\tconnected number", ELSEWHERE, .in = "test_params: test_connected" },
	{ "both\tredirecting number", TO_SIP, R, "", 0, "0b:04100310 13:0311", 0,
	  "Diversion: <sip:+3001@" },
	{ "both\tredirecting number", TO_SIP, Q, "", 0, "0b:04100310 13:0311", 0,
	  "History-Info: <sip:+3001@" },
	{ "both\toriginal called", TO_SIP, R, "", 0, "28:04100310", 0, "To: <sip:+3001@" },
	{ "both\toriginal called", TO_ISUP, R, "", U, "Diversion: <tel:+331>, <tel:+332>\r\n", 0x28,
	  "84103302" },
	{ "both\toriginal called", TO_ISUP, R, "", U, "To: <sip:+3301@x>\r\n", 0x28, "04103310" },
	{ "both\tredirection counter", TO_ISUP, R, "", U,
	  "Diversion: <tel:+331>;counter=2, <tel:+332>\r\n", 0x13, "0303" },
	{ "both\tredirection counter", TO_ISUP, R, "", U, "Diversion: <tel:+331>;counter=9\r\n",
	  0x13, "0305" },
	{ "both\tredirecting reason", TO_SIP, R, "", 0, "0b:04100310 13:0311", 0,
	  "reason=user-busy" },
	{ "both\tredirecting reason", TO_SIP, R, "", 0, "0b:04100310 13:0321", 0,
	  "reason=no-answer" },
	{ "both\tredirecting reason", TO_SIP, R, "", 0, "0b:04100310 13:0331", 0,
	  "reason=unconditional" },
	{ "both\tredirecting reason", TO_SIP, R, "", 0, "0b:04100310 13:0361", 0,
	  "reason=unavailable" },
	{ "both\tredirecting reason", TO_SIP, Q, "", 0, "0b:04100310 13:0311", 0, ";cause=486" },
	{ "both\tredirecting reason", TO_SIP, Q, "", 0, "0b:04100310 13:0321", 0, ";cause=408" },
	{ "both\tredirecting reason", TO_SIP, Q, "", 0, "0b:04100310 13:0331", 0, ";cause=302" },
	{ "both\tredirecting reason", TO_SIP, Q, "", 0, "0b:04100310 13:0361", 0, ";cause=503" },
	{ "both\tredirecting indicator", TO_ISUP, R, "", U,
	  "Diversion: <tel:+331>;privacy=full\r\n", 0x13, "0401" },
	{ "both\tredirecting indicator", TO_ISUP, R, "", U, "Diversion: <tel:+331>\r\n", 0x13,
	  "0301" },
	{ "both\tTMR", ELSEWHERE, .in = "test_params: test_medium, test_medium_to_isup" },
};

static const struct row defaults[] = {
	{ "IAM\tNCI", TO_ISUP, R, "", U, "", 0x06, "00" },
	{ "IAM\tNCI", TO_ISUP, Q, "", U, "", 0x06, "01" },
	{ "IAM\tFCI", TO_ISUP, R, "", U, "", 0x07, "2000" },
	{ "IAM\tFCI", TO_ISUP, Q, "", U, "", 0x07, "4800" },
	{ "IAM\tCPC", TO_ISUP, R, "", U, "", 0x09, "0a" },
	{ "IAM\tCPC", TO_ISUP, Q, "", U, "", 0x09, "0a" },
	{ "IAM\tTMR", TO_ISUP, R, "", U, "", 0x02, "03" },
	{ "IAM\tTMR", TO_ISUP, Q, "", U, "", 0x02, "03" },
	{ "IAM\tcalled INN", TO_ISUP, Q, "", U, "", 0x04, "8490330301" },
	{ "ACM\tBCI", PROGRESS, R, .in = "", .code = 180, .want = "6:1604" },
	{ "ACM\tBCI", PROGRESS, R, .in = "", .code = 183, .want = "6:1204" },
	{ "ACM\tBCI", PROGRESS, Q, .in = "", .code = 180, .want = "6:1601" },
	{ "CPG\tevent", PROGRESS, R, .in = "acm", .code = 180, .want = "44:01" },
	{ "CPG\tevent", PROGRESS, Q, .in = "acm", .code = 183, .want = "44:02" },
	{ "ANM/CON\tBCI", ELSEWHERE, .in = "test_progress" },
	{ "REL\tcause location", ELSEWHERE, .in = "test_profile, test_release" },
};

static const struct row from_sip[] = {
	{ "INVITE\tnumber complete", ELSEWHERE, .in = "the legs' machines" },
	{ "INVITE\tunknown number form", ELSEWHERE, .in = "test_number: 404 and 484" },
	{ "INVITE (overlap)", ELSEWHERE, .in = "the legs' machines" },
	{ "INVITE\tno circuit idle", ELSEWHERE, .in = "the legs' machines" },
	{ "CANCEL", ELSEWHERE, .in = "test_release" },
	{ "BYE after", ELSEWHERE, .in = "test_release" },
	{ "100\t", PROGRESS, R, .in = "", .code = 100, .want = "" },
	{ "180\tno ACM", PROGRESS, R, .in = "", .code = 180, .want = "6:1604" },
	{ "180\tACM sent", PROGRESS, R, .in = "acm", .code = 180, .want = "44:01" },
	{ "181\tno ACM", PROGRESS, R, .in = "", .code = 181, .want = "6:1204 44:06" },
	{ "181\tACM sent", PROGRESS, R, .in = "acm", .code = 181, .want = "44:06" },
	{ "182\t", PROGRESS, R, .in = "", .code = 182, .want = "6:1204" },
	{ "182\t", PROGRESS, R, .in = "acm", .code = 182, .want = "44:02" },
	{ "183\tno ACM", PROGRESS, R, .in = "", .code = 183, .want = "6:1204" },
	{ "183\tno ACM", PROGRESS, R, .in = "acm", .code = 183, .want = "44:02" },
	{ "183\tP-Early-Media", ELSEWHERE, .in = "test_progress: test_early_media" },
	{ "200 (INVITE)", ELSEWHERE, .in = "test_progress" },
	{ "3xx", ELSEWHERE, .in = "test_profile" },
	{ "4xx-6xx", ELSEWHERE, .in = "test_profile, test_interwork" },
	{ "484", ELSEWHERE, .in = "the legs' machines" },
	{ "re-INVITE", ELSEWHERE, .in = "the legs' machines" },
	{ "ACK", ELSEWHERE, .in = "the legs' machines" },
	{ "INFO with ISUP", ELSEWHERE, .in = "test_sip_i" },
	{ "INFO dtmf", ELSEWHERE, .in = "nowhere yet" },
	{ "SIP timeout", ELSEWHERE, .in = "the legs' machines" },
};

static const struct row from_isup[] = {
	{ "IAM\tNCI continuity not required", ELSEWHERE, .in = "the legs' machines" },
	{ "IAM\tNCI continuity required or on previous circuit", ELSEWHERE,
	  .in = "the legs' machines" },
	{ "COT\tfailed", ELSEWHERE, .in = "the legs' machines" },
	{ "COT\tsuccess", ELSEWHERE, .in = "the legs' machines" },
	{ "SAM\toverlap, INVITE outstanding", ELSEWHERE, .in = "the legs' machines" },
	{ "ACM\tBCI subscriber free", STATUS, R, .in = "11:1604", .code = ISUP_ACM, .want = "180" },
	{ "ACM\tBCI no indication (early ACM)", STATUS, R, .in = "11:1204", .code = ISUP_ACM,
	  .want = "183" },
	{ "ACM\tinterworking encountered or OBCI in-band", STATUS, R, .in = "11:1205",
	  .code = ISUP_ACM, .want = "183" },
	{ "ACM\tinterworking encountered or OBCI in-band", STATUS, R, .in = "11:1204 29:01",
	  .code = ISUP_ACM, .want = "183" },
	{ "ACM\tcontains Cause", STATUS, R, .in = "11:1604 12:8291", .code = ISUP_ACM,
	  .want = "183" },
	{ "CPG\tevent 1 alerting", STATUS, R, .in = "24:01", .code = ISUP_CPG, .want = "180" },
	{ "CPG\tevent 2 progress / 3 in-band / none", STATUS, R, .in = "24:02", .code = ISUP_CPG,
	  .want = "183" },
	{ "CPG\tevent 2 progress / 3 in-band / none", STATUS, R, .in = "24:03", .code = ISUP_CPG,
	  .want = "183" },
	{ "CPG\tevent 4 CFB / 5 CFNR / 6 CFU", STATUS, R, .in = "24:04", .code = ISUP_CPG,
	  .want = "181" },
	{ "CPG\tevent 4 CFB / 5 CFNR / 6 CFU", STATUS, R, .in = "24:05", .code = ISUP_CPG,
	  .want = "181" },
	{ "CPG\tevent 4 CFB / 5 CFNR / 6 CFU", STATUS, R, .in = "24:06", .code = ISUP_CPG,
	  .want = "181" },
	{ "CPG\tgeneric notification remote hold", ELSEWHERE, .in = "the legs' machines" },
	{ "CPG\tgeneric notification remote retrieval", ELSEWHERE, .in = "the legs' machines" },
	{ "ANM\tafter ACM", ELSEWHERE, .in = "the legs' machines" },
	{ "CON\tno ACM", ELSEWHERE, .in = "the legs' machines" },
	{ "REL\tbefore final response (SIP-originated call)", ELSEWHERE,
	  .in = "the legs' machines" },
	{ "REL\tbefore answer (PSTN-originated call)", ELSEWHERE, .in = "the legs' machines" },
	{ "REL\tafter answer", ELSEWHERE, .in = "the legs' machines" },
	{ "RSC\ton active circuit", ELSEWHERE, .in = "the legs' machines" },
	{ "GRS\tcovers active circuits", ELSEWHERE, .in = "the legs' machines" },
	{ "BLO / CGB maintenance\tactive call", ELSEWHERE, .in = "the legs' machines" },
	{ "CGB hardware\tactive call", ELSEWHERE, .in = "the legs' machines" },
	{ "SUS network\tanswered, callee on-hook", ELSEWHERE, .in = "the legs' machines" },
	{ "RES network\t", ELSEWHERE, .in = "the legs' machines" },
	{ "CCR\t", ELSEWHERE, .in = "the legs' machines" },
	{ "UPT\t", ELSEWHERE, .in = "the legs' machines" },
	{ "CFN\t", ELSEWHERE, .in = "the legs' machines" },
	{ "FAC / USR / CRG / FOT etc.\tpeer understands ISUP", ELSEWHERE, .in = "test_sip_i" },
	{ "timer T7 expiry\tno ACM", ELSEWHERE, .in = "the legs' machines" },
	{ "timer T9 expiry\tno ANM", ELSEWHERE, .in = "the legs' machines" },
	{ "timer T11 expiry\tPSTN-originated call, no 18x yet", ELSEWHERE,
	  .in = "the legs' machines" },
	{ "dual seizure\tIAM after own IAM on same CIC, not controlling", ELSEWHERE,
	  .in = "the legs' machines" },
};

static void one_to_sip(const struct row *r)
{
	struct isup_msg iam = iam_of(r->in);
	bool absent = r->want[0] == '!';
	char text[4000];

	invite_text(r->base, &iam, text, sizeof(text));
	if ((strstr(text, r->want + absent) != NULL) == absent)
		fail_msg("%s (%s): wanted %s in\n%s", r->line, r->in, r->want, text);
}

static void one_to_isup(const struct row *r)
{
	struct str got = STR(""), want;
	struct isup_msg iam;
	uint8_t buf[100];

	if (iam_from(r->base, r->uri, r->in, true, &iam) < 0)
		fail_msg("%s: no IAM", r->line);
	isup_get(&iam, (enum isup_param_code)r->code, &got);
	want = unhex(r->want, buf);
	if (!str_eq(got, want))
		fail_msg("%s (%s): %02x is %zu octets, %02x %02x ... %02x, wanted %s", r->line,
			 r->in, r->code, got.len, got.len ? (uint8_t)got.p[0] : 0,
			 got.len > 1 ? (uint8_t)got.p[1] : 0,
			 got.len ? (uint8_t)got.p[got.len - 1] : 0, r->want);
}

/* "type:octets of BCI or event" of each message. */
static void one_progress(const struct row *r)
{
	const struct iw_profile p = { .base = r->base };
	const struct iw_ctx x = { .profile = &p };
	struct isup_msg m[IW_PROGRESS_MAX];
	int nr = iw_progress_isup(&x, r->code, r->in[0] != '\0', false, m);
	char text[80] = "";

	for (int i = 0; i < nr; i++) {
		struct str v = STR("");
		size_t len = strlen(text);

		if (!isup_get(&m[i], ISUP_P_BCI, &v))
			isup_get(&m[i], ISUP_P_EVENT, &v);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u:", i ? " " : "",
					m[i].type);
		for (size_t k = 0; k < v.len; k++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%02x",
						(uint8_t)v.p[k]);
	}
	if (strcmp(text, r->want) != 0)
		fail_msg("%s: %u gives %s, not %s", r->line, r->code, text, r->want);
}

static void one_status(const struct row *r)
{
	const struct iw_profile p = { .base = r->base };
	const struct iw_ctx x = { .profile = &p };
	struct isup_msg m = iam_of(r->in);
	unsigned status;

	m.type = (uint8_t)r->code;
	status = iw_progress_status(&x, &m);
	if (status != (unsigned)atoi(r->want))
		fail_msg("%s (%s): %u, not %s", r->line, r->in, status, r->want);
}

static void one(const struct row *r)
{
	plan = IW_NUMBERING_DEFAULT;
	if (r->country)
		strcpy(plan.country, r->country);
	if (r->what == TO_SIP)
		one_to_sip(r);
	else if (r->what == TO_ISUP)
		one_to_isup(r);
	else if (r->what == STATUS)
		one_status(r);
	else if (r->what == PROGRESS)
		one_progress(r);
}

/* Each line of the sheet has a row, each row a line. */
static void hold(const char *name, const struct row *rows, size_t nr)
{
	char path[300], line[600];
	bool used[100] = { false };
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", DIR, name);
	f = fopen(path, "r");
	if (!f) {
		print_message("# %s is not here\n", name);
		skip();
	}
	assert_true(nr < NR_OF(used));
	while (fgets(line, sizeof(line), f)) {
		bool found = line[0] == '#';

		for (size_t i = 0; i < nr; i++)
			if (strncmp(line, rows[i].line, strlen(rows[i].line)) == 0)
				found = used[i] = true;
		if (!found)
			fail_msg("%s: no row for %s", name, line);
	}
	fclose(f);
	for (size_t i = 0; i < nr; i++) {
		if (!used[i])
			fail_msg("%s: no line for %s", name, rows[i].line);
		one(&rows[i]);
	}
}

static void test_numbers_and_identity(void **state)
{
	(void)state;
	hold("numbers_and_identity.tsv", numbers, NR_OF(numbers));
}

static void test_defaults(void **state)
{
	(void)state;
	hold("default_parameters.tsv", defaults, NR_OF(defaults));
}

static void test_from_sip(void **state)
{
	(void)state;
	hold("messages_sip_to_isup.tsv", from_sip, NR_OF(from_sip));
}

static void test_from_isup(void **state)
{
	(void)state;
	hold("messages_isup_to_sip.tsv", from_isup, NR_OF(from_isup));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_and_identity),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_from_sip),
		cmocka_unit_test(test_from_isup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
