/* SPDX-License-Identifier: GPL-3.0-or-later */
/* params, redirect: each mapped parameter both ways, what is bad, and what never leaves. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/base/rng.h>

#include "interwork/backward.h"
#include "interwork/params.h"
#include "interwork/setup.h"
#include "isup/params.h"
#include "mapping.h"

struct row {
	uint8_t base;
	const char *params, *want; /* want: "!text" is what must not be there */
};

/* Numbers: 8410940301 is +49301; 13: 33 12 is original unconditional, busy, counter 2. */
static const struct row to_sip[] = {
	{ IW_Q1912_5_B, "09:0f", "From: <sip:+49200;cpc=payphone@here;user=phone>" },
	{ IW_Q1912_5_B, "09:0d", "P-Asserted-Identity: <sip:+49200;cpc=test@here;user=phone>" },
	{ IW_RFC3398, "09:0f", "!cpc" },
	{ IW_Q1912_5_B, "09:0a", "!cpc" },
	{ IW_RFC3398, "ea:1b", ";oli=27@here" },
	{ IW_RFC3398, "23:210526", "INVITE sip:+49301;cic=5062@there;user=phone" },
	{ IW_RFC3398, "c5:210526", ";cic=5062@" },
	{ IW_RFC3398, "07:6010", "INVITE sip:+49301;npdi@there" },
	{ IW_RFC3398, "07:6010 c0:c08410940305", "INVITE sip:+49305;npdi;rn=49301@there" },
	{ IW_RFC3398, "03:71058050323233", "INVITE sip:+49301;isub=223@there" },
	{ IW_RFC3398, "03:6d058050323233", "From: <sip:+49200;isub=223@here" },
	{ IW_RFC3398, "03:7104a0503233", "!isub" }, /* user specified */
	{ IW_RFC3398, "03:71078050322f3b4023", "INVITE sip:+49301;isub=2%2F%3B%40%23@there" },
	{ IW_RFC3398, "03:6d058050323a2d", "From: <sip:+49200;isub=2%3A-@here" },
	{ IW_RFC3398, "03:71048050320d", "!isub" },
	{ IW_RFC3398, "3d:0a", "X-Forwards: 30\r\n" },
	{ IW_RFC3398, "20:0448656c6c6f",
	  "User-to-User: 0448656c6c6f;encoding=hex;purpose=isdn-uui\r\n" },
	{ IW_RFC3398, "3a:020000000000", "Resource-Priority: q735.2\r\n" },
	{ IW_RFC3398, "09:e0", "Resource-Priority: esnet.0\r\n" },
	{ IW_RFC3398, "09:e1", "Resource-Priority: esnet.1\r\n" },
	{ IW_RFC3398, "09:e2", "Resource-Priority: ets.0\r\n" },
	{ IW_RFC3398, "0b:8410940302 13:0311",
	  "Diversion: <sip:+49302@here;user=phone>;reason=user-busy;privacy=off;counter=1\r\n" },
	{ IW_RFC3398, "0b:8414940302 13:0431", "privacy=full;counter=1\r\n" },
	{ IW_RFC3398, "0b:8410940302 28:8410940303 13:3312",
	  "Diversion: <sip:+49302@here;user=phone>;reason=user-busy;privacy=off;counter=1\r\n"
	  "Diversion: <sip:+49303@here;user=phone>;reason=unconditional;privacy=off;counter=1\r\n" },
	{ IW_RFC3398, "0b:8410940302 28:8410940303 13:3314",
	  "reason=user-busy;privacy=off;counter=3" },
	{ IW_RFC3398, "0b:8410940302 13:0311", "!History-Info" },
	{ IW_Q1912_5_A, "0b:8410940302 13:0311",
	  "History-Info: <sip:+49302@here;user=phone>;index=1\r\n"
	  "History-Info: <sip:+49301@here;user=phone;cause=486>;index=1.1;mp=1\r\n" },
	{ IW_Q1912_5_A, "0b:8414940302 13:0421", "user=phone?Privacy=history>;index=1\r\n" },
	{ IW_Q1912_5_A, "0b:8410940302 28:8410940303 13:3312",
	  "History-Info: <sip:+49303@here;user=phone>;index=1\r\n"
	  "History-Info: <sip:+49302@here;user=phone;cause=302>;index=1.1;mp=1\r\n"
	  "History-Info: <sip:+49301@here;user=phone;cause=486>;index=1.1.1;mp=1.1\r\n" },
	{ IW_Q1912_5_A, "0b:8410940302 13:0311", "!Diversion" },
	{ IW_Q1912_5_B, "c0:06841394030f", "!49300" },
	{ IW_Q1912_5_B, "c0:068410940309", "From: <sip:+49309@here;user=phone>" },
	{ IW_Q1912_5_B, "c0:068410940309", "P-Asserted-Identity: <sip:+49200@here;user=phone>" },
	{ IW_Q1912_5_B, "c0:068414940309", "From: \"Anonymous\"" },
	{ IW_RFC3398, "c0:068410940309", "!49309" },
	{ IW_Q1912_5_B, "09:10", ";cpc=mobile-hplmn@" },
	{ IW_Q1912_5_B, "09:11", ";cpc=mobile-vplmn@" },
	{ IW_Q1912_5_B, "09:00", ";cpc=unknown@" },
	{ IW_Q1912_5_B, "07:6010 c0:c08410940305", "INVITE sip:+49305;npdi;rn=+49301@there" },
	{ IW_RFC3398, "c4:279307", ";rn=723970@here" },
	{ IW_RFC3398, "c4:2793a7", "!rn=" },
	{ IW_RFC3398, "c4:2793", "!rn=" },
	{ IW_RFC3398, "eb:8410940308", "P-Charge-Info: <sip:+49308@here;user=phone>\r\n" },
	{ IW_RFC3398, "eb:0210", "!P-Charge-Info" }, /* ANI not available */
	/* 20: calling name, allowed; 21: restricted; 23: no indication; 30: not available */
	{ IW_RFC3398, "c7:20416c696365", "From: \"Alice\" <sip:+49200@here;user=phone>" },
	{ IW_RFC3398, "c7:20416c696365", "P-Asserted-Identity: \"Alice\" <sip:+49200@here" },
	{ IW_RFC3398, "c7:20225c22", "From: \"\\\"\\\\\\\"\" <sip:+49200@here" },
	{ IW_RFC3398, "c7:2041c3bc0d0a42", "From: \"A???B\" <" }, /* not ASCII, CR, LF */
	{ IW_RFC3398, "c7:21416c696365", "!Alice" },
	{ IW_RFC3398, "c7:23416c696365", "From: \"Alice\" <" },
	{ IW_RFC3398, "c7:30416c696365", "!Alice" },
	{ IW_RFC3398, "c7:40416c696365", "!Alice" }, /* original called name */
	{ IW_RFC3398, "c7:20", "From: <sip:+49200@here" },
	{ IW_RFC3398, "0a:8417940200 c7:20416c696365", "From: \"Anonymous\" <sip:anonymous@" },
	{ IW_RFC3398, "0a:8417940200 c7:21416c696365",
	  "P-Asserted-Identity: \"Alice\" <sip:+49200@here;user=phone>\r\nPrivacy: id\r\n" },
	{ IW_RFC3398, "0a:8410940200 c7:20416c696365", "From: \"Alice\" <" }, /* user provided */
	{ IW_RFC3398, "0a:84099402 c7:20416c696365", "!Alice" },
	{ IW_Q1912_5_B, "c7:20416c696365", "!Alice" },
	{ IW_Q1912_5_B, "0a:84099402", "From: <sip:unavailable@unknown.invalid>" },
	{ IW_RFC3398, "0a:84099402", "From: <sip:here>" },
	/* what has no row */
	{ IW_RFC3398, "1a:1234567890ab 31:0102 81:0102030405 18:01020304", "!1234" },
};

