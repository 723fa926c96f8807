/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of RFC 4475 and RFC 5118, when a copy of them lies beside the tree (it is no part of
 * it): as far as the parser alone decides, each must be taken or refused as the RFC says. The same
 * points in messages of our own are in test_msg_fault. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/sip/msg.h>

#include "unit/support.h"

#define TAKEN	0
#define DROPPED 1

static const struct {
	const char *clause, *file;
	unsigned status;
} messages[] = {
	{ "RFC 4475 3.1.1.1", "rfc4475/wsinv.dat", TAKEN },
	{ "RFC 4475 3.1.1.2", "rfc4475/intmeth.dat", TAKEN },
	{ "RFC 4475 3.1.1.3", "rfc4475/esc01.dat", TAKEN },
	{ "RFC 4475 3.1.1.4", "rfc4475/escnull.dat", TAKEN },
	{ "RFC 4475 3.1.1.5", "rfc4475/esc02.dat", TAKEN },
	{ "RFC 4475 3.1.1.6", "rfc4475/lwsdisp.dat", TAKEN },
	{ "RFC 4475 3.1.1.7", "rfc4475/longreq.dat", TAKEN },
	{ "RFC 4475 3.1.1.8", "rfc4475/dblreq.dat", TAKEN },
	{ "RFC 4475 3.1.1.9", "rfc4475/semiuri.dat", TAKEN },
	{ "RFC 4475 3.1.1.10", "rfc4475/transports.dat", TAKEN },
	{ "RFC 4475 3.1.1.11", "rfc4475/mpart01.dat", TAKEN },
	{ "RFC 4475 3.1.1.12", "rfc4475/unreason.dat", TAKEN },
	{ "RFC 4475 3.1.1.13", "rfc4475/noreason.dat", TAKEN },
	{ "RFC 4475 3.1.2.1", "rfc4475/badinv01.dat", DROPPED }, /* its only Via is the fault */
	{ "RFC 4475 3.1.2.2", "rfc4475/clerr.dat", 400 },
	{ "RFC 4475 3.1.2.3", "rfc4475/ncl.dat", 400 },
	{ "RFC 4475 3.1.2.4", "rfc4475/scalar02.dat", 400 },
	{ "RFC 4475 3.1.2.5", "rfc4475/scalarlg.dat", DROPPED },
	{ "RFC 4475 3.1.2.6", "rfc4475/quotbal.dat", 400 },
	{ "RFC 4475 3.1.2.7", "rfc4475/ltgtruri.dat", 400 },
	{ "RFC 4475 3.1.2.8", "rfc4475/lwsruri.dat", 400 },
	{ "RFC 4475 3.1.2.9", "rfc4475/lwsstart.dat", 400 },
	{ "RFC 4475 3.1.2.10", "rfc4475/trws.dat", 400 },
	{ "RFC 4475 3.1.2.11", "rfc4475/escruri.dat", 400 },
	{ "RFC 4475 3.1.2.12", "rfc4475/baddate.dat", TAKEN }, /* Date is not used */
	{ "RFC 4475 3.1.2.13", "rfc4475/regbadct.dat", 400 },
	{ "RFC 4475 3.1.2.14", "rfc4475/badaspec.dat", 400 },
	{ "RFC 4475 3.1.2.15", "rfc4475/baddn.dat", 400 },
	{ "RFC 4475 3.1.2.16", "rfc4475/badvers.dat", 505 },
	{ "RFC 4475 3.1.2.17", "rfc4475/mismatch01.dat", 400 },
	{ "RFC 4475 3.1.2.18", "rfc4475/mismatch02.dat", 501 },
	{ "RFC 4475 3.1.2.19", "rfc4475/bigcode.dat", DROPPED },
	{ "RFC 4475 3.2.1", "rfc4475/badbranch.dat", TAKEN },
	{ "RFC 4475 3.3.1", "rfc4475/insuf.dat", 400 },
	{ "RFC 4475 3.3.2", "rfc4475/unkscm.dat", TAKEN },
	{ "RFC 4475 3.3.3", "rfc4475/novelsc.dat", TAKEN },
	{ "RFC 4475 3.3.4", "rfc4475/unksm2.dat", TAKEN },
	{ "RFC 4475 3.3.5", "rfc4475/bext01.dat", TAKEN },
	{ "RFC 4475 3.3.6", "rfc4475/invut.dat", TAKEN },
	{ "RFC 4475 3.3.7", "rfc4475/regaut01.dat", TAKEN },
	{ "RFC 4475 3.3.8", "rfc4475/multi01.dat", 400 },
	{ "RFC 4475 3.3.9", "rfc4475/mcl01.dat", 400 },
	{ "RFC 4475 3.3.10", "rfc4475/bcast.dat", TAKEN },
	{ "RFC 4475 3.3.11", "rfc4475/zeromf.dat", TAKEN },
	{ "RFC 4475 3.3.12", "rfc4475/cparam01.dat", TAKEN },
	{ "RFC 4475 3.3.13", "rfc4475/cparam02.dat", TAKEN },
	{ "RFC 4475 3.3.14", "rfc4475/regescrt.dat", TAKEN },
	{ "RFC 4475 3.3.15", "rfc4475/sdp01.dat", TAKEN },
	{ "RFC 4475 3.4.1", "rfc4475/inv2543.dat", TAKEN },
	{ "no version", "rfc4475/test.dat", DROPPED },
	{ "RFC 5118 4.1", "rfc5118-crlf/ipv6-good.dat", TAKEN },
	{ "RFC 5118 4.2", "rfc5118-crlf/ipv6-bad.dat", 400 },
	{ "RFC 5118 4.3", "rfc5118-crlf/port-ambiguous.dat", TAKEN },
	{ "RFC 5118 4.4", "rfc5118-crlf/port-unambiguous.dat", TAKEN },
	{ "RFC 5118 4.5", "rfc5118-crlf/via-received-param-with-delim.dat", TAKEN },
	{ "RFC 5118 4.5", "rfc5118-crlf/via-received-param-no-delim.dat", TAKEN },
	{ "RFC 5118 4.6", "rfc5118-crlf/ipv6-in-sdp.dat", TAKEN },
	{ "RFC 5118 4.7", "rfc5118-crlf/mult-ip-in-header.dat", TAKEN },
	{ "RFC 5118 4.8", "rfc5118-crlf/mult-ip-in-sdp.dat", TAKEN },
	{ "RFC 5118 4.9", "rfc5118-crlf/ipv4-mapped-ipv6.dat", TAKEN },
	{ "RFC 5118 4.10", "rfc5118-crlf/ipv6-bug-abnf-3-colons.dat", TAKEN },
	{ "RFC 5118 4.10", "rfc5118-crlf/ipv6-correct-abnf-2-colons.dat", TAKEN },
};