static void test_to_sip(void **state)
{
	char text[4000];

	(void)state;
	for (size_t i = 0; i < sizeof(to_sip) / sizeof(to_sip[0]); i++) {
		const struct row *r = &to_sip[i];
		struct isup_msg iam = iam_of(r->params);
		bool absent = r->want[0] == '!';

		invite_text(r->base, &iam, text, sizeof(text));
		if ((strstr(text, r->want + absent) != NULL) == absent)
			fail_msg("%s (%s): wanted %s in\n%s", r->params, iw_base_names[r->base],
				 r->want, text);
	}
}

#define U   "sip:+49301@x"
#define PAI "P-Asserted-Identity: <sip:+49200@x;user=phone>\r\n"

/* `want`: the parameter's octets, "" when it must not be there. */
static const struct {
	uint8_t base;
	const char *uri, *lines;
	bool trusted;
	unsigned code;
	const char *want;
} to_isup[] = {
	{ IW_Q1912_5_B, U, "P-Asserted-Identity: <sip:+49200;cpc=payphone@x>\r\n", true, 0x09,
	  "0f" },
	{ IW_Q1912_5_B, U, "P-Asserted-Identity: <sip:+49200;cpc=operator@x>\r\n", true, 0x09,
	  "09" },
	{ IW_Q1912_5_B, U, "From: <sip:+49200;cpc=operator@x>;tag=1\r\n", false, 0x09,
	  "0a" }, /* forged */
	{ IW_Q1912_5_B, U, "P-Asserted-Identity: <sip:+49200;cpc=king@x>\r\n", true, 0x09, "0a" },
	{ IW_Q1912_5_B, U, "P-Asserted-Identity: <sip:+49200;cpc=test;cpc=operator@x>\r\n", true,
	  0x09, "0a" },
	{ IW_RFC3398, U, "P-Asserted-Identity: <sip:+49200;oli=27@x>\r\n", true, 0xea, "1b" },
	{ IW_RFC3398, U, "P-Asserted-Identity: <sip:+49200;isup-oli=27@x>\r\n", true, 0xea, "1b" },
	{ IW_RFC3398, U, "P-Asserted-Identity: <sip:+49200;oli=270@x>\r\n", true, 0xea, "" },
	{ IW_RFC3398, U, "P-Asserted-Identity: \"Alice\" <sip:+49200@x>\r\n", true, 0xc7,
	  "20416c696365" },
	{ IW_RFC3398, U, "P-Asserted-Identity: Alice B <sip:+49200@x>\r\n", true, 0xc7,
	  "20416c6963652042" },
	{ IW_RFC3398, U, "From: \"\\\"Al\\\\\" <sip:+49200@x>;tag=1\r\n", true, 0xc7,
	  "2022416c5c" },
	{ IW_RFC3398, U, "From: \"Z\xc3\xbcrich\" <sip:+49200@x>;tag=1\r\n", true, 0xc7,
	  "205a3f72696368" },
	{ IW_RFC3398, U, PAI "From: \"Alice\" <sip:+49200@x>;tag=1\r\n", true, 0xc7,
	  "20416c696365" },
	{ IW_RFC3398, U, PAI "From: \"Alice\" <sip:+49201@x>;tag=1\r\n", true, 0xc7, "" },
	{ IW_RFC3398, U, "P-Asserted-Identity: \"Alice\" <sip:+49200@x>\r\nPrivacy: id\r\n", true,
	  0xc7, "21416c696365" },
	{ IW_RFC3398, U, "From: \"Alice\" <sip:+49200@x>;tag=1\r\n", false, 0xc7, "" }, /* forged */
	{ IW_RFC3398, U, "From: \"Anonymous\" <sip:+49200@x>;tag=1\r\n", true, 0xc7, "" },
	{ IW_RFC3398, U, "From: \"+49 (200)\" <sip:+49200@x>;tag=1\r\n", true, 0xc7, "" },
	{ IW_RFC3398, U, "From: \"Alice\" <sip:alice@x>;tag=1\r\n", true, 0xc7, "" },
	{ IW_Q1912_5_B, U, "P-Asserted-Identity: \"Alice\" <sip:+49200@x>\r\n", true, 0xc7, "" },
	{ IW_RFC3398, U,
	  "From: \"0123456789012345678901234567890123456789 cut\" <sip:+49200@x>;tag=1\r\n", true,
	  0xc7, "" },
	{ IW_RFC3398, U,
	  "From: \"A123456789012345678901234567890123456789 cut\" <sip:+49200@x>;tag=1\r\n", true,
	  0xc7,
	  "2041313233343536373839303132333435363738393031323334353637383930313233343536373839" },
	{ IW_RFC3398, "sip:+49301;cic=+1-5062@x", "", false, 0x23, "210526" },
	{ IW_RFC3398, "sip:301;cic=5062@x", "", false, 0xc5, "210526" },
	{ IW_RFC3398, "sip:+49301;cic=+5062@x", "", false, 0x23, "" },
	{ IW_RFC3398, "sip:+49301;npdi@x", "", false, 0x07, "2010" },
	{ IW_RFC3398, "sip:+49301;npdi;rn=+49305@x", "", false, 0x04, "8490940305" },
	{ IW_RFC3398, "sip:+49301;npdi;rn=+49305@x", "", false, 0xc0, "c08410940301" },
	{ IW_RFC3398, "sip:+49301;isub=223@x", "", false, 0x03, "71058050323233" },
	{ IW_RFC3398, "sip:+49301;isub=%00@x", "", false, 0x03, "" },
	{ IW_RFC3398, "sip:+49301;isub=2%2F%3b%40%23@x", "", false, 0x03, "71078050322f3b4023" },
	{ IW_RFC3398, "sip:+49301;isub=1234567890123456789@x", "", false, 0x03,
	  "7115805031323334353637383930313233343536373839" },
	{ IW_RFC3398, "sip:+49301;isub=12345678901234567890@x", "", false, 0x03, "" },
	{ IW_RFC3398, U, "", false, 0x3d, "17" }, /* 70 / 3 */
	{ IW_RFC3398, U, "User-to-User: 0448656c6c6f;encoding=hex\r\n", false, 0x20,
	  "0448656c6c6f" },
	{ IW_RFC3398, U, "User-to-User: 0448656c6c6;encoding=hex\r\n", false, 0x20, "" },
	{ IW_RFC3398, U, "User-to-User: 0448;encoding=hex;purpose=call-center\r\n", false, 0x20,
	  "" },
	{ IW_RFC3398, U, "Resource-Priority: q735.2\r\n", true, 0x3a, "420000000000" },
	{ IW_RFC3398, U, "Resource-Priority: q735.2\r\n", false, 0x3a, "" },
	{ IW_RFC3398, U, "Resource-Priority: esnet.1\r\n", true, 0x09, "e1" },
	{ IW_RFC3398, U, "Resource-Priority: esnet.2\r\n", true, 0x09, "0a" },
	{ IW_RFC3398, U, "Resource-Priority: ets.3\r\n", true, 0x09, "e2" },
	{ IW_RFC3398, U, "Resource-Priority: ets.3\r\n", false, 0x09, "0a" }, /* forged */
	{ IW_RFC3398, U, "Resource-Priority: dsn.flash, wps.0 , q735.4, ets.0\r\n", true, 0x3a,
	  "440000000000" },
	{ IW_RFC3398, U, "Resource-Priority: dsn.flash, wps.0 , q735.4, ets.0\r\n", true, 0x09,
	  "0a" },
	{ IW_RFC3398, U, "Resource-Priority: q735.5\r\n", true, 0x3a, "" },
	{ IW_RFC3398, U, "Resource-Priority: q735.\r\n", true, 0x3a, "" },
	{ IW_RFC3398, U, "Resource-Priority: ,.,\r\n", true, 0x3a, "" },
	{ IW_RFC3398, U, "Diversion: <sip:+49302@x>;reason=user-busy\r\n", false, 0x0b,
	  "8410940302" },
	{ IW_RFC3398, U, "Diversion: <sip:+49302@x>;reason=user-busy\r\n", false, 0x13, "1311" },
	{ IW_RFC3398, U, "Diversion: <sip:+49302@x>;reason=no-answer;privacy=full\r\n", false, 0x0b,
	  "8414940302" },
	{ IW_RFC3398, U, "Diversion: <sip:+49302@x>;reason=no-answer;privacy=full\r\n", false, 0x13,
	  "2421" },
	{ IW_RFC3398, U,
	  "Diversion: <sip:+49302@x>;reason=user-busy;counter=3, <tel:+49303>;reason=unconditional\r\n",
	  false, 0x13, "3314" },
	{ IW_RFC3398, U, "Diversion: <sip:+49302@x>, <tel:+49303>\r\n", false, 0x28, "8410940303" },
	{ IW_RFC3398, U, "Diversion: <sip:+49302@x>;counter=4000000000\r\n", false, 0x13, "0305" },
	{ IW_RFC3398, U, "Diversion: <sip:bob@x>;reason=unconditional\r\n", false, 0x0b, "" },
	{ IW_RFC3398, U, "Diversion: <sip:bob@x>;reason=unconditional\r\n", false, 0x13, "3331" },
	{ IW_RFC3398, U,
	  "History-Info: <sip:+49302@x>;index=1, <sip:+49301@x;cause=486>;index=1.1\r\n", false,
	  0x0b, "" },
	{ IW_Q1912_5_A, U,
	  "History-Info: <sip:+49302@x>;index=1, <sip:+49301@x;cause=486>;index=1.1\r\n", false,
	  0x0b, "8410940302" },
	{ IW_Q1912_5_A, U,
	  "History-Info: <sip:+49303@x>;index=1, <sip:+49302@x;cause=302>;index=1.1, "
	  "<sip:+49301@x;cause=486>;index=1.1.1\r\n",
	  false, 0x13, "3312" },
	{ IW_Q1912_5_A, U,
	  "History-Info: <sip:+49303@x>;index=1, <sip:+49302@x;cause=302>;index=1.1, "
	  "<sip:+49301@x;cause=486>;index=1.1.1\r\n",
	  false, 0x28, "8410940303" },
	{ IW_Q1912_5_A, U, "Diversion: <sip:+49302@x>\r\n", false, 0x0b, "" },
	{ IW_Q1912_5_B, U, "From: <sip:+49309@x>;tag=1\r\n" PAI, true, 0xc0, "068410940309" },
	{ IW_Q1912_5_B, U, "From: <sip:+49309@x>;tag=1\r\nPrivacy: user\r\n" PAI, true, 0xc0,
	  "068414940309" },
	{ IW_Q1912_5_B, U, "From: <sip:+49200@x>;tag=1\r\n" PAI, true, 0xc0, "" },
	{ IW_RFC3398, U, "From: <sip:+49309@x>;tag=1\r\n" PAI, true, 0xc0, "" },
	{ IW_Q1912_5_B, U, "From: <sip:+49309@x>;tag=1\r\n", false, 0x0a, "8410940309" },
	{ IW_RFC3398, U, "From: <sip:+49309@x>;tag=1\r\n", false, 0x0a, "8413940309" },
	{ IW_Q1912_5_B, U, "P-Asserted-Identity: <sip:+49200;cpc=mobile-vplmn@x>\r\n", true, 0x09,
	  "11" },
	{ IW_Q1912_5_B, U, "P-Asserted-Identity: <sip:+49200;cpc=unknown@x>\r\n", true, 0x09,
	  "00" },
	{ IW_RFC3398, U, "P-Asserted-Identity: <sip:+49200;rn=723970@x>\r\n", true, 0xc4,
	  "279307" },
	{ IW_RFC3398, U, "P-Asserted-Identity: <sip:+49200;rn=+723-9705551@x>\r\n", true, 0xc4,
	  "279307" },
	{ IW_RFC3398, U, "P-Asserted-Identity: <sip:+49200;rn=72397@x>\r\n", true, 0xc4, "" },
	{ IW_RFC3398, U, "From: <sip:+49200;rn=723970@x>;tag=1\r\n", false, 0xc4, "" },
	{ IW_RFC3398, "sip:+49301;npdi;rn=+49305@x", "", true, 0xc4, "" }, /* the called number's */
	{ IW_RFC3398, U, "P-Charge-Info: <sip:+49308@x;user=phone>\r\n", true, 0xeb, "8410940308" },
	{ IW_RFC3398, U, "P-Charge-Info: <sip:+49308@x;user=phone>\r\n", false, 0xeb, "" },
	{ IW_RFC3398, U, "P-Charge-Info: <sip:bob@x>\r\n", true, 0xeb, "" },
	{ IW_RFC3398, U, "P-Charge-Info: <sip:+49308\r\n", true, 0xeb, "" },
	{ IW_Q1912_5_B, U, "From: <sip:anonymous@anonymous.invalid>;tag=1\r\n", true, 0x0a,
	  "000b" },
	{ IW_RFC3398, U, "User-to-User: zz;encoding=hex, 0448;encoding=hex;purpose=isdn-uui\r\n",
	  false, 0x20, "0448" },
	/* contradictory and unreadable: the stricter counts */
	{ IW_RFC3398, U, PAI "Privacy: none;id\r\n", true, 0x0a, "8417940200" },
	{ IW_RFC3398, U, PAI "Privacy: none\r\n", true, 0x0a, "8413940200" },
	{ IW_RFC3398, U, PAI "Privacy: ;;@\r\n", true, 0x0a, "8417940200" },
	{ IW_RFC3398, U, "From: <sip:anonymous@anonymous.invalid>;tag=1\r\n", false, 0x0a, "" },
};

static void test_to_isup(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(to_isup) / sizeof(to_isup[0]); i++) {
		struct isup_msg iam;
		uint8_t want[100];
		struct str got = STR(""), w = unhex(to_isup[i].want, want);

		if (iam_from(to_isup[i].base, to_isup[i].uri, to_isup[i].lines, to_isup[i].trusted,
			     &iam) < 0)
			fail_msg("row %zu: no IAM", i);
		isup_get(&iam, (enum isup_param_code)to_isup[i].code, &got);
		if (!str_eq(got, w))
			fail_msg(
				"row %zu: %s%s: parameter %02x is %zu octets %02x..%02x, wanted %s",
				i, to_isup[i].uri, to_isup[i].lines, to_isup[i].code, got.len,
				got.len ? (uint8_t)got.p[0] : 0,
				got.len ? (uint8_t)got.p[got.len - 1] : 0, to_isup[i].want);
	}
}

/* RFC 4694 4: with the country code, when it is known; and back. */
static void test_jurisdiction_is_global(void **state)
{
	struct isup_msg iam = iam_of("c4:279307");
	char text[4000];

	(void)state;
	strcpy(plan.country, "1");
	invite_text(IW_Q1912_5_B, &iam, text, sizeof(text));
	assert_non_null(strstr(text, ";rn=+1723970@here"));
	invite_text(IW_RFC3398, &iam, text, sizeof(text));
	assert_non_null(strstr(text, ";rn=723970@here"));
	assert_int_equal(iam_from(IW_Q1912_5_B, U,
				  "P-Asserted-Identity: <sip:+49200;rn=+1723970@x>\r\n", true,
				  &iam),
			 0);
	plan.country[0] = '\0';
	assert_true(isup_get(&iam, ISUP_P_JURISDICTION, &(struct str){ 0 }));
}