static FILE *open_message(const char *file)
{
	const char *top = getenv("top_srcdir");
	char path[600];

	snprintf(path, sizeof(path), "%s/../shared/standards/sip-torture/%s", top ? top : TG_SRCDIR,
		 file);
	return fopen(path, "rb");
}

static void check(const char *file, const char *clause, unsigned want)
{
	static char buf[65536];
	struct tg_diag d = TG_DIAG_NONE;
	FILE *f = open_message(file);
	struct sip_msg m;
	size_t n;
	int r;

	if (!f)
		fail_msg("%s is not there", file);
	n = fread(buf, 1, sizeof(buf), f);
	fclose(f);
	r = sip_msg_parse(&m, str_n(buf, n), &d);
	if ((r < 0) != (want != TAKEN) || m.parse_status != (want == DROPPED ? 0 : want))
		fail_msg("%s (%s): result %d, status %u: %s at %zu", file, clause, r,
			 m.parse_status, d.text, d.offset);
}

static void test_messages(void **state)
{
	FILE *f = open_message(messages[0].file);

	(void)state;
	if (!f)
		skip_because("no ../shared/standards/sip-torture beside the tree");
	fclose(f);
	for (size_t i = 0; i < NR_OF(messages); i++)
		check(messages[i].file, messages[i].clause, messages[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_messages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