/* An IAM for a bearer that RTP here cannot carry. */
static void test_medium(void **state)
{
	const struct iw_hosts clear = { "there", "here", true, true };
	struct isup_msg iam = iam_of("02:02");
	struct iw_invite_out out;

	(void)state;
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &hosts, &out), TG_ENOTSUP);
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &clear, &out), 0);
	assert_int_equal(out.medium, IW_MEDIUM_CLEAR);
	for (unsigned tmr = 4; tmr < 12; tmr++) { /* 2 x 64 kbit/s, 384 kbit/s and the like */
		if (tmr == 6)
			continue;
		assert_int_equal(isup_put_u8(&iam, ISUP_P_TMR, (uint8_t)tmr), 0);
		assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &clear, &out), TG_ENOTSUP);
		assert_int_equal(out.cause, 65);
	}
	iam = iam_of("02:00");
	assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &clear, &out), 0);
	assert_int_equal(out.medium, IW_MEDIUM_AUDIO);
}

/* Q.763 3.54-3.56: 64 kbit/s preferred, with speech or audio to fall back to. */
static void test_preferred_medium(void **state)
{
	static const struct {
		const char *params;
		bool can_clear;
		int medium; /* -1: refused with 65 */
		uint8_t fallback;
	} rows[] = {
		{ "02:06 3e:03", true, IW_MEDIUM_EITHER, 3 },
		{ "02:06 3e:00", true, IW_MEDIUM_EITHER, 0 },
		{ "02:06 3e:00", false, IW_MEDIUM_AUDIO, 0 },
		{ "02:06 3e:02", true, IW_MEDIUM_CLEAR, IW_NO_FALLBACK },
		{ "02:06", true, IW_MEDIUM_CLEAR, IW_NO_FALLBACK },
		{ "02:06", false, -1, IW_NO_FALLBACK },
		{ "02:02 3e:00", false, -1, IW_NO_FALLBACK },
	};
	struct isup_msg anm;
	uint8_t used;

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		const struct iw_hosts h = { "there", "here", true, rows[i].can_clear };
		struct isup_msg iam = iam_of(rows[i].params);
		struct iw_invite_out out;

		if (rows[i].medium < 0) {
			assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &h, &out), TG_ENOTSUP);
			assert_int_equal(out.cause, 65);
			continue;
		}
		assert_int_equal(iw_iam_to_invite(NULL, &iam, &plan, &h, &out), 0);
		assert_int_equal(out.medium, rows[i].medium);
		assert_int_equal(out.fallback, rows[i].fallback);
	}
	isup_msg_init(&anm, ISUP_ANM, 0);
	assert_int_equal(iw_medium_used(NULL, 0, true, &anm), 0);
	assert_int_equal(iw_medium_used(NULL, IW_NO_FALLBACK, false, &anm), 0);
	assert_true(isup_get_u8(&anm, ISUP_P_TMU, &used) < 0);
	assert_int_equal(iw_medium_used(NULL, 3, false, &anm), 0);
	assert_int_equal(isup_get_u8(&anm, ISUP_P_TMU, &used), 0);
	assert_int_equal(used, 3);
}

/* Q.763 3.38: a group's call that may not leave it has no place in SIP but a body. */
static void test_closed_group(void **state)
{
	static const struct {
		uint8_t base;
		const char *params;
		unsigned cause;
	} rows[] = {
		{ IW_RFC3398, "08:03 1a:12340567", 29 }, { IW_Q1912_5_B, "08:03", 29 },
		{ IW_RFC3398, "08:02 1a:12340567", 0 },	 { IW_RFC3398, "08:00", 0 },
		{ IW_SIP_I, "08:03 1a:12340567", 0 },	 { IW_SIP_T, "08:03 1a:12340567", 0 },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct iw_profile p = { .base = rows[i].base };
		struct iw_ctx x = { .profile = &p };
		struct isup_msg iam = iam_of(rows[i].params);
		struct iw_invite_out out;

		assert_int_equal(iw_iam_to_invite(&x, &iam, &plan, &hosts, &out),
				 rows[i].cause ? TG_ENOTSUP : 0);
		assert_int_equal(out.cause, rows[i].cause);
		iw_profile_set(&p, IW_TABLE_RULE, IW_RULE_CUG_CAUSE, 0);
		assert_int_equal(iw_iam_to_invite(&x, &iam, &plan, &hosts, &out), 0);
	}
}

/* A rule's milliseconds, in an IAM made of headers; test_encap has those that are added. */
static void test_delay(void **state)
{
	struct iw_profile p = { .base = IW_RFC3398 };
	struct iw_ctx x = { .profile = &p };
	struct iw_invite_in in = { .trusted = true };
	struct isup_msg iam;
	struct sip_test t;
	struct str v;

	(void)state;
	in.msg = sip_test_parse(&t, "INVITE sip:+49301@x SIP/2.0", "");
	assert_int_equal(iw_invite_to_iam(&x, &in, &plan, &iam, NULL), 0);
	assert_false(isup_get(&iam, ISUP_P_PROPAGATION_DELAY, &v));
	iw_profile_set(&p, IW_TABLE_RULE, IW_RULE_DELAY, 60);
	assert_int_equal(iw_invite_to_iam(&x, &in, &plan, &iam, NULL), 0);
	assert_true(isup_get(&iam, ISUP_P_PROPAGATION_DELAY, &v));
	assert_octets_equal(v, OCTETS("003c"));
}

/* TMR 2 with USI 8890 of CLEARMODE; TMR 3 with 9090a3 where the profile wants it. */
static void test_medium_to_isup(void **state)
{
	static const struct iw_profile itu = IW_PROFILE(IW_Q1912_5_B, "");
	const struct iw_ctx x = { .profile = &itu };
	struct isup_msg iam = iam_of("");
	struct str usi;
	uint8_t tmr;

	(void)state;
	assert_int_equal(iw_medium_to_isup(NULL, false, &iam), 0);
	assert_false(isup_get(&iam, ISUP_P_USI, &usi));
	assert_int_equal(iw_medium_to_isup(&x, false, &iam), 0);
	assert_true(isup_get(&iam, ISUP_P_USI, &usi) && str_eq(usi, STR("\x90\x90\xa3")));
	isup_get_u8(&iam, ISUP_P_TMR, &tmr);
	assert_int_equal(tmr, 3);
	isup_put_u8(&iam, ISUP_P_TMR, 0);
	assert_int_equal(iw_medium_to_isup(&x, false, &iam), 0);
	assert_true(isup_get(&iam, ISUP_P_USI, &usi) && str_eq(usi, STR("\x80\x90\xa3")));
	assert_int_equal(iw_medium_to_isup(NULL, true, &iam), 0);
	assert_true(isup_get(&iam, ISUP_P_USI, &usi) && str_eq(usi, STR("\x88\x90")));
	isup_get_u8(&iam, ISUP_P_TMR, &tmr);
	assert_int_equal(tmr, 2);
}

static void test_connected(void **state)
{
	const struct isup_number n = { .noa = 4, .npi = 1, .apri = 1, .si = 1, .digits = "49300" };
	struct iw_headers h = { 0 };
	struct iw_hosts outside = hosts;
	struct isup_number got;
	struct isup_msg anm;
	struct sip_test t;

	(void)state;
	isup_msg_init(&anm, ISUP_ANM, 0);
	assert_int_equal(isup_put_number(&anm, ISUP_P_CONNECTED_NUMBER, &n), 0);
	iw_connected_to_sip(NULL, &anm, &plan, &hosts, &h);
	assert_int_equal(h.nr, 2);
	assert_string_equal(iw_header_value(&h, 0), "<sip:+49300@here;user=phone>");
	assert_string_equal(iw_header_value(&h, 1), "id");
	h = (struct iw_headers){ 0 };
	outside.trusted = false;
	iw_connected_to_sip(NULL, &anm, &plan, &outside, &h);
	assert_int_equal(h.nr, 0);
	isup_msg_init(&anm, ISUP_ANM, 0);
	iw_connected_to_isup(NULL, sip_test_parse(&t, "SIP/2.0 200 OK", PAI "Privacy: id\r\n"),
			     &plan, &anm);
	assert_int_equal(isup_get_number(&anm, ISUP_P_CONNECTED_NUMBER, &got), 0);
	assert_string_equal(got.digits, "49200");
	assert_int_equal(got.apri, 1);
	assert_int_equal(got.si, 3);
}

/* User-to-user information and diversions of ACM, CPG, ANM and REL: "type params", and what is said. */
static struct isup_msg backward_of(uint8_t type, const char *params)
{
	struct isup_msg out;
	uint8_t buf[200];

	isup_msg_init(&out, type, 0);
	for (const char *p = params; p && *p;) {
		unsigned code = (unsigned)strtoul(p, NULL, 16);

		assert_int_equal(isup_put(&out, (enum isup_param_code)code,
					  unhex(strchr(p, ':') + 1, buf)),
				 0);
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	return out;
}

#define HISTORY_TO_1 "History-Info: <sip:+49301@here;user=phone>;index=1\n"
#define UUS	     "User-to-User: 0448;encoding=hex;purpose=isdn-uui\n"

static void test_backward_to_sip(void **state)
{
	static const struct {
		uint8_t base, type;
		const char *params, *want;
	} rows[] = {
		{ IW_RFC3398, ISUP_ACM, "11:1604 20:0448", UUS },
		{ IW_RFC3398, ISUP_CPG, "24:01 20:0448", UUS },
		{ IW_RFC3398, ISUP_ANM, "20:0448", UUS },
		{ IW_RFC3398, ISUP_CON, "11:1604 20:0448", UUS },
		{ IW_RFC3398, ISUP_REL, "12:8290 20:0448", UUS },
		{ IW_RFC3398, ISUP_REL, "12:8290", "" },
		{ IW_RFC3398, ISUP_CPG, "24:06 0c:8490940302 36:1a", "" },
		{ IW_Q1912_5_B, ISUP_CPG, "24:06 0c:8490940302 36:0a",
		  HISTORY_TO_1
		  "History-Info: <sip:+49302@here;user=phone;cause=486>;index=1.1;mp=1\n" },
		{ IW_Q1912_5_B, ISUP_CPG, "24:05 0c:8490940302",
		  HISTORY_TO_1
		  "History-Info: <sip:+49302@here;user=phone;cause=408>;index=1.1;mp=1\n" },
		{ IW_Q1912_5_B, ISUP_CPG, "24:04 0c:8490940302",
		  HISTORY_TO_1
		  "History-Info: <sip:+49302@here;user=phone;cause=486>;index=1.1;mp=1\n" },
		{ IW_Q1912_5_B, ISUP_CPG, "24:06 0c:8490940302 40:01",
		  HISTORY_TO_1
		  "History-Info: "
		  "<sip:+49302@here;user=phone;cause=302?Privacy=history>;index=1.1;mp=1\n" },
		{ IW_Q1912_5_B, ISUP_ANM, "0c:8490940302 36:32",
		  HISTORY_TO_1
		  "History-Info: <sip:+49302@here;user=phone;cause=503>;index=1.1;mp=1\n" },
		{ IW_Q1912_5_B, ISUP_ANM, "0c:0490", "" },
		{ IW_Q1912_5_B, ISUP_REL, "12:8290 0c:8490940302", "" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct iw_profile p = { .base = rows[i].base };
		struct iw_ctx x = { .profile = &p };
		struct isup_msg m = backward_of(rows[i].type, rows[i].params);
		struct iw_headers h = { 0 };
		char text[600] = "";
		size_t len = 0;

		iw_backward_to_sip(&x, &m, &plan, "here", "+49301", &h);
		for (unsigned k = 0; k < h.nr; k++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s: %s\n",
						h.name[k], iw_header_value(&h, k));
		if (strcmp(text, rows[i].want) != 0)
			fail_msg("row %zu: %s, wanted %s", i, text, rows[i].want);
	}
}

static void test_backward_to_isup(void **state)
{
	static const struct {
		uint8_t base, type;
		const char *lines, *params; /* that there must be, "XX:" must not */
	} rows[] = {
		{ IW_RFC3398, ISUP_ANM, "User-to-User: 0448;encoding=hex\r\n", "20:0448" },
		{ IW_RFC3398, ISUP_REL, "User-to-User: 0448;encoding=hex\r\n", "20:0448" },
		{ IW_RFC3398, ISUP_REL, "User-to-User: 04;encoding=hex;purpose=x\r\n", "20:" },
		{ IW_RFC3398, ISUP_CPG, "History-Info: <sip:+49302@x;cause=486>;index=1\r\n",
		  "0c: 36: 24:06" },
		{ IW_Q1912_5_B, ISUP_CPG, "History-Info: <sip:+49302@x;cause=486>;index=1\r\n",
		  "0c:8490940302 36:0a 24:04 40:" },
		{ IW_Q1912_5_B, ISUP_CPG,
		  "History-Info: <sip:+49301@x>;index=1, <sip:+49302@x;cause=408>;index=1.1\r\n",
		  "0c:8490940302 36:12 24:05" },
		{ IW_Q1912_5_B, ISUP_CPG,
		  "History-Info: <sip:+49302@x;cause=302?Privacy=history>;index=1\r\n",
		  "0c:8490940302 36:1a 24:06 40:01" },
		{ IW_Q1912_5_B, ISUP_CPG, "History-Info: <sip:bob@x;cause=302>;index=1\r\n",
		  "0c: 36: 24:06" },
		{ IW_Q1912_5_B, ISUP_CPG, "History-Info: <sip:+49302@x>;index=1\r\n", "0c: 24:06" },
		{ IW_Q1912_5_B, ISUP_REL, "History-Info: <sip:+49302@x;cause=302>;index=1\r\n",
		  "0c:" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct iw_profile p = { .base = rows[i].base };
		struct iw_ctx x = { .profile = &p };
		struct isup_msg m =
			backward_of(rows[i].type, rows[i].type == ISUP_CPG ? "24:06" : "");
		struct sip_test t;
		uint8_t buf[60];

		iw_backward_to_isup(
			&x, sip_test_parse(&t, "SIP/2.0 181 Is Being Forwarded", rows[i].lines),
			&plan, &m);
		for (const char *q = rows[i].params; q && *q;) {
			unsigned code = (unsigned)strtoul(q, NULL, 16);
			struct str got = STR(""), want = unhex(strchr(q, ':') + 1, buf);

			isup_get(&m, (enum isup_param_code)code, &got);
			if (!str_eq(got, want))
				fail_msg("row %zu: %02x is %s", i, code, hex_of(got));
			q = strchr(q, ' ');
			q = q ? q + 1 : NULL;
		}
	}
}

/* IAM to SIP to IAM: what is carried over comes back as it was. */
static const char *const kept[] = { "23:210526",
				    "03:71058050323233",
				    "3d:0a",
				    "20:0448656c6c6f",
				    "3a:420000000000",
				    "0b:8414940302 28:8410940303 13:3413",
				    "0b:8410940302 28:8410940302 13:1311",
				    "ea:1b",
				    "07:2010",
				    "c4:279307",
				    "eb:8410940308",
				    "0a:8417940200" };

static void there_and_back(uint8_t base, const char *params)
{
	struct isup_msg iam = iam_of(params), back;
	char text[4000], uri[400], *lines, *forwards;
	uint8_t buf[100];

	invite_text(base, &iam, text, sizeof(text));
	lines = strchr(text, '\n') + 1;
	snprintf(uri, sizeof(uri), "%.*s", (int)strcspn(text + 7, " "), text + 7);
	forwards = strstr(lines, "X-Forwards");
	if (forwards) /* the harness has 70 */
		*forwards = '\0';
	if (iam_from(base, uri, lines, true, &back) < 0)
		fail_msg("%s", text);
	for (const char *p = params; p && *p;) {
		unsigned code = (unsigned)strtoul(p, NULL, 16);
		struct str got = STR(""), want = unhex(strchr(p, ':') + 1, buf);

		isup_get(&back, (enum isup_param_code)code, &got);
		if (code != 0x3d && !str_eq(got, want))
			fail_msg("%s: %02x of %s did not come back:\n%s", iw_base_names[base], code,
				 params, text);
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
}

static void test_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		there_and_back(IW_RFC3398, kept[i]);
		if (!strstr(kept[i], "07:"))
			there_and_back(IW_Q1912_5_B, kept[i]);
	}
}

/* Random IAMs: whatever is in them, what goes out is a SIP message with nothing unmapped in it. */
static void test_random(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_seeded_init(&seed, 77);
	static const char allowed[] = "From To P-Asserted-Identity Privacy Diversion History-Info "
				      "User-to-User Resource-Priority P-Charge-Info ";

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct isup_msg iam = iam_of("");
		struct iw_profile p = { .base = (uint8_t)(rng_u32(&rng) % IW_NR_BASES) };
		struct iw_explain e = { 0 };
		struct iw_ctx x = { &p, &e, 0 };
		struct iw_invite_out out;

		for (unsigned n = rng_u32(&rng) % 12; n; n--) {
			uint8_t octets[24];
			size_t len = rng_u32(&rng) % sizeof(octets);

			for (size_t k = 0; k < len; k++)
				octets[k] = (uint8_t)rng_u32(&rng);
			isup_put(&iam, (enum isup_param_code)(1 + rng_u32(&rng) % 0xfe),
				 str_n((const char *)octets, len));
		}
		if (iw_iam_to_invite(&x, &iam, &plan, &hosts, &out) < 0)
			continue;
		for (unsigned h = 0; h < out.headers.nr; h++) {
			const char *v = iw_header_value(&out.headers, h);

			assert_non_null(strstr(allowed, out.headers.name[h]));
			for (; *v; v++)
				assert_true(*v >= ' ' && *v < 0x7f);
		}
		assert_int_equal(out.headers.lost, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_to_sip),
		cmocka_unit_test(test_to_isup),
		cmocka_unit_test(test_medium),
		cmocka_unit_test(test_medium_to_isup),
		cmocka_unit_test(test_connected),
		cmocka_unit_test(test_preferred_medium),
		cmocka_unit_test(test_closed_group),
		cmocka_unit_test(test_jurisdiction_is_global),
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_backward_to_sip),
		cmocka_unit_test(test_backward_to_isup),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
